/// Reads a mask expression by recursive descent.
struct MaskExpressionParser {
  private enum Word: Hashable {
    case name(String)
    case quoted(String)
    case open, close, comma, end
  }

  private var words: [(word: Word, column: Int)] = []
  private var position = 0
  private var depth = 0
  private static let greatestDepth = 100
  private static let greatestLength = 4000
  private static let functions = ["dilate", "erode", "without-small"]
  private static let keywords = ["and", "or", "not", "minus"]

  init(_ text: String) throws(SegmentationError) {
    let characters = Array(text)
    guard characters.count <= Self.greatestLength else {
      throw SegmentationError(
        "an expression of \(characters.count) characters is too long", advice: "Keep parts of it as masks of their own.")
    }
    var index = 0
    while index < characters.count {
      let column = index + 1
      let character = characters[index]
      index += 1
      switch character {
      case "(": words.append((.open, column))
      case ")": words.append((.close, column))
      case ",": words.append((.comma, column))
      case "\"", "'":
        guard let end = characters[index...].firstIndex(of: character) else {
          throw Self.error("the quotation mark in column \(column) is never closed")
        }
        words.append((.quoted(String(characters[index..<end])), column))
        index = end + 1
      case _ where character.isWhitespace: continue
      default:
        while index < characters.count, !characters[index].isWhitespace, !"(),\"'".contains(characters[index]) { index += 1 }
        words.append((.name(String(characters[column - 1..<index])), column))
      }
    }
    words.append((.end, characters.count + 1))
  }

  /// The whole expression.
  mutating func whole() throws(SegmentationError) -> MaskExpression.Term {
    let term = try union()
    guard next == .end else { throw expected("and, or, minus or the end") }
    return term
  }

  private var next: Word { words[position].word }

  private mutating func union() throws(SegmentationError) -> MaskExpression.Term {
    depth += 1
    guard depth <= Self.greatestDepth else {
      throw Self.error("column \(words[position].column) is more than \(Self.greatestDepth) parentheses deep")
    }
    var term = try intersection()
    while next == .name("or") {
      position += 1
      term = .or(term, try intersection())
    }
    depth -= 1
    return term
  }

  private mutating func intersection() throws(SegmentationError) -> MaskExpression.Term {
    var term = try factor()
    while true {
      if next == .name("and") {
        position += 1
        term = .and(term, try factor())
      } else if next == .name("minus") {
        position += 1
        term = .minus(term, try factor())
      } else {
        return term
      }
    }
  }

  private mutating func factor() throws(SegmentationError) -> MaskExpression.Term {
    var isNegated = false
    while next == .name("not") {
      position += 1
      isNegated.toggle()
    }
    let term = try single()
    return isNegated ? .not(term) : term
  }

  private mutating func single() throws(SegmentationError) -> MaskExpression.Term {
    switch next {
    case .open:
      position += 1
      let term = try union()
      try take(.close, "a closing parenthesis")
      return term
    case .quoted(let name):
      position += 1
      return .name(name)
    case .name(let name) where !Self.keywords.contains(name):
      position += 1
      guard next == .open else { return .name(name) }
      return try function(name)
    default: throw expected("the name of a mask")
    }
  }

  /// A function, its name read and the parenthesis next.
  private mutating func function(_ name: String) throws(SegmentationError) -> MaskExpression.Term {
    guard Self.functions.contains(name) else {
      throw Self.error("there is no function \"\(name)\" (column \(words[position - 1].column))")
    }
    position += 1
    let term = try union()
    try take(.comma, "a comma and a number")
    guard case .name(let digits) = next, let count = Int(digits), (1...1_000_000_000).contains(count) else {
      throw expected("a whole number, 1 or more")
    }
    position += 1
    try take(.close, "a closing parenthesis")
    return switch name {
    case "dilate": .dilate(term, count)
    case "erode": .erode(term, count)
    default: .withoutSmall(term, count)
    }
  }

  private mutating func take(_ word: Word, _ name: String) throws(SegmentationError) {
    guard next == word else { throw expected(name) }
    position += 1
  }

  private func expected(_ what: String) -> SegmentationError {
    let (word, column) = words[position]
    let found =
      switch word {
      case .name(let name), .quoted(let name): "\"\(name)\""
      case .open: "\"(\""
      case .close: "\")\""
      case .comma: "\",\""
      case .end: "the end"
      }
    return Self.error("column \(column) should have \(what), and has \(found)")
  }

  private static func error(_ problem: String) -> SegmentationError {
    SegmentationError(
      "the expression cannot be read: \(problem)",
      advice: "Write it as \"fp and not (capv or rim)\", with and, or, not, minus, dilate(M,n), erode(M,n), without-small(M,n).")
  }
}
