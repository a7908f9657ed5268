/// Several values in one argument, separated by commas: `y,x,energy`; spaces around them do not count.
public struct CommaList<Element: ArgumentValue>: ArgumentValue {
  public var elements: [Element]

  public init(_ elements: [Element]) { self.elements = elements }

  public init?(argument: String) {
    var elements: [Element] = []
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      guard let element = Element(argument: part.trimmed) else { return nil }
      elements.append(element)
    }
    self.init(elements)
  }

  public static var expectation: String { "a list separated by commas, each \(Element.expectation)" }
  public var argument: String { elements.map(\.argument).joined(separator: ",") }
}

extension CommaList: Equatable where Element: Equatable {}
extension CommaList: Hashable where Element: Hashable {}
extension CommaList: Sendable where Element: Sendable {}

extension StringProtocol {
  /// Without spaces before and behind.
  public var trimmed: String {
    guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(self[first...last])
  }
}
