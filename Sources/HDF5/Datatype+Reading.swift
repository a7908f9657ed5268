internal import CHDF5

extension Datatype {
  /// How deep types may nest before a file is taken for hostile.
  private static let deepest = 32

  /// Describes a type of the library.
  init(reading type: borrowing Handle, of object: String, depth: Int = 0) throws(HDF5Error) {
    guard depth < Self.deepest else {
      throw HDF5Error(
        .unsupported, call: "H5Tget_super", on: object, "the type is nested more than \(Self.deepest) deep")
    }
    let id = type.id
    let (typeClass, size) = Library.withGate { (H5Tget_class(id), H5Tget_size(id)) }
    guard size > 0, size <= Int(Int32.max) else {
      throw HDF5Error(.damaged, call: "H5Tget_size", on: object, "the type has a size of \(size) bytes")
    }
    switch typeClass {
    case H5T_INTEGER: self = try Self.integer(type, size, object)
    case H5T_FLOAT: self = try Self.float(type, size, object)
    case H5T_STRING: self = try Self.string(type, size, object)
    case H5T_ENUM: self = try Self.enumeration(type, size, object, depth)
    case H5T_COMPOUND: self = try Self.compound(type, size, object, depth)
    case H5T_OPAQUE:
      let tag = Library.withGate {
        let text = unsafe H5Tget_tag(id)
        defer { unsafe H5free_memory(text) }
        return unsafe text.map { unsafe String(cString: $0) } ?? ""
      }
      self = .opaque(size: size, tag: tag)
    case H5T_VLEN:
      let base = try Library.make("H5Tget_super", on: object) { H5Tget_super(id) }
      self = .variableLength(try Datatype(reading: base, of: object, depth: depth + 1))
    case H5T_ARRAY:
      let base = try Library.make("H5Tget_super", on: object) { H5Tget_super(id) }
      let rank = try Library.call("H5Tget_array_ndims", on: object) { H5Tget_array_ndims(id) }
      var extents = [hsize_t](repeating: 0, count: Int(rank))
      _ = try Library.call("H5Tget_array_dims2", on: object) { unsafe H5Tget_array_dims2(id, &extents) }
      self = .array(
        try Datatype(reading: base, of: object, depth: depth + 1), shape: extents.map { Int(clamping: $0) })
    case H5T_REFERENCE:
      let isObject = try Library.ask("H5Tequal", on: object) { H5Tequal(id, lamella_h5t_std_ref_obj()) }
      self = .reference(isObject ? .object : .region)
    case H5T_BITFIELD:
      let order = Library.withGate { H5Tget_order(id) }
      let (precision, offset) = Library.withGate { (H5Tget_precision(id), H5Tget_offset(id)) }
      self =
        size <= 8 && precision == 8 * size && offset == 0
        ? .bitfield(size: size, order: ByteOrder(order)) : try Self.other(type, size, object)
    default: self = try Self.other(type, size, object)
    }
  }

  private static func integer(_ type: borrowing Handle, _ size: Int, _ object: String) throws(HDF5Error)
    -> Datatype
  {
    let id = type.id
    let (precision, offset, sign, order) = Library.withGate {
      (H5Tget_precision(id), H5Tget_offset(id), H5Tget_sign(id), H5Tget_order(id))
    }
    if size > 8 || precision != 8 * size || offset != 0 { return try other(type, size, object) }
    return .integer(size: size, signed: sign == H5T_SGN_2, order: ByteOrder(order))
  }

  private static func float(_ type: borrowing Handle, _ size: Int, _ object: String) throws(HDF5Error)
    -> Datatype
  {
    let order = ByteOrder(Library.withGate { H5Tget_order(type.id) })
    if [2, 4, 8].contains(size) {
      let candidate = Datatype.float(size: size, order: order)
      let model = try candidate.makeHandle(for: object)
      if try Library.ask("H5Tequal", on: object, { H5Tequal(type.id, model.id) }) { return candidate }
    }
    return try other(type, size, object)
  }

