import Arguments
import Foundation

Interruption.listen()
exit(Session.run(Array(CommandLine.arguments.dropFirst())).rawValue)
