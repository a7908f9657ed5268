internal import CHDF5

/// Where references lie in an element in memory.
indirect enum ReferenceLayout: Equatable {
  case none
  /// The address of an object's header.
  case object
  case region
  case fields([Field])
  case array(count: Int, stride: Int, ReferenceLayout)
  /// A variable-length list.
  case list(stride: Int, ReferenceLayout)

  struct Field: Equatable {
    var offset: Int
    var layout: ReferenceLayout
  }

  private static let deepest = 32

  /// - Parameter type: a type in memory, as the library gives it out.
  init(_ type: borrowing Handle, of object: String, depth: Int = 0) throws(HDF5Error) {
    guard depth < Self.deepest else {
      throw HDF5Error(.unsupported, call: "H5Tget_super", on: object, "the type is nested more than \(Self.deepest) deep")
    }
    let id = type.id
    switch Library.withGate({ H5Tget_class(id) }) {
    case H5T_REFERENCE:
      let isObject = try Library.ask("H5Tequal", on: object) { H5Tequal(id, lamella_h5t_std_ref_obj()) }
      self = isObject ? .object : .region
    case H5T_COMPOUND:
      let count = try Library.call("H5Tget_nmembers", on: object) { H5Tget_nmembers(id) }
      var fields: [Field] = []
      for index in 0..<UInt32(count) {
        let member = try Library.make("H5Tget_member_type", on: object) { H5Tget_member_type(id, index) }
        let layout = try ReferenceLayout(member, of: object, depth: depth + 1)
        if layout != .none { fields.append(Field(offset: Library.withGate { H5Tget_member_offset(id, index) }, layout: layout)) }
      }
      self = fields.isEmpty ? .none : .fields(fields)
    case H5T_ARRAY, H5T_VLEN:
      let base = try Library.make("H5Tget_super", on: object) { H5Tget_super(id) }
      let layout = try ReferenceLayout(base, of: object, depth: depth + 1)
      let (size, stride, isList) = Library.withGate {
        (H5Tget_size(id), H5Tget_size(base.id), H5Tget_class(id) == H5T_VLEN)
      }
      if layout == .none {
        self = .none
      } else {
        self = isList ? .list(stride: stride, layout) : .array(count: size / max(1, stride), stride: stride, layout)
      }
    default: self = .none
    }
  }
}
