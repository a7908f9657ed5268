internal import Foundation

/// An arithmetic expression of one variable and some constants, as HyperSpy's functional axes are described by.
///
/// Knows + − * / ** ^, brackets, numbers, names, and the functions exp, log, log10, sqrt, sin, cos, tan, abs.
struct AxisExpression {
  enum Failure: Error, Hashable {
    case unexpected(String)
    case unknownName(String)
    case tooComplex
  }

  private var tokens: [Token] = []
  private var position = 0
  private var depth = 0
  private var names: [String: Double]

  private enum Token: Equatable {
    case number(Double)
    case name(String)
    case sign(String)
  }

  /// The value of an expression where the names have the values given.
  static func value(_ text: String, _ names: [String: Double]) throws(Failure) -> Double {
    var parser = AxisExpression(names: names)
    try parser.split(text)
    let value = try parser.sum()
    if let rest = parser.next { throw .unexpected("\(rest)") }
    return value
  }

  private init(names: [String: Double]) { self.names = names }

  private mutating func split(_ text: String) throws(Failure) {
    guard text.utf8.count <= 1000 else { throw .tooComplex }
    var rest = Substring(text)
    while let first = rest.first {
      if first.isWhitespace {
        rest.removeFirst()
      } else if first.isNumber || first == "." {
        var length = 0
        for (index, character) in rest.enumerated() {
          let previous = index > 0 ? rest[rest.index(rest.startIndex, offsetBy: index - 1)] : " "
          let isExponentSign = (character == "-" || character == "+") && (previous == "e" || previous == "E")
          guard character.isNumber || character == "." || character == "e" || character == "E" || isExponentSign else {
            break
          }
          length = index + 1
        }
        guard let value = Double(rest.prefix(length)) else { throw .unexpected(String(rest.prefix(length))) }
        tokens.append(.number(value))
        rest.removeFirst(length)
      } else if first.isLetter || first == "_" {
        let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        tokens.append(.name(String(name)))
        rest.removeFirst(name.count)
      } else if rest.hasPrefix("**") {
        tokens.append(.sign("^"))
        rest.removeFirst(2)
      } else if "+-*/^()".contains(first) {
        tokens.append(.sign(String(first)))
        rest.removeFirst()
      } else {
        throw .unexpected(String(first))
      }
    }
  }

  private var next: Token? { position < tokens.count ? tokens[position] : nil }

  private mutating func take(_ sign: String) -> Bool {
    guard next == .sign(sign) else { return false }
    position += 1
    return true
  }

  private mutating func sum() throws(Failure) -> Double {
    depth += 1
    defer { depth -= 1 }
    guard depth < 100 else { throw .tooComplex }
    var value = try product()
    while true {
      if take("+") { value += try product() } else if take("-") { value -= try product() } else { return value }
    }
  }

  private mutating func product() throws(Failure) -> Double {
    var value = try signed()
    while true {
      if take("*") { value *= try signed() } else if take("/") { value /= try signed() } else { return value }
    }
  }

  /// A sign binds less than a power: −x² is −(x²).
  private mutating func signed() throws(Failure) -> Double {
    var isNegative = false
    while next == .sign("-") || next == .sign("+") {
      if next == .sign("-") { isNegative.toggle() }
      position += 1
    }
    let value = try power()
    return isNegative ? -value : value
  }

  private mutating func power() throws(Failure) -> Double {
    depth += 1
    defer { depth -= 1 }
    guard depth < 100 else { throw .tooComplex }
    let base = try atom()
    return take("^") ? pow(base, try signed()) : base
  }

  private mutating func atom() throws(Failure) -> Double {
    guard let token = next else { throw .unexpected("the end") }
    position += 1
    switch token {
    case .number(let value): return value
    case .sign("("):
      let value = try sum()
      guard take(")") else { throw .unexpected(next.map { "\($0)" } ?? "the end") }
      return value
    case .name(let name):
      if take("(") {
        let argument = try sum()
        guard take(")") else { throw .unexpected(next.map { "\($0)" } ?? "the end") }
        switch name {
        case "exp": return exp(argument)
        case "log", "ln": return log(argument)
        case "log10": return log10(argument)
        case "sqrt": return sqrt(argument)
        case "sin": return sin(argument)
        case "cos": return cos(argument)
        case "tan": return tan(argument)
        case "abs": return abs(argument)
        default: throw .unknownName(name)
        }
      }
      if let value = names[name] { return value }
      if name == "pi" { return .pi }
      throw .unknownName(name)
    case .sign(let sign): throw .unexpected(sign)
    }
  }
}