  private static func string(_ type: borrowing Handle, _ size: Int, _ object: String) throws(HDF5Error)
    -> Datatype
  {
    let id = type.id
    let isVariable = try Library.ask("H5Tis_variable_str", on: object) { H5Tis_variable_str(id) }
    let (padding, characters) = Library.withGate { (H5Tget_strpad(id), H5Tget_cset(id)) }
    let set: CharacterSet = characters == H5T_CSET_UTF8 ? .utf8 : .ascii
    if isVariable { return .variableString(characters: set) }
    let fill: Padding =
      switch padding {
      case H5T_STR_NULLTERM: .nullTerminated
      case H5T_STR_SPACEPAD: .spacePadded
      default: .nullPadded
      }
    return .fixedString(length: size, padding: fill, characters: set)
  }

  private static func enumeration(
    _ type: borrowing Handle, _ size: Int, _ object: String, _ depth: Int
  ) throws(HDF5Error) -> Datatype {
    let id = type.id
    let base = try Library.make("H5Tget_super", on: object) { H5Tget_super(id) }
    let baseType = try Datatype(reading: base, of: object, depth: depth + 1)
    guard case .integer(let width, let signed, let order) = baseType else {
      return try other(type, size, object)
    }
    let count = try Library.call("H5Tget_nmembers", on: object) { H5Tget_nmembers(id) }
    var members: [Member] = []
    for index in 0..<UInt32(count) {
      let name = try memberName(type, index, object)
      var bytes = [UInt8](repeating: 0, count: max(size, 8))
      _ = try Library.call("H5Tget_member_value", on: object) {
        unsafe H5Tget_member_value(id, index, &bytes)
      }
      bytes.removeLast(bytes.count - width)
      if order == .little { bytes.reverse() }
      var value: Int64 = signed && (bytes.first ?? 0) >= 128 ? -1 : 0
      for byte in bytes { value = value << 8 | Int64(byte) }
      members.append(Member(name, value))
    }
    if baseType == .int8 && members == booleanMembers { return .boolean }
    return .enumeration(base: baseType, members: members)
  }

  private static func compound(
    _ type: borrowing Handle, _ size: Int, _ object: String, _ depth: Int
  ) throws(HDF5Error) -> Datatype {
    let id = type.id
    let count = try Library.call("H5Tget_nmembers", on: object) { H5Tget_nmembers(id) }
    var fields: [Field] = []
    for index in 0..<UInt32(count) {
      let name = try memberName(type, index, object)
      let part = try Library.make("H5Tget_member_type", on: object) { H5Tget_member_type(id, index) }
      let offset = Library.withGate { H5Tget_member_offset(id, index) }
      fields.append(Field(name, try Datatype(reading: part, of: object, depth: depth + 1), offset: offset))
    }
    if fields.count == 2, fields[0].name == "r", fields[1].name == "i", fields[0].type == fields[1].type,
      case .float(let part, let order) = fields[0].type, size == 2 * part, fields[0].offset == 0
    {
      return .complex(size: part, order: order)
    }
    return .compound(fields: fields, size: size)
  }

  private static func memberName(
    _ type: borrowing Handle, _ index: UInt32, _ object: String
  ) throws(HDF5Error) -> String {
    let name: String? = Library.withGate {
      guard let text = unsafe H5Tget_member_name(type.id, index) else { return nil }
      defer { unsafe H5free_memory(text) }
      return unsafe String(cString: text)
    }
    guard let name else {
      throw HDF5Error(
        .damaged, call: "H5Tget_member_name", on: object, "the type has a member without a name")
    }
    return name
  }

  private static func other(_ type: borrowing Handle, _ size: Int, _ object: String) throws(HDF5Error)
    -> Datatype
  {
    var length = 0
    _ = try Library.call("H5Tencode", on: object) { unsafe H5Tencode(type.id, nil, &length) }
    var bytes = [UInt8](repeating: 0, count: length)
    _ = try Library.call("H5Tencode", on: object) { unsafe H5Tencode(type.id, &bytes, &length) }
    return .other(size: size, encoding: bytes)
  }
}

extension Datatype.ByteOrder {
  init(_ order: H5T_order_t) { self = order == H5T_ORDER_BE ? .big : .little }
}
