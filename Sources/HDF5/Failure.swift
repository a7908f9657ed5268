internal import CHDF5
internal import CJournal
internal import Glibc

/// What is known of a C call that failed; to be taken inside the gate.
struct Failure {
  /// The library's error stack, outermost call first.
  var stack: [RawFrame]
  /// What the journalled file driver says, where it was the cause.
  var problem: Problem?

  /// A problem of the journalled file driver.
  struct Problem {
    var kind: HDF5Error.Kind
    /// A clause whose subject is the file.
    var text: String
    var advice: String?
    /// Whether libhdf5 was told that all went well, so that its own errors come of that.
    var isConcealed: Bool

    /// Takes the driver's last problem; nil when there is none.
    static func take() -> Problem? {
      let problem = lamella_problem_take()
      let kind: HDF5Error.Kind
      switch problem.kind {
      case lamella_problem_none: return nil
      case lamella_problem_locked: kind = .locked
      case lamella_problem_unrecovered: kind = .unrecovered
      default: kind = Self.kind(ofSystem: problem.number)
      }
      let text = unsafe withUnsafeBytes(of: problem.text) { unsafe string($0) }
      let advice = unsafe withUnsafeBytes(of: problem.advice) { unsafe string($0) }
      return Problem(
        kind: kind, text: text, advice: advice.isEmpty ? nil : advice, isConcealed: problem.concealed != 0)
    }

    private static func string(_ bytes: UnsafeRawBufferPointer) -> String {
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    private static func kind(ofSystem number: Int32) -> HDF5Error.Kind {
      switch number {
      case ENOENT: .notFound
      case ENOSPC, EDQUOT: .diskFull
      case EACCES, EPERM, EROFS, EISDIR: .cannotOpen
      case EEXIST: .alreadyExists
      default: .cannotWrite
      }
    }
  }

  static func take() -> Failure { Failure(stack: RawFrame.takeStack(), problem: Problem.take()) }
}

extension HDF5Error {
  /// Makes the error of a failed call from what is known of it.
  init(call: String, on object: String, _ failure: Failure) {
    self.init(call: call, on: object, stack: failure.stack)
    // A problem that the library got over is not the cause: it says so by the names of its functions for drivers.
    if let problem = failure.problem,
      problem.isConcealed || failure.stack.isEmpty || frames.contains(where: { $0.function.hasPrefix("H5FD") })
    {
      kind = problem.kind
      self.problem = problem.text
      advice = problem.advice ?? problem.kind.usualAdvice
    }
  }
}
