internal import HDF5
internal import Microscopy

/// How the elements of an HDF5 type are handed on: as numbers, or as a few equal numbers along a last axis.
struct ArrayElement: Hashable, Sendable {
  var type: ScalarType
  /// The type to read as: native byte order, no gaps.
  var memoryType: Datatype
  /// The fields of a colour, in order; empty for numbers.
  var components: [String] = []

  /// Nil for types that are no numbers.
  init?(_ datatype: Datatype) {
    if let (type, memoryType) = Self.number(datatype) {
      self.type = type
      self.memoryType = memoryType
      return
    }
    guard case .compound(let fields, _) = datatype, let first = fields.first,
      let (type, memoryType) = Self.number(first.type)
    else { return nil }
    let names = fields.map { $0.name.lowercased() }
    switch names {
    case ["r", "g", "b"], ["r", "g", "b", "a"]:
      guard fields.allSatisfy({ Self.number($0.type)?.type == type }) else { return nil }
      self.type = type
      components = fields.map(\.name)
    case ["r", "i"], ["re", "im"], ["real", "imag"], ["real", "imaginary"], ["realfloat", "imagfloat"],
      ["realfloathalfeven", "imagfloathalfeven"], ["realfloathalfodd", "imagfloathalfodd"]:
      // Complex numbers under other names than h5py gives them; the last are Velox's.
      guard fields.allSatisfy({ Self.number($0.type)?.type == type }), type == .float32 || type == .float64 else {
        return nil
      }
      self.type = type == .float32 ? .complex64 : .complex128
    default: return nil
    }
    let packed = fields.enumerated().map { Datatype.Field($1.name, memoryType, offset: $0 * type.size) }
    self.memoryType = .compound(fields: packed, size: fields.count * type.size)
  }

  /// Bytes of one element in the file's shape, all its components together.
  var size: Int { type.size * max(1, components.count) }

  private static let native: Datatype.ByteOrder = ByteOrder.native == .little ? .little : .big

  private static func number(_ datatype: Datatype) -> (type: ScalarType, memoryType: Datatype)? {
    switch datatype {
    case .boolean: return (.bool, .boolean)
    case .integer(let size, let signed, _):
      let type: ScalarType
      switch (size, signed) {
      case (1, true): type = .int8
      case (2, true): type = .int16
      case (4, true): type = .int32
      case (8, true): type = .int64
      case (1, false): type = .uint8
      case (2, false): type = .uint16
      case (4, false): type = .uint32
      case (8, false): type = .uint64
      default: return nil
      }
      return (type, .integer(size: size, signed: signed, order: native))
    case .float(let size, _):
      guard let type: ScalarType = [2: .float16, 4: .float32, 8: .float64][size] else { return nil }
      return (type, .float(size: size, order: native))
    case .complex(let size, _):
      guard let type: ScalarType = [4: .complex64, 8: .complex128][size] else { return nil }
      return (type, .complex(size: size, order: native))
    case .enumeration(let base, let members):
      guard let (type, memoryType) = number(base) else { return nil }
      return (type, .enumeration(base: memoryType, members: members))
    default: return nil
    }
  }
}
