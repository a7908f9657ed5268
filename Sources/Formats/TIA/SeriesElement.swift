internal import Microscopy

/// What stands before the values of an element: its own calibration, type and extents.
struct SeriesElement: Sendable {
  struct Calibration: Sendable {
    /// The value at the index `element`.
    var offset: Double
    var delta: Double
    var element: Int

    /// The value at index 0.
    var origin: Double { offset - Double(element) * delta }
  }

  /// Of x, then of y where there is one.
  let calibrations: [Calibration]
  let type: ScalarType
  /// y before x; y from below in the file.
  let shape: [Int]
  /// Bytes before the first value.
  let headerSize: Int

  var byteCount: Int { shape.reduce(type.size, *) }

  /// The last bytes of the header, which name the type and the extents: the same for all elements of an array.
  let form: [UInt8]

  static func headerSize(_ content: SeriesHeader.Content) -> Int { content == .spectrum ? 26 : 50 }

  init(_ file: FileBytes, at offset: Int, _ content: SeriesHeader.Content) throws(FormatError) {
    let bytes = try file.read(offset, Self.headerSize(content))
    try self.init(bytes, at: offset, content, file)
  }

  init(
    _ bytes: [UInt8], at offset: Int, _ content: SeriesHeader.Content, _ file: FileBytes
  ) throws(FormatError) {
    var reader = ByteReader(bytes, base: offset, format: TIAReader.name, file: file.path)
    var calibrations: [Calibration] = []
    for _ in 0..<(content == .spectrum ? 1 : 2) {
      calibrations.append(
        Calibration(
          offset: try reader.float64(), delta: try reader.float64(), element: Int(try reader.integer(Int32.self))))
    }
    self.calibrations = calibrations
    let code = Int(try reader.integer(UInt16.self))
    guard Self.types.indices.contains(code - 1) else {
      throw reader.error("the data type \(code) is not known", field: "DataType")
    }
    type = Self.types[code - 1]
    var extents: [Int] = []
    for _ in calibrations { extents.append(Int(try reader.integer(UInt32.self))) }
    shape = extents.reversed()
    headerSize = bytes.count
    form = Array(bytes.suffix(2 + 4 * extents.count))
    guard !extents.contains(0) else { throw reader.error("it holds no value", field: "ArraySize") }
    var left = file.size / type.size
    for extent in extents {
      guard extent <= left else {
        throw reader.error(
          "\(extents.map(String.init).joined(separator: " × ")) values do not fit into the file", field: "ArraySize")
      }
      left /= extent
    }
  }

  /// By their code, from 1.
  private static let types: [ScalarType] = [
    .uint8, .uint16, .uint32, .int8, .int16, .int32, .float32, .float64, .complex64, .complex128,
  ]
}
