internal import CHDF5

/// How numbers are fitted to a type that cannot hold all of them.
public enum Conversion: Hashable, Sendable {
  /// A value that the wanted type cannot hold exactly is an error.
  case exact
  /// The library's conversion: floats are rounded, integers clipped to the nearest value in range.
  case nearest
}

enum NumberClass { case signed, unsigned, float }

/// One movement of elements between memory and an attribute or the selected part of a dataset.
public struct Transfer: ~Copyable {
  enum Subject {
    case attribute(Attribute)
    case dataset(Dataset)
  }

  let subject: Subject
  /// The type in the file.
  let fileType: Datatype
  /// The number of elements.
  let count: Int
  let conversion: Conversion
  /// The field of a compound that alone is moved; its type is then the file type above.
  let field: String?
  /// The selection in the file and its shape in memory; unused for attributes.
  let fileSpace: Handle
  let memorySpace: Handle

  var object: String {
    switch subject {
    case .attribute(let attribute): attribute.location
    case .dataset(let dataset): dataset.location
    }
  }

  /// Reads all elements in the memory type given; the pointer has room for them.
  func read(_ type: borrowing Handle, into pointer: UnsafeMutableRawPointer) throws(HDF5Error) {
    if count == 0 { return }
    if let field {
      let wrapped = try wrap(type, as: field)
      try unsafe readElements(wrapped, into: pointer)
    } else {
      try unsafe readElements(type, into: pointer)
    }
  }

  private func readElements(_ type: borrowing Handle, into pointer: UnsafeMutableRawPointer) throws(HDF5Error) {
    switch subject {
    case .attribute(let attribute):
      _ = try Library.call("H5Aread", attribute.handle, on: object) { unsafe H5Aread($0, type.id, pointer) }
    case .dataset(let dataset):
      _ = try Library.call("H5Dread", dataset.handle, on: object) {
        unsafe H5Dread($0, type.id, memorySpace.id, fileSpace.id, lamella_h5p_default(), pointer)
      }
    }
  }

  /// Writes all elements from the memory type given.
  func write(_ type: borrowing Handle, from pointer: UnsafeRawPointer) throws(HDF5Error) {
    if count == 0 { return }
    if let field {
      let wrapped = try wrap(type, as: field)
      try unsafe writeElements(wrapped, from: pointer)
    } else {
      try unsafe writeElements(type, from: pointer)
    }
  }

  /// A compound of one field, by which the library takes that field out of larger compounds.
  private func wrap(_ type: borrowing Handle, as field: String) throws(HDF5Error) -> Handle {
    try checkName(field, call: "H5Tinsert", on: object)
    let size = Library.withGate { H5Tget_size(type.id) }
    let compound = try Library.make("H5Tcreate", on: object) { H5Tcreate(H5T_COMPOUND, size) }
    _ = try Library.call("H5Tinsert", on: object) { unsafe H5Tinsert(compound.id, field, 0, type.id) }
    return compound
  }

  private func writeElements(_ type: borrowing Handle, from pointer: UnsafeRawPointer) throws(HDF5Error) {
    switch subject {
    case .attribute(let attribute):
      _ = try Library.call("H5Awrite", attribute.handle, on: object) { unsafe H5Awrite($0, type.id, pointer) }
    case .dataset(let dataset):
      _ = try Library.call("H5Dwrite", dataset.handle, on: object) {
        unsafe H5Dwrite($0, type.id, memorySpace.id, fileSpace.id, lamella_h5p_default(), pointer)
      }
    }
  }

  /// Reads all elements as values of the given memory type.
  func values<Value: BitwiseCopyable>(
    _ type: Datatype, as _: Value.Type = Value.self
  ) throws(HDF5Error) -> [Value] {
    let memoryType = try type.makeHandle(for: object)
    return try unsafe array(of: Value.self, count) { (buffer) throws(HDF5Error) in
      try unsafe read(memoryType, into: buffer)
    }
  }

  func put<Value: BitwiseCopyable>(_ values: [Value], as type: Datatype) throws(HDF5Error) {
    let memoryType = try type.makeHandle(for: object)
    try unsafe withBytes(of: values) { (pointer) throws(HDF5Error) in
      try unsafe write(memoryType, from: pointer)
    }
  }

  /// What kind of number a type outside the usual ones is; `nil` where it is none.
  func numberClass() throws(HDF5Error) -> NumberClass? {
    switch fileType.numericType {
    case .integer(_, let signed, _): return signed ? .signed : .unsigned
    case .float: return .float
    case .other?:
      let type = try fileType.makeHandle(for: object)
      return Library.withGate {
        switch H5Tget_class(type.id) {
        case H5T_INTEGER, H5T_ENUM: H5Tget_sign(type.id) == H5T_SGN_2 ? .signed : .unsigned
        case H5T_FLOAT: .float
        default: nil
        }
      }
    default: return nil
    }
  }

  func mismatch(_ wanted: String) -> HDF5Error {
    HDF5Error(
      .typeMismatch, call: "H5Tconvert", on: object,
      "holds elements of type \(fileType), which are no \(wanted)")
  }
}

/// An array of trivial values that a C call fills; it is zeroed first, as a call may leave elements alone.
func array<Value: BitwiseCopyable>(
  of _: Value.Type, _ count: Int, filledBy body: (UnsafeMutableRawPointer) throws(HDF5Error) -> Void
) throws(HDF5Error) -> [Value] {
  var failure: HDF5Error?
  let values = unsafe [Value](unsafeUninitializedCapacity: count) { buffer, initialized in
    guard count > 0, let start = UnsafeMutableRawBufferPointer(buffer).baseAddress else { return }
    unsafe start.initializeMemory(as: UInt8.self, repeating: 0, count: count * MemoryLayout<Value>.stride)
    do throws(HDF5Error) {
      try unsafe body(start)
      initialized = count
    } catch {
      failure = error
    }
  }
  if let failure { throw failure }
  return values
}

func withBytes<Value: BitwiseCopyable>(
  of values: [Value], _ body: (UnsafeRawPointer) throws(HDF5Error) -> Void
) throws(HDF5Error) {
  var failure: HDF5Error?
  unsafe values.withUnsafeBytes { buffer in
    guard let start = buffer.baseAddress else { return }
    do throws(HDF5Error) {
      try unsafe body(start)
    } catch {
      failure = error
    }
  }
  if let failure { throw failure }
}
