/// What an attribute can be read as and set to: an element, an array of them, a shaped array, or nothing.
public protocol AttributeValue: Sendable {
  init(reading attribute: Attribute) throws(HDF5Error)
  var attributeType: Datatype { get }
  var attributeSpace: Dataspace { get }
  func write(to attribute: Attribute) throws(HDF5Error)
}

extension AttributeValue where Self: HDF5Element {
  public init(reading attribute: Attribute) throws(HDF5Error) {
    guard attribute.space.checkedCount == 1 else {
      throw HDF5Error(
        .typeMismatch, call: "H5Aread", on: attribute.location,
        "holds \(attribute.space.checkedCount ?? 0) values where one is wanted",
        advice: "Read it as an array.")
    }
    self = try attribute.read(as: Self.self)[0]
  }

  public var attributeType: Datatype { Self.storedDatatype }
  public var attributeSpace: Dataspace { .scalar }
  public func write(to attribute: Attribute) throws(HDF5Error) { try attribute.write([self]) }
}

extension String: AttributeValue {}
extension Bool: AttributeValue {}
extension Int8: AttributeValue {}
extension Int16: AttributeValue {}
extension Int32: AttributeValue {}
extension Int64: AttributeValue {}
extension Int: AttributeValue {}
extension UInt8: AttributeValue {}
extension UInt16: AttributeValue {}
extension UInt32: AttributeValue {}
extension UInt64: AttributeValue {}
extension UInt: AttributeValue {}
extension Float16: AttributeValue {}
extension Float: AttributeValue {}
extension Double: AttributeValue {}
extension Complex: AttributeValue {}

extension Array: AttributeValue where Element: HDF5Element {
  public init(reading attribute: Attribute) throws(HDF5Error) { self = try attribute.read() }
  public var attributeType: Datatype { Element.storedDatatype }
  public var attributeSpace: Dataspace { .array([count]) }
  public func write(to attribute: Attribute) throws(HDF5Error) { try attribute.write(self) }
}

/// Elements in C order with their shape.
public struct Shaped<Element: HDF5Element>: AttributeValue {
  public var shape: [Int]
  public var elements: [Element]

  public init(_ elements: [Element], shape: [Int]) {
    self.elements = elements
    self.shape = shape
  }

  public init(reading attribute: Attribute) throws(HDF5Error) {
    shape = attribute.space.shape
    elements = try attribute.read()
  }

  public var attributeType: Datatype { Element.storedDatatype }
  public var attributeSpace: Dataspace { .array(shape) }
  public func write(to attribute: Attribute) throws(HDF5Error) { try attribute.write(elements) }
}

/// An attribute with a type and no value: h5py's `Empty`.
public struct Empty: AttributeValue {
  public var type: Datatype

  public init(_ type: Datatype = .float32) { self.type = type }

  public init(reading attribute: Attribute) throws(HDF5Error) {
    guard attribute.space == .null else {
      throw HDF5Error(.typeMismatch, call: "H5Aread", on: attribute.location, "is not empty")
    }
    type = attribute.type
  }

  public var attributeType: Datatype { type }
  public var attributeSpace: Dataspace { .null }
  public func write(to attribute: Attribute) throws(HDF5Error) {}
}
