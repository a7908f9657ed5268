extension HDF5Number {
  /// Reads numbers, converting between types as far as every value stays what it was.
  public static func read(from transfer: borrowing Transfer) throws(HDF5Error) -> [Self] {
    guard let type = transfer.fileType.numericType, let numberClass = try transfer.numberClass() else {
      throw transfer.mismatch("number")
    }
    if transfer.conversion == .nearest || storedDatatype.holdsAll(of: type) {
      return try transfer.values(storedDatatype)
    }
    switch numberClass {
    case .signed:
      return try exact(try transfer.values(.int64, as: Int64.self), transfer) { Self(exactly: $0) }
    case .unsigned:
      return try exact(try transfer.values(.uint64, as: UInt64.self), transfer) { Self(exactly: $0) }
    case .float:
      return try exact(try transfer.values(.float64, as: Double.self), transfer) { Self(keeping: $0) }
    }
  }

  /// Writes numbers; those that the file's type cannot hold are an error.
  public static func write(_ values: [Self], to transfer: borrowing Transfer) throws(HDF5Error) {
    guard let type = transfer.fileType.numericType else { throw transfer.mismatch("number") }
    if transfer.conversion == .exact && !type.holdsAll(of: storedDatatype) {
      for value in values where !type.holds(value) {
        throw HDF5Error(
          .wouldLoseValues, call: "H5Dwrite", on: transfer.object,
          "the file's type \(type) cannot hold \(value)",
          advice: "Store it as a wider type, or convert the values first.")
      }
    }
    try transfer.put(values, as: storedDatatype)
  }

  private static func exact<Wide>(
    _ values: [Wide], _ transfer: borrowing Transfer, _ convert: (Wide) -> Self?
  ) throws(HDF5Error) -> [Self] {
    var result: [Self] = []
    result.reserveCapacity(values.count)
    for value in values {
      guard let converted = convert(value) else {
        throw HDF5Error(
          .wouldLoseValues, call: "H5Tconvert", on: transfer.object,
          "holds \(value), which does not fit \(Self.self)")
      }
      result.append(converted)
    }
    return result
  }

  private init?(keeping value: Double) {
    if let exact = Self(exactly: value) {
      self = exact
    } else if value.isNaN, case .float = Self.storedDatatype, let nan = Self.notANumber {
      self = nan
    } else {
      return nil
    }
  }

  private static var notANumber: Self? {
    if Self.self == Float.self { return Float.nan as? Self }
    if Self.self == Float16.self { return Float16.nan as? Self }
    return Double.nan as? Self
  }
}

extension Datatype {
  /// The type whose numbers an element is read as: an enumeration is its base.
  var numericType: Datatype? {
    switch self {
    case .integer, .float: self
    case .boolean: .int8
    case .enumeration(let base, _): base
    case .other: self
    default: nil
    }
  }

  /// Whether each value of another numeric type is a value of this one.
  func holdsAll(of other: Datatype) -> Bool {
    switch (self, other) {
    case (.integer(let size, let signed, _), .integer(let otherSize, let otherSigned, _)):
      signed == otherSigned ? size >= otherSize : signed && size > otherSize
    case (.float(let size, _), .integer(let otherSize, let otherSigned, _)):
      otherSize * 8 - (otherSigned ? 1 : 0) <= Self.significantBits(size)
    case (.float(let size, _), .float(let otherSize, _)):
      size >= otherSize
    default: false
    }
  }

  /// Whether a number survives being stored as this type.
  func holds<Number: HDF5Number>(_ number: Number) -> Bool {
    switch self {
    case .integer(1, true, _): Int8(exact: number) != nil
    case .integer(2, true, _): Int16(exact: number) != nil
    case .integer(4, true, _): Int32(exact: number) != nil
    case .integer(8, true, _): Int64(exact: number) != nil
    case .integer(1, false, _): UInt8(exact: number) != nil
    case .integer(2, false, _): UInt16(exact: number) != nil
    case .integer(4, false, _): UInt32(exact: number) != nil
    case .integer(8, false, _): UInt64(exact: number) != nil
    case .float(2, _): Float16(exact: number) != nil || isNaN(number)
    case .float(4, _): Float(exact: number) != nil || isNaN(number)
    case .float(8, _): Double(exact: number) != nil || isNaN(number)
    default: true
    }
  }

  private func isNaN<Number: HDF5Number>(_ number: Number) -> Bool {
    (number as? any BinaryFloatingPoint)?.isNaN ?? false
  }

  private static func significantBits(_ size: Int) -> Int {
    switch size {
    case 2: 11
    case 4: 24
    default: 53
    }
  }
}

extension HDF5Number {
  fileprivate init?<Number: HDF5Number>(exact number: Number) {
    if let integer = number as? any BinaryInteger {
      if let value = Int64(exactly: integer) {
        self.init(exactly: value)
      } else if let value = UInt64(exactly: integer) {
        self.init(exactly: value)
      } else {
        return nil
      }
    } else if let float = number as? any BinaryFloatingPoint {
      self.init(exactly: Double(float))
    } else {
      return nil
    }
  }
}
