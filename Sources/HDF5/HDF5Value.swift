/// The content of an attribute or a dataset whose type is not known beforehand.
public struct HDF5Value: Hashable, Sendable {
  /// Elements in C order, each kind in its widest form.
  public enum Elements: Hashable, Sendable {
    /// The null space: h5py's `Empty`.
    case none
    case strings([String])
    case booleans([Bool])
    /// Signed and unsigned integers and enumerations that fit.
    case integers([Int64])
    /// 64-bit unsigned integers of which some do not fit `integers`.
    case unsigned([UInt64])
    case floats([Double])
    case complex([Complex<Double>])
    /// Lists of numbers.
    case lists([[Double]])
    /// Anything else, as the file's bytes; none where the type has no bytes of its own.
    case raw([UInt8])
  }

  public var type: Datatype
  /// Extents in C order, empty for a scalar.
  public var shape: [Int]
  public var elements: Elements

  /// The one string, where the value is that.
  public var string: String? {
    if case .strings(let values) = elements, values.count == 1 { values[0] } else { nil }
  }

  /// The one number, where the value is that.
  public var number: Double? {
    if let numbers, numbers.count == 1 { numbers[0] } else { nil }
  }

  /// The numbers as floating point; integers beyond 2⁵³ are rounded.
  public var numbers: [Double]? {
    switch elements {
    case .integers(let values): values.map { Double($0) }
    case .unsigned(let values): values.map { Double($0) }
    case .floats(let values): values
    default: nil
    }
  }
}

extension Transfer {
  func value(shape: [Int], isNull: Bool) throws(HDF5Error) -> HDF5Value {
    HDF5Value(type: fileType, shape: shape, elements: isNull ? .none : try elements())
  }

  private func elements() throws(HDF5Error) -> HDF5Value.Elements {
    switch fileType {
    case .fixedString, .variableString: return .strings(try String.read(from: self))
    case .boolean: return .booleans(try Bool.read(from: self))
    case .integer(8, false, _):
      let values = try UInt64.read(from: self)
      if values.allSatisfy({ $0 <= UInt64(Int64.max) }) { return .integers(values.map { Int64($0) }) }
      return .unsigned(values)
    case .integer: return .integers(try Int64.read(from: self))
    case .enumeration(.integer(let size, let signed, _), _) where size < 8 || signed:
      return .integers(try Int64.read(from: self))
    case .float: return .floats(try Double.read(from: self))
    case .complex: return .complex(try Complex<Double>.read(from: self))
    case .variableLength(let element) where element.numericType != nil:
      return .lists(try [Double].read(from: self))
    case .other where try numberClass() != nil: return .floats(try Double.read(from: self))
    default: return .raw(fileType.isSelfContained ? try readRaw() : [])
    }
  }
}

extension Attribute {
  /// The content, whatever its type.
  public func value() throws(HDF5Error) -> HDF5Value {
    try transfer(.nearest).value(shape: space.shape, isNull: space == .null)
  }
}

extension Attributes {
  /// The content of an attribute, whatever its type.
  public func value(_ name: String) throws(HDF5Error) -> HDF5Value { try open(name).value() }
}

extension Dataset {
  /// The selected elements, whatever their type.
  public func value(_ selection: Selection = .all) throws(HDF5Error) -> HDF5Value {
    let space = try space
    let shape = space == .null ? [] : selection.shape(in: space.shape)
    return try transfer(selection, .nearest, forWriting: false, elementSize: 16)
      .value(shape: shape, isNull: space == .null)
  }
}
