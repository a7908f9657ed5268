public import Blocks
public import Microscopy

/// An array in a file, uncompressed, at any place, in any order of dimensions and either byte order.
///
/// Each index along dimension d is `byteStrides[d]` bytes further on; dimensions may be interleaved with other data
/// (frame headers, padding) but do not overlap. A box is returned in C order and native byte order whatever the disk holds.
/// Beside the result, reading uses at most about 16 MB.
public struct StridedFile: ArraySource {
  public let bytes: FileBytes
  /// Where the element with all indices zero begins.
  public let offset: Int
  public let shape: [Int]
  public let byteStrides: [Int]
  public let type: ScalarType
  public let byteOrder: ByteOrder
  /// The dimensions, slowest on disk first.
  let diskOrder: [Int]

  public var elementSize: Int { type.size }

  /// An array whose elements follow each other without gaps, its dimensions on disk in any order.
  ///
  /// - Parameter diskOrder: the dimensions of `shape`, slowest on disk first; C order when nil.
  public init(
    _ bytes: FileBytes, offset: Int, shape: [Int], type: ScalarType, byteOrder: ByteOrder, diskOrder: [Int]? = nil
  ) throws(FormatError) {
    let order = diskOrder ?? Array(shape.indices)
    precondition(order.sorted() == Array(shape.indices))
    _ = try Self.byteCount(of: shape, type, in: bytes, at: offset)
    var strides = [Int](repeating: type.size, count: shape.count)
    var next = type.size
    for dimension in order.reversed() {
      strides[dimension] = next
      next *= max(shape[dimension], 1)
    }
    try self.init(bytes, offset: offset, shape: shape, type: type, byteOrder: byteOrder, byteStrides: strides)
  }

  public init(
    _ bytes: FileBytes, offset: Int, shape: [Int], type: ScalarType, byteOrder: ByteOrder, byteStrides: [Int]
  ) throws(FormatError) {
    precondition(byteStrides.count == shape.count && byteStrides.allSatisfy { $0 > 0 })
    let needed = try Self.byteCount(of: shape, type, in: bytes, at: offset)
    var end = offset
    var overflow = offset < 0
    if needed > 0 {
      for (size, stride) in zip(shape, byteStrides) {
        let (extent, over) = (size - 1).multipliedReportingOverflow(by: stride)
        let (sum, over2) = end.addingReportingOverflow(extent)
        end = sum
        overflow = overflow || over || over2
      }
      let (sum, over) = end.addingReportingOverflow(type.size)
      end = sum
      overflow = overflow || over
    }
    guard !overflow, end <= bytes.size else {
      throw FormatError(
        bytes.format, file: bytes.path, offset: max(0, offset),
        "\(Self.words(shape)) values of type \(type.rawValue) take \(needed) bytes and the file has \(max(0, bytes.size - max(0, offset))) bytes here",
        advice: "The file is cut short, or the shape, the element type or the offset is not that of the data.")
    }
    self.bytes = bytes
    self.offset = offset
    self.shape = shape
    self.byteStrides = byteStrides
    self.type = type
    self.byteOrder = byteOrder
    // A dimension of extent one has no say in the order.
    diskOrder = shape.indices.sorted { (byteStrides[$0], $1) > (byteStrides[$1], $0) }
  }

  /// Bytes of the file behind the last element; a reader may note them.
  public var trailingByteCount: Int {
    guard elementCount > 0 else { return bytes.size - offset }
    return bytes.size - zip(shape, byteStrides).reduce(offset + type.size) { $0 + ($1.0 - 1) * $1.1 }
  }

  /// Whether the bytes of the file, all of them, are the values in C order, little-endian.
  public var isWholeFile: Bool {
    var strides: [Int] = []
    var next = type.size
    for size in shape.reversed() {
      strides.insert(next, at: 0)
      next *= size
    }
    return offset == 0 && next == bytes.size && strides == byteStrides && type != .bool
      && (byteOrder == .little || type.swapWidth == 1)
  }

  private static func words(_ shape: [Int]) -> String { shape.map(String.init).joined(separator: " × ") }

  /// No array has more dimensions; each costs memory and depth.
  static let greatestRank = 32

  private static func byteCount(
    of shape: [Int], _ type: ScalarType, in bytes: FileBytes, at offset: Int
  ) throws(FormatError) -> Int {
    guard shape.count <= greatestRank else {
      throw FormatError(
        bytes.format, file: bytes.path, offset: max(0, offset), field: "shape",
        "\(shape.count) dimensions are more than \(greatestRank)", advice: "Reshape the array to fewer dimensions.")
    }
    var count = type.size
    for size in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: max(size, 1))
      guard size >= 0, !overflow else {
        throw FormatError(
          bytes.format, file: bytes.path, offset: max(0, offset), field: "shape", "the shape \(words(shape)) is not possible",
          advice: "The header is damaged, or the shape given does not belong to this file.")
      }
      count = product
    }
    return shape.contains(0) ? 0 : count
  }
}
