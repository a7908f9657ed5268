import Arguments
import Foundation
import HDF5

Interruption.listen()
OpenFiles.allowMany()
File.endAtCrashes(withCode: ExitCode.input.rawValue)
let code = Session.run(Array(CommandLine.arguments.dropFirst()))
// Threads may be at work, as one that hashes the source of an import that failed: an orderly exit would take their libraries
// from under them.
fflush(nil)
_exit(code.rawValue)
