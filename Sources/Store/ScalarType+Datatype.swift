internal import HDF5
internal import Microscopy

extension ScalarType {
  /// The type in a file, little-endian; booleans and complex numbers as h5py writes them.
  var datatype: Datatype {
    switch self {
    case .bool: .boolean
    case .int8: .int8
    case .int16: .int16
    case .int32: .int32
    case .int64: .int64
    case .uint8: .uint8
    case .uint16: .uint16
    case .uint32: .uint32
    case .uint64: .uint64
    case .float16: .float16
    case .float32: .float32
    case .float64: .float64
    case .complex64: .complex64
    case .complex128: .complex128
    }
  }

  /// The type that holds a file's elements, whatever their byte order; nil when there is none.
  init?(_ datatype: Datatype) {
    switch datatype {
    case .boolean: self = .bool
    case .integer(1, true, _): self = .int8
    case .integer(2, true, _): self = .int16
    case .integer(4, true, _): self = .int32
    case .integer(8, true, _): self = .int64
    case .integer(1, false, _): self = .uint8
    case .integer(2, false, _): self = .uint16
    case .integer(4, false, _): self = .uint32
    case .integer(8, false, _): self = .uint64
    case .float(2, _): self = .float16
    case .float(4, _): self = .float32
    case .float(8, _): self = .float64
    case .complex(4, _): self = .complex64
    case .complex(8, _): self = .complex128
    default: return nil
    }
  }
}
