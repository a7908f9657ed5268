import Arguments
import Workflows

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
    } catch {
      return report(error)
    }
  }

  /// Prints what went wrong, what and where on the first line, what to do on the second.
  private static func report(_ error: any Error) -> ExitCode {
    switch error {
    case is AnswerIsNo:
      return .no
    case let error as UsageError:
      Terminal.print(error.description, to: .standardError)
      return .usage
    case let error as Stopped:
      Terminal.print("lamella: \(error)", to: .standardError)
      return .stopped
    default:
      Terminal.print(
        """
        lamella: \(error)
        This should not have happened; please report it with the command line that led here.
        """, to: .standardError)
      return .bug
    }
  }
}
