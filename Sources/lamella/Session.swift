import Arguments
import Decomposition
import Figures
import Formats
import Foundation
import HDF5
import Segmentation
import Store
import Workflows
import XRay

/// One run of the program: from the words on the command line to the exit code.
enum Session {
  static func run(_ words: [String]) -> ExitCode {
    do {
      switch try lamella.parse(words) {
      case .print(let text): Terminal.print(text)
      case .incomplete(let help):
        Terminal.print(help, to: .standardError)
        return .usage
      case .run(let command): try command.run()
      }
      return .done
    } catch is AnswerIsNo {
      return .no
    } catch let error as UsageError {
      Terminal.print(error.description, to: .standardError)
      return .usage
    } catch {
      let code = code(for: error)
      let text = (error as? CocoaError)?.localizedDescription ?? "\(error)"
      Terminal.print("lamella: \(text)", to: .standardError)
      if code == .bug {
        Terminal.print(
          "This should not have happened; please report it with the command line.", to: .standardError)
      }
      return code
    }
  }

  /// Errors of what is read are input errors; workflows mark those of what is written.
  private static func code(for error: any Error) -> ExitCode {
    switch error {
    case is Stopped: .stopped
    case is OutputError: .output
    case is FormatError, is StoreError, is HDF5Error, is WorkflowError, is DecompositionError, is SegmentationError, is FitError,
      is FigureError, is CocoaError:
      .input
    case is MineralSettings.Invalid, is LineError: .usage
    default: .bug
    }
  }
}
