/// A named column of numbers or of texts.
public struct TableColumn: Hashable, Sendable {
  public enum Values: Hashable, Sendable {
    case numbers([Double])
    case texts([String])

    public var count: Int {
      switch self {
      case .numbers(let values): values.count
      case .texts(let values): values.count
      }
    }
  }

  public var name: String
  public var units: String
  public var values: Values

  public init(_ name: String, units: String = "", numbers: [Double]) {
    self.name = name
    self.units = units
    values = .numbers(numbers)
  }

  public init(_ name: String, units: String = "", texts: [String]) {
    self.name = name
    self.units = units
    values = .texts(texts)
  }

  /// The values as one writes them.
  var cells: [String] {
    switch values {
    case .numbers(let values): values.map { "\($0)" }
    case .texts(let values): values.map { "\"\($0)\"" }
    }
  }

  /// The numbers, or nil for texts.
  public var numbers: [Double]? { if case .numbers(let values) = values { values } else { nil } }
  /// The texts, or nil for numbers.
  public var texts: [String]? { if case .texts(let values) = values { values } else { nil } }
}
