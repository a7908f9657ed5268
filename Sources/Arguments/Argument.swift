/// A value given by its position: required, optional (`String?`), with a default, or repeated (`[String]`).
///
/// The placeholder in help is the property's name in capitals unless another is given.
@propertyWrapper
public struct Argument<Value>: Declaring {
  let declaration: Declaration
  private let cell: Cell<Value>

  private init<Element: ArgumentValue>(
    _ help: String, placeholder: String, cell: Cell<Value>, isRequired: Bool, repeats: Bool = false,
    defaultText: String? = nil, of: Element.Type, store: @escaping (Element) -> Void
  ) {
    self.cell = cell
    declaration = Declaration(
      kind: .argument, name: "", short: nil, placeholder: placeholder, help: help, isRequired: isRequired,
      repeats: repeats, defaultText: defaultText, expectation: Element.expectation,
      completion: Element.completion,
      accept: { text in
        guard let element = Element(argument: text) else { return false }
        store(element)
        return true
      })
  }

  /// - Precondition: the command was parsed.
  public var wrappedValue: Value {
    guard let value = cell.value else { preconditionFailure("an argument was read before it was parsed") }
    return value
  }

  public init(_ help: String, placeholder: String = "") where Value: ArgumentValue {
    let cell = Cell<Value>(nil)
    self.init(help, placeholder: placeholder, cell: cell, isRequired: true, of: Value.self) {
      cell.value = $0
    }
  }

  public init(wrappedValue: Value, _ help: String, placeholder: String = "") where Value: ArgumentValue {
    let cell = Cell<Value>(wrappedValue)
    self.init(
      help, placeholder: placeholder, cell: cell, isRequired: false, defaultText: wrappedValue.argument,
      of: Value.self
    ) { cell.value = $0 }
  }

  public init<Element: ArgumentValue>(_ help: String, placeholder: String = "") where Value == Element? {
    let cell = Cell<Value>(.some(nil))
    self.init(help, placeholder: placeholder, cell: cell, isRequired: false, of: Element.self) {
      cell.value = $0
    }
  }

  /// One or more values; none at all are allowed where `required` is false.
  public init<Element: ArgumentValue>(_ help: String, placeholder: String = "", required: Bool = true)
  where Value == [Element] {
    let cell = Cell<Value>([])
    self.init(
      help, placeholder: placeholder, cell: cell, isRequired: required, repeats: true, of: Element.self
    ) { cell.value = (cell.value ?? []) + [$0] }
  }
}
