/// Why a matrix cannot be factorised as asked; thrown before any work is done.
public struct DecompositionError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Kind: String, Hashable, Sendable {
    case nothingToFactorize, nonFinite, negative, tooManyComponents, badOption, badSpectra, badCheckpoint
  }

  public let kind: Kind
  /// What is wrong.
  public let problem: String
  /// What to do about it.
  public let advice: String

  public init(_ kind: Kind, _ problem: String, advice: String) {
    self.kind = kind
    self.problem = problem
    self.advice = advice
  }

  public var description: String { "\(problem)\n\(advice)" }
}
