/// Why a piece of work cannot be done as asked.
public struct WorkflowError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong, and where.
  public var problem: String
  /// What to do about it.
  public var advice: String

  public init(_ problem: String, advice: String) {
    self.problem = problem
    self.advice = advice
  }

  public var description: String { "\(problem)\n\(advice)" }
}
