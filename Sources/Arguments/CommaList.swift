/// Several values in one argument, separated by commas: `y,x,energy`.
public struct CommaList<Element: ArgumentValue>: ArgumentValue {
  public var elements: [Element]

  public init(_ elements: [Element]) { self.elements = elements }

  public init?(argument: String) {
    var elements: [Element] = []
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      guard let element = Element(argument: String(part)) else { return nil }
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
