internal import Blocks
internal import Microscopy

extension MRCHeader {
  /// The values as they are handed on: sections, rows, columns, and a last dimension of 3 for colours.
  struct Values {
    var type: ScalarType
    var array: any ArraySource
    var isColour = false
    var notes: [String] = []
  }

  /// - Parameter isUnsigned: what is known of bytes from elsewhere.
  func values(isUnsigned: Bool? = nil) throws(FormatError) -> Values {
    switch mode {
    case 0: return try byteValues(isUnsigned: isUnsigned)
    case 1: return try plain(.int16)
    case 2: return try plain(.float32)
    case 3:
      return Values(type: .complex64, array: ComplexShortArray(pairs: try strided(.int16, extra: 2)))
    case 4: return try plain(.complex64)
    case 6: return try plain(.uint16)
    case 12: return try plain(.float16)
    case 16: return Values(type: .uint8, array: try strided(.uint8, extra: 3), isColour: true)
    case 101:
      let rows = try StridedFile(
        file, offset: dataOffset, shape: [extents[2], extents[1], (extents[0] + 1) / 2], type: .uint8, byteOrder: byteOrder)
      return Values(type: .uint8, array: NibbleArray(rows: rows, width: extents[0]))
    default:
      throw error("the mode \(mode) is not known", at: 12, field: "MODE")
    }
  }

  private func plain(_ type: ScalarType) throws(FormatError) -> Values { Values(type: type, array: try strided(type)) }

  private func strided(_ type: ScalarType, extra: Int? = nil) throws(FormatError) -> StridedFile {
    try StridedFile(
      file, offset: dataOffset, shape: extents.reversed() + (extra.map { [$0] } ?? []), type: type, byteOrder: byteOrder)
  }

  /// Bytes of mode 0 have a sign in MRC2014, and have none as many programs and cameras write them.
  private func byteValues(isUnsigned: Bool?) throws(FormatError) -> Values {
    if let known = isUnsigned ?? imodSign.map({ !$0 }) { return try plain(known ? .uint8 : .int8) }
    let isKnown = statistics[0] <= statistics[1]
    if isKnown, statistics[0] < 0 { return try plain(.int8) }
    var values = try plain(.uint8)
    if !isKnown { values.notes = ["The header does not say whether the bytes have a sign; they were read without."] }
    return values
  }
}

/// Complex numbers whose parts are 16-bit integers (mode 3), as complex numbers of single precision.
struct ComplexShortArray: ArraySource {
  /// A last dimension of 2: the real and the imaginary part.
  let pairs: StridedFile

  var shape: [Int] { pairs.shape.dropLast() }
  var elementSize: Int { 8 }

  func read(_ box: [Range<Int>]) throws(FormatError) -> [UInt8] {
    let parts = try pairs.read(box + [0..<2])
    return unsafe [UInt8](unsafeUninitializedCapacity: parts.count * 2) { target, initialized in
      unsafe parts.withUnsafeBytes { source in
        let target = UnsafeMutableRawBufferPointer(target)
        for index in 0..<source.count / 2 {
          let value = unsafe source.loadUnaligned(fromByteOffset: index * 2, as: Int16.self)
          unsafe target.storeBytes(of: Float(value), toByteOffset: index * 4, as: Float.self)
        }
      }
      initialized = parts.count * 2
    }
  }
}

/// Numbers of 4 bits (mode 101), the first of two in the low half of its byte; every row begins with a whole byte.
struct NibbleArray: ArraySource {
  let rows: StridedFile
  let width: Int

  var shape: [Int] { rows.shape.dropLast() + [width] }
  var elementSize: Int { 1 }

  func read(_ box: [Range<Int>]) throws(FormatError) -> [UInt8] {
    guard let columns = box.last, !columns.isEmpty else { return [] }
    let first = columns.lowerBound / 2
    let packed = try rows.read(box.dropLast() + [first..<(columns.upperBound + 1) / 2])
    let step = (columns.upperBound + 1) / 2 - first
    let lines = packed.count / step
    return unsafe [UInt8](unsafeUninitializedCapacity: lines * columns.count) { target, initialized in
      unsafe packed.withUnsafeBufferPointer { source in
        for line in 0..<lines {
          for (index, column) in columns.enumerated() {
            let byte = unsafe source[line * step + column / 2 - first]
            unsafe target[line * columns.count + index] = column % 2 == 0 ? byte & 15 : byte >> 4
          }
        }
      }
      initialized = lines * columns.count
    }
  }
}
