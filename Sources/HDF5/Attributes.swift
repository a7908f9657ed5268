internal import CHDF5

/// The attributes of an object.
public struct Attributes: Sendable {
  private let anchor: Anchor

  init(_ anchor: Anchor) { self.anchor = anchor }

  /// The names in alphabetical order.
  ///
  /// The corresponding C function is `H5Aiterate2`.
  public var names: [String] {
    get throws(HDF5Error) {
      var names: [String] = []
      _ = try Library.call("H5Aiterate2", anchor.handle, on: anchor.location) { id in
        unsafe withUnsafeMutablePointer(to: &names) { pointer in
          unsafe H5Aiterate2(
            id, H5_INDEX_NAME, H5_ITER_INC, nil,
            { _, name, _, context in
              guard let name = unsafe name, let context = unsafe context else { return 0 }
              unsafe context.assumingMemoryBound(to: [String].self).pointee.append(String(cString: name))
              return 0
            }, pointer)
        }
      }
      return names
    }
  }

  public func contains(_ name: String) throws(HDF5Error) -> Bool {
    try checkName(name, call: "H5Aexists", on: anchor.location)
    return try Library.call("H5Aexists", anchor.handle, on: location(name)) { unsafe H5Aexists($0, name) } > 0
  }

  /// Opens an attribute.
  ///
  /// The corresponding C function is `H5Aopen`.
  public func open(_ name: String) throws(HDF5Error) -> Attribute {
    guard try contains(name) else {
      throw HDF5Error(
        .notFound, call: "H5Aopen", on: location(name), "the attribute was not found",
        advice: "List the object's attributes to see what it has.")
    }
    let handle = try Library.make("H5Aopen", anchor.handle, on: location(name)) {
      unsafe H5Aopen($0, name, lamella_h5p_default())
    }
    return try Attribute(handle, name: name, of: anchor.location, in: anchor.file)
  }

  /// Creates an attribute with zeroed values, in place of one of that name.
  @discardableResult
  public func create(_ name: String, type: Datatype, space: Dataspace) throws(HDF5Error) -> Attribute {
    if try contains(name) { try remove(name) }
    let typeHandle = try type.makeHandle(for: location(name))
    let spaceHandle = try space.makeHandle(for: location(name))
    let handle = try Library.make("H5Acreate2", anchor.handle, on: location(name)) {
      unsafe H5Acreate2(
        $0, name, typeHandle.id, spaceHandle.id, lamella_h5p_default(), lamella_h5p_default())
    }
    return try Attribute(handle, name: name, of: anchor.location, in: anchor.file)
  }

  /// The value of an attribute, converted where nothing is lost.
  public func read<Value: AttributeValue>(
    _ name: String, as _: Value.Type = Value.self
  ) throws(HDF5Error) -> Value {
    try Value(reading: try open(name))
  }

  /// The value of an attribute, or `nil` where there is none of that name.
  public func readIfPresent<Value: AttributeValue>(
    _ name: String, as _: Value.Type = Value.self
  ) throws(HDF5Error) -> Value? {
    guard try contains(name) else { return nil }
    return try Value(reading: try open(name))
  }

  /// Stores a value, in place of one of that name.
  public func set<Value: AttributeValue>(_ name: String, to value: Value) throws(HDF5Error) {
    let attribute = try create(name, type: value.attributeType, space: value.attributeSpace)
    try value.write(to: attribute)
  }

  /// Removes an attribute.
  ///
  /// The corresponding C function is `H5Adelete`.
  public func remove(_ name: String) throws(HDF5Error) {
    try checkName(name, call: "H5Adelete", on: anchor.location)
    _ = try Library.call("H5Adelete", anchor.handle, on: location(name)) { unsafe H5Adelete($0, name) }
  }

  /// Gives an attribute another name.
  ///
  /// The corresponding C function is `H5Arename`.
  public func rename(_ name: String, to newName: String) throws(HDF5Error) {
    try checkName(name, call: "H5Arename", on: anchor.location)
    try checkName(newName, call: "H5Arename", on: anchor.location)
    _ = try Library.call("H5Arename", anchor.handle, on: location(name)) {
      unsafe H5Arename($0, name, newName)
    }
  }

  private func location(_ name: String) -> String { "\(anchor.location)@\(name)" }
}
