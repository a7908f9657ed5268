/// A value given by name: required, optional (`Int?`), with a default, or repeatable (`[Int]`).
///
/// The long name is the property's in kebab case: `maxIterations` is `--max-iterations`.
@propertyWrapper
public struct Option<Value>: Declaring {
  let declaration: Declaration
  private let cell: Cell<Value>

  private init<Element: ArgumentValue>(
    _ help: String, name: String, short: Character?, placeholder: String, cell: Cell<Value>,
    isRequired: Bool = false, repeats: Bool = false, defaultText: String? = nil,
    bounds: (contains: (Element) -> Bool, text: String)? = nil, store: @escaping (Element) -> Void
  ) {
    self.cell = cell
    declaration = Declaration(
      kind: .option, name: name, short: short, placeholder: placeholder, help: help, isRequired: isRequired,
      repeats: repeats, defaultText: defaultText,
      expectation: Element.expectation + (bounds.map { ", \($0.text)" } ?? ""),
      completion: Element.completion,
      accept: { text in
        guard let element = Element(argument: text), bounds?.contains(element) ?? true else { return false }
        store(element)
        return true
      })
  }

  /// - Precondition: the command was parsed.
  public var wrappedValue: Value {
    guard let value = cell.value else { preconditionFailure("an option was read before it was parsed") }
    return value
  }

  public init(_ help: String, name: String = "", short: Character? = nil, placeholder: String = "")
  where Value: ArgumentValue {
    let cell = Cell<Value>(nil)
    self.init(help, name: name, short: short, placeholder: placeholder, cell: cell, isRequired: true) {
      (value: Value) in cell.value = value
    }
  }

  public init(
    _ help: String, name: String = "", short: Character? = nil, placeholder: String = "",
    _ bounds: Bounds<Value>
  ) where Value: ArgumentValue & Comparable {
    let cell = Cell<Value>(nil)
    self.init(
      help, name: name, short: short, placeholder: placeholder, cell: cell, isRequired: true,
      bounds: (bounds.contains, bounds.text)
    ) { (value: Value) in cell.value = value }
  }

  public init(
    wrappedValue: Value, _ help: String, name: String = "", short: Character? = nil, placeholder: String = ""
  ) where Value: ArgumentValue {
    let cell = Cell<Value>(wrappedValue)
    self.init(
      help, name: name, short: short, placeholder: placeholder, cell: cell, defaultText: wrappedValue.argument
    ) { (value: Value) in cell.value = value }
  }

  public init(
    wrappedValue: Value, _ help: String, name: String = "", short: Character? = nil, placeholder: String = "",
    _ bounds: Bounds<Value>
  ) where Value: ArgumentValue & Comparable {
    let cell = Cell<Value>(wrappedValue)
    self.init(
      help, name: name, short: short, placeholder: placeholder, cell: cell,
      defaultText: wrappedValue.argument,
      bounds: (bounds.contains, bounds.text)
    ) { (value: Value) in cell.value = value }
  }

  public init<Element: ArgumentValue>(
    _ help: String, name: String = "", short: Character? = nil, placeholder: String = ""
  ) where Value == Element? {
    let cell = Cell<Value>(.some(nil))
    self.init(help, name: name, short: short, placeholder: placeholder, cell: cell) { (value: Element) in
      cell.value = value
    }
  }

  public init<Element: ArgumentValue & Comparable>(
    _ help: String, name: String = "", short: Character? = nil, placeholder: String = "",
    _ bounds: Bounds<Element>
  ) where Value == Element? {
    let cell = Cell<Value>(.some(nil))
    self.init(
      help, name: name, short: short, placeholder: placeholder, cell: cell,
      bounds: (bounds.contains, bounds.text)
    ) { (value: Element) in cell.value = value }
  }

  public init<Element: ArgumentValue>(
    _ help: String, name: String = "", short: Character? = nil, placeholder: String = ""
  ) where Value == [Element] {
    let cell = Cell<Value>([])
    self.init(help, name: name, short: short, placeholder: placeholder, cell: cell, repeats: true) {
      (value: Element) in cell.value = (cell.value ?? []) + [value]
    }
  }
}
