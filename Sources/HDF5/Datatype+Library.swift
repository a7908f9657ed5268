internal import CHDF5

extension Datatype {
  /// Makes the library's type of this value; the caller owns the handle.
  func makeHandle(for object: String) throws(HDF5Error) -> Handle {
    switch self {
    case .integer(let size, let signed, let order):
      guard (1...8).contains(size) else {
        throw HDF5Error(
          .invalidArgument, call: "H5Tcopy", on: object, "an integer of \(size) bytes cannot be made",
          advice: "Use 1, 2, 4 or 8 bytes.")
      }
      return try Library.make("H5Tset_size", on: object) {
        lamella_h5t_integer(size, signed ? 1 : 0, order == .big ? 1 : 0)
      }
    case .float(let size, let order):
      guard [2, 4, 8].contains(size) else {
        throw HDF5Error(
          .invalidArgument, call: "H5Tcopy", on: object, "a float of \(size) bytes cannot be made",
          advice: "Use 2, 4 or 8 bytes.")
      }
      return try Library.make("H5Tset_fields", on: object) { lamella_h5t_float(size, order == .big ? 1 : 0) }
    case .boolean:
      return try Datatype.enumeration(base: .int8, members: Self.booleanMembers).makeHandle(for: object)
    case .complex(let size, let order):
      let part = Datatype.float(size: size, order: order)
      return try Datatype.compound(
        fields: [Field("r", part, offset: 0), Field("i", part, offset: size)], size: 2 * size
      ).makeHandle(for: object)
    case .fixedString(let length, let padding, let characters):
      let type = try Library.make("H5Tcopy", on: object) { H5Tcopy(lamella_h5t_c_s1()) }
      guard length > 0 else {
        throw HDF5Error(
          .invalidArgument, call: "H5Tset_size", on: object, "a fixed string needs a length of 1 or more")
      }
      _ = try Library.call("H5Tset_size", on: object) { H5Tset_size(type.id, length) }
      _ = try Library.call("H5Tset_strpad", on: object) { H5Tset_strpad(type.id, padding.native) }
      _ = try Library.call("H5Tset_cset", on: object) { H5Tset_cset(type.id, characters.native) }
      return type
    case .variableString(let characters):
      let type = try Library.make("H5Tcopy", on: object) { H5Tcopy(lamella_h5t_c_s1()) }
      _ = try Library.call("H5Tset_size", on: object) { H5Tset_size(type.id, lamella_h5t_variable()) }
      _ = try Library.call("H5Tset_cset", on: object) { H5Tset_cset(type.id, characters.native) }
      return type
    case .enumeration(let base, let members):
      return try Self.makeEnumeration(base, members, for: object)
    case .compound(let fields, let size):
      return try Self.makeCompound(fields, size, for: object)
    case .opaque(let size, let tag):
      let type = try Library.make("H5Tcreate", on: object) { H5Tcreate(H5T_OPAQUE, size) }
      try checkName(tag, call: "H5Tset_tag", on: object)
      _ = try Library.call("H5Tset_tag", on: object) { unsafe H5Tset_tag(type.id, tag) }
      return type
    case .variableLength(let element):
      let part = try element.makeHandle(for: object)
      return try Library.make("H5Tvlen_create", on: object) { H5Tvlen_create(part.id) }
    case .array(let element, let shape):
      let part = try element.makeHandle(for: object)
      let extents = try nativeExtents(shape, call: "H5Tarray_create2", on: object)
      return try Library.make("H5Tarray_create2", on: object) {
        unsafe H5Tarray_create2(part.id, UInt32(truncatingIfNeeded: extents.count), extents)
      }
    case .reference(let kind):
      return try Library.make("H5Tcopy", on: object) {
        H5Tcopy(kind == .object ? lamella_h5t_std_ref_obj() : lamella_h5t_std_ref_dsetreg())
      }
    case .bitfield(let size, let order):
      return try Library.make("H5Tcopy", on: object) { lamella_h5t_bitfield(size, order == .big ? 1 : 0) }
    case .other(_, let encoding):
      return try Library.make("H5Tdecode", on: object) { unsafe H5Tdecode(encoding) }
    }
  }

  static var booleanMembers: [Member] { [Member("FALSE", 0), Member("TRUE", 1)] }

  private static func makeEnumeration(
    _ base: Datatype, _ members: [Member], for object: String
  ) throws(HDF5Error) -> Handle {
    guard case .integer(let size, _, let order) = base else {
      throw HDF5Error(
        .invalidArgument, call: "H5Tenum_create", on: object, "an enumeration needs an integer base")
    }
    let part = try base.makeHandle(for: object)
    let type = try Library.make("H5Tenum_create", on: object) { H5Tenum_create(part.id) }
    for member in members {
      try checkName(member.name, call: "H5Tenum_insert", on: object)
      guard base.holds(member.value) else {
        throw HDF5Error(
          .invalidArgument, call: "H5Tenum_insert", on: object,
          "\(member.name) = \(member.value) does not fit \(base)")
      }
      var bytes = [UInt8]()
      for index in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: member.value >> Int64(8 * index))) }
      bytes.removeLast(8 - size)
      if order == .big { bytes.reverse() }
      let value = bytes
      _ = try Library.call("H5Tenum_insert", on: object) {
        unsafe H5Tenum_insert(type.id, member.name, value)
      }
    }
    return type
  }

  private static func makeCompound(_ fields: [Field], _ size: Int, for object: String) throws(HDF5Error)
    -> Handle
  {
    guard size > 0 else {
      throw HDF5Error(.invalidArgument, call: "H5Tcreate", on: object, "a compound needs a size of 1 or more")
    }
    let type = try Library.make("H5Tcreate", on: object) { H5Tcreate(H5T_COMPOUND, size) }
    for field in fields {
      try checkName(field.name, call: "H5Tinsert", on: object)
      let part = try field.type.makeHandle(for: object)
      _ = try Library.call("H5Tinsert", on: object) {
        unsafe H5Tinsert(type.id, field.name, field.offset, part.id)
      }
    }
    return type
  }
}

extension Datatype.Padding {
  var native: H5T_str_t {
    switch self {
    case .nullTerminated: H5T_STR_NULLTERM
    case .nullPadded: H5T_STR_NULLPAD
    case .spacePadded: H5T_STR_SPACEPAD
    }
  }
}

extension Datatype.CharacterSet {
  var native: H5T_cset_t { self == .utf8 ? H5T_CSET_UTF8 : H5T_CSET_ASCII }
}

/// Refuses a name that C would cut short.
func checkName(_ name: String, call: String, on object: String) throws(HDF5Error) {
  if name.utf8.contains(0) {
    throw HDF5Error(
      .invalidArgument, call: call, on: object, "the name holds a zero byte", advice: "Use a name without it."
    )
  }
}

func nativeExtents(_ shape: [Int], call: String, on object: String) throws(HDF5Error) -> [hsize_t] {
  guard shape.allSatisfy({ $0 >= 0 }), shape.count <= 32 else {
    throw HDF5Error(
      .invalidArgument, call: call, on: object,
      "the shape \(shape) has a negative extent or more than 32 dimensions")
  }
  return shape.map { hsize_t($0) }
}
