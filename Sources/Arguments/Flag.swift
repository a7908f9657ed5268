/// A switch that is off unless it is given.
@propertyWrapper
public struct Flag: Declaring {
  let declaration: Declaration
  private let cell: Cell<Bool>

  public var wrappedValue: Bool { cell.value ?? false }

  public init(_ help: String, name: String = "", short: Character? = nil) {
    let cell = Cell(false)
    self.cell = cell
    declaration = Declaration(
      kind: .flag, name: name, short: short, placeholder: "", help: help, isRequired: false, repeats: false,
      defaultText: nil, expectation: "no value", completion: .none,
      accept: { _ in
        cell.value = true
        return true
      })
  }
}
