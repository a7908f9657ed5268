/// What a run of the program tells the shell.
enum ExitCode: Int32 {
  case done = 0
  /// The work ran, and the answer is no: a file that is not valid, a digest that does not match.
  case no = 1
  case usage = 2
  case input = 3
  case output = 4
  case bug = 70
  /// Stopped by a signal, as shells number it.
  case stopped = 130
}

/// Ends a command whose work ran and whose answer is no; the report says why.
struct AnswerIsNo: Error {}
