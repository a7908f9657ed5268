import Arguments
import Foundation
import HDF5

Interruption.listen()
File.endAtCrashes(withCode: ExitCode.input.rawValue)
exit(Session.run(Array(CommandLine.arguments.dropFirst())).rawValue)
