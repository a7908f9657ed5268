/// A mask made of other masks: `fp and not (capv or dilate(rim, 2))`.
///
/// Names of masks, `and`, `or`, `not`, `minus`, parentheses, `dilate(M,n)`, `erode(M,n)` and `without-small(M,n)`. `not` binds
/// first, then `and` and `minus` from left to right, then `or`. A name with blanks, commas or parentheses, or one that is a word of
/// the language, is put into quotation marks.
public struct MaskExpression: Hashable, Sendable {
  indirect enum Term: Hashable, Sendable {
    case name(String)
    case not(Term)
    case and(Term, Term)
    case or(Term, Term)
    case minus(Term, Term)
    case dilate(Term, Int)
    case erode(Term, Int)
    case withoutSmall(Term, Int)
  }

  public let text: String
  let term: Term

  /// - Throws: `SegmentationError` with the column, counted from 1, and what was expected there.
  public init(_ text: String) throws(SegmentationError) {
    self.text = text
    var parser = try MaskExpressionParser(text)
    term = try parser.whole()
  }

  /// The names of the masks that it is made of, each once, in the order in which they occur.
  public var names: [String] {
    var names: [String] = []
    Self.collect(term, into: &names)
    return names
  }

  private static func collect(_ term: Term, into names: inout [String]) {
    switch term {
    case .name(let name): if !names.contains(name) { names.append(name) }
    case .not(let a), .dilate(let a, _), .erode(let a, _), .withoutSmall(let a, _): collect(a, into: &names)
    case .and(let a, let b), .or(let a, let b), .minus(let a, let b):
      collect(a, into: &names)
      collect(b, into: &names)
    }
  }

  /// The mask that it stands for.
  ///
  /// - Parameter masks: those of all `names`, of one shape.
  /// - Throws: `SegmentationError` when one is missing or of another shape.
  public func evaluate(_ masks: [String: PixelMask]) throws(SegmentationError) -> PixelMask {
    var shape: [Int]?
    for name in names {
      guard let mask = masks[name] else {
        throw SegmentationError("there is no mask \"\(name)\"", advice: "Use names of masks of the map.")
      }
      guard shape == nil || shape == mask.shape else {
        throw SegmentationError("the mask \"\(name)\" has another shape", advice: "Use masks of one map.")
      }
      shape = mask.shape
    }
    return try Self.evaluate(term, masks)
  }

  private static func evaluate(_ term: Term, _ masks: [String: PixelMask]) throws(SegmentationError) -> PixelMask {
    switch term {
    case .name(let name):
      guard let mask = masks[name] else {
        throw SegmentationError("there is no mask \"\(name)\"", advice: "Use names of masks of the map.")
      }
      return mask
    case .not(let a): return try evaluate(a, masks).complement
    case .and(let a, let b): return try evaluate(a, masks).intersection(evaluate(b, masks))
    case .or(let a, let b): return try evaluate(a, masks).union(evaluate(b, masks))
    case .minus(let a, let b): return try evaluate(a, masks).subtracting(evaluate(b, masks))
    case .dilate(let a, let n): return try evaluate(a, masks).dilated(by: n)
    case .erode(let a, let n): return try evaluate(a, masks).eroded(by: n)
    case .withoutSmall(let a, let n): return try evaluate(a, masks).withoutSmall(below: n)
    }
  }
}
