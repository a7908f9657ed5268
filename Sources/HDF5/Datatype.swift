/// The type of an element, as a value.
///
/// Made from a file's type and turned back into one without loss; what the cases cannot express is carried
/// in encoded form as `other`.
public indirect enum Datatype: Hashable, Sendable {
  public enum ByteOrder: Hashable, Sendable { case little, big }
  public enum CharacterSet: Hashable, Sendable { case ascii, utf8 }
  /// How a fixed-length string fills its room.
  public enum Padding: Hashable, Sendable { case nullTerminated, nullPadded, spacePadded }
  public enum ReferenceKind: Hashable, Sendable { case object, region }

  /// A name and its value in an enumeration.
  public struct Member: Hashable, Sendable {
    public var name: String
    public var value: Int64
    public init(_ name: String, _ value: Int64) {
      self.name = name
      self.value = value
    }
  }

  /// A field of a compound and the byte where it begins.
  public struct Field: Hashable, Sendable {
    public var name: String
    public var type: Datatype
    public var offset: Int
    public init(_ name: String, _ type: Datatype, offset: Int) {
      self.name = name
      self.type = type
      self.offset = offset
    }
  }

  case integer(size: Int, signed: Bool, order: ByteOrder = .little)
  /// IEEE 754 binary of 2, 4 or 8 bytes.
  case float(size: Int, order: ByteOrder = .little)
  /// h5py's boolean: an enumeration FALSE = 0, TRUE = 1 over int8.
  case boolean
  /// h5py's complex: a compound of `r` and `i`; the size is that of a component.
  case complex(size: Int, order: ByteOrder = .little)
  case fixedString(length: Int, padding: Padding = .nullPadded, characters: CharacterSet = .utf8)
  case variableString(characters: CharacterSet = .utf8)
  case enumeration(base: Datatype, members: [Member])
  case compound(fields: [Field], size: Int)
  case opaque(size: Int, tag: String)
  case variableLength(Datatype)
  case array(Datatype, shape: [Int])
  case reference(ReferenceKind)
  case bitfield(size: Int, order: ByteOrder = .little)
  /// A type outside the cases above (odd precisions, extended floats, times), as `H5Tencode` writes it.
  case other(size: Int, encoding: [UInt8])

  public static let int8 = Datatype.integer(size: 1, signed: true)
  public static let int16 = Datatype.integer(size: 2, signed: true)
  public static let int32 = Datatype.integer(size: 4, signed: true)
  public static let int64 = Datatype.integer(size: 8, signed: true)
  public static let uint8 = Datatype.integer(size: 1, signed: false)
  public static let uint16 = Datatype.integer(size: 2, signed: false)
  public static let uint32 = Datatype.integer(size: 4, signed: false)
  public static let uint64 = Datatype.integer(size: 8, signed: false)
  public static let float16 = Datatype.float(size: 2)
  public static let float32 = Datatype.float(size: 4)
  public static let float64 = Datatype.float(size: 8)
  public static let complex64 = Datatype.complex(size: 4)
  public static let complex128 = Datatype.complex(size: 8)
  public static let string = Datatype.variableString()

  /// Bytes of an element, in the file or in raw form.
  ///
  /// Variable-length elements take the 16 bytes of their descriptor; `nil` where the size does not fit an `Int`.
  public var size: Int {
    switch self {
    case .integer(let size, _, _), .float(let size, _), .bitfield(let size, _): size
    case .boolean: 1
    case .complex(let size, _): 2 * size
    case .fixedString(let length, _, _): length
    case .variableString, .variableLength: 16
    case .enumeration(let base, _): base.size
    case .compound(_, let size), .opaque(let size, _), .other(let size, _): size
    case .array(let element, let shape):
      shape.reduce(element.size) { $0.multipliedReportingOverflow(by: $1).partialValue }
    case .reference(let kind): kind == .object ? 8 : 12
    }
  }

  /// Whether an element's bytes stand for the value themselves, without a reference into a heap.
  public var isSelfContained: Bool {
    switch self {
    case .variableString, .variableLength: false
    case .compound(let fields, _): fields.allSatisfy(\.type.isSelfContained)
    case .array(let element, _): element.isSelfContained
    default: true
    }
  }

  /// Whether elements are strings of either form.
  public var isString: Bool {
    switch self {
    case .fixedString, .variableString: true
    default: false
    }
  }
}
