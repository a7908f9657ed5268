/// A type of element that can be read and written one by one: numbers, booleans, complex numbers and strings.
public protocol HDF5Element: Sendable {
  /// The type that new attributes and datasets of this element get.
  static var storedDatatype: Datatype { get }

  /// Reads the selected elements of an attribute or a dataset.
  static func read(from transfer: borrowing Transfer) throws(HDF5Error) -> [Self]
  /// Writes the selected elements.
  static func write(_ values: [Self], to transfer: borrowing Transfer) throws(HDF5Error)
}

/// An element of fixed size that has the same form in memory and in the file, up to byte order.
public protocol HDF5Scalar: HDF5Element, BitwiseCopyable {}

/// A number that conversion may widen, but never change.
public protocol HDF5Number: HDF5Scalar {
  init?(exactly value: Int64)
  init?(exactly value: UInt64)
  init?(exactly value: Double)
}

extension Int8: HDF5Number { public static var storedDatatype: Datatype { .int8 } }
extension Int16: HDF5Number { public static var storedDatatype: Datatype { .int16 } }
extension Int32: HDF5Number { public static var storedDatatype: Datatype { .int32 } }
extension Int64: HDF5Number { public static var storedDatatype: Datatype { .int64 } }
extension Int: HDF5Number { public static var storedDatatype: Datatype { .int64 } }
extension UInt8: HDF5Number { public static var storedDatatype: Datatype { .uint8 } }
extension UInt16: HDF5Number { public static var storedDatatype: Datatype { .uint16 } }
extension UInt32: HDF5Number { public static var storedDatatype: Datatype { .uint32 } }
extension UInt64: HDF5Number { public static var storedDatatype: Datatype { .uint64 } }
extension UInt: HDF5Number { public static var storedDatatype: Datatype { .uint64 } }
extension Float16: HDF5Number { public static var storedDatatype: Datatype { .float16 } }
extension Float: HDF5Number { public static var storedDatatype: Datatype { .float32 } }
extension Double: HDF5Number { public static var storedDatatype: Datatype { .float64 } }
