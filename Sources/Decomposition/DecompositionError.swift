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
  /// The first row of the first block of the matrix that shows it; nil where it is no matter of one.
  public let row: Int?

  public init(_ kind: Kind, _ problem: String, advice: String, row: Int? = nil) {
    self.kind = kind
    self.problem = problem
    self.advice = advice
    self.row = row
  }

  public var description: String { "\(problem)\n\(advice)" }
}
