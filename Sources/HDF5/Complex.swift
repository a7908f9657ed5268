/// A floating-point number that can be a part of a complex one.
public protocol HDF5ComplexPart: HDF5Number, Hashable, ExpressibleByIntegerLiteral {}

extension Float: HDF5ComplexPart {}
extension Double: HDF5ComplexPart {}

/// A complex number as h5py stores it: a compound of `r` and `i`.
public struct Complex<Part: HDF5ComplexPart>: Hashable, Sendable, BitwiseCopyable {
  public var real: Part
  public var imaginary: Part

  public init(_ real: Part, _ imaginary: Part) {
    self.real = real
    self.imaginary = imaginary
  }
}

extension Complex: HDF5Scalar {
  public static var storedDatatype: Datatype { .complex(size: MemoryLayout<Part>.size) }

  /// Reads complex numbers; real ones get an imaginary part of zero.
  public static func read(from transfer: borrowing Transfer) throws(HDF5Error) -> [Complex] {
    guard case .complex(let size, _) = transfer.fileType else {
      return try Part.read(from: transfer).map { Complex($0, 0) }
    }
    guard size <= MemoryLayout<Part>.size || transfer.conversion == .nearest else {
      throw HDF5Error(
        .wouldLoseValues, call: "H5Tconvert", on: transfer.object,
        "holds complex numbers of \(size) bytes a part, which do not fit \(Self.self)")
    }
    return try transfer.values(storedDatatype)
  }

  public static func write(_ values: [Complex], to transfer: borrowing Transfer) throws(HDF5Error) {
    guard case .complex(let size, _) = transfer.fileType else { throw transfer.mismatch("complex number") }
    guard size >= MemoryLayout<Part>.size || transfer.conversion == .nearest else {
      throw HDF5Error(
        .wouldLoseValues, call: "H5Dwrite", on: transfer.object,
        "the file's parts of \(size) bytes cannot hold \(Part.self)")
    }
    try transfer.put(values, as: storedDatatype)
  }
}
