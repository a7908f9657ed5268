/// Why a picture could not be made.
public struct FigureError: Error, Hashable, Sendable, CustomStringConvertible {
  public var problem: String
  public var advice: String

  public init(_ problem: String, advice: String) {
    self.problem = problem
    self.advice = advice
  }

  public var description: String { "\(problem)\n\(advice)" }
}
