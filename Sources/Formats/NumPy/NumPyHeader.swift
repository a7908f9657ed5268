internal import Microscopy

/// The header of an .npy file (NumPy enhancement proposal 1, versions 1 to 3): what array follows it.
struct NumPyHeader {
  var type: ScalarType
  var byteOrder: ByteOrder
  var isFortranOrder: Bool
  /// As Python shows it, slowest first in C order.
  var shape: [Int]
  /// Bytes from the start of the file to the first value.
  var length: Int

  static let format = "NumPy"
  static let signature: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// - Parameter bytes: the beginning of the file, the header complete within it.
  init(_ bytes: [UInt8], base: Int = 0, file: String) throws(FormatError) {
    var reader = ByteReader(bytes, base: base, format: Self.format, file: file)
    guard try Array(reader.take(6, "signature")) == Self.signature else {
      throw FormatError(
        Self.format, file: file, offset: base, "does not begin as an .npy file does",
        advice: "Give a file that numpy.save has written.")
    }
    let major: UInt8 = try reader.integer()
    let _: UInt8 = try reader.integer()
    guard (1...3).contains(major) else {
      throw reader.error(
        "version \(major) is not known", advice: "Save the array again with a NumPy that writes version 3 or less.")
    }
    let count = major == 1 ? Int(try reader.integer(UInt16.self)) : Int(try reader.integer(UInt32.self))
    let start = reader.position
    let text = try reader.text(count, "header")
    length = start + count
    func damaged(_ field: String, _ problem: String) -> FormatError {
      FormatError(
        Self.format, file: file, offset: base + start, field: field, problem,
        advice: "The header is damaged: write the file again with numpy.save.")
    }
    var literal = PythonLiteral(text)
    guard case .dictionary(let entries)? = literal.parse() else { throw damaged("header", "is no Python dictionary") }
    switch entries["fortran_order"] {
    case .boolean(let value): isFortranOrder = value
    default: throw damaged("fortran_order", "is neither True nor False")
    }
    guard case .list(let extents)? = entries["shape"] else { throw damaged("shape", "is no tuple") }
    shape = []
    for extent in extents {
      guard case .integer(let value) = extent, value >= 0 else { throw damaged("shape", "has an extent that is no count") }
      shape.append(Int(value))
    }
    guard let description = entries["descr"] else { throw damaged("descr", "is missing") }
    guard case .text(let code) = description else {
      throw FormatError(
        Self.format, file: file, offset: base + start, field: "descr", "the array is structured: it has named fields",
        advice: "Save one field of it as a plain array: numpy.save(path, array['field']).")
    }
    guard let (type, byteOrder) = Self.type(code) else {
      throw FormatError(
        Self.format, file: file, offset: base + start, field: "descr",
        code.hasSuffix("O") ? "the array holds Python objects" : "the element type '\(code)' is not supported",
        advice: "Convert the array with astype to bool, an integer, a float or a complex type of at most 16 bytes.")
    }
    self.type = type
    self.byteOrder = byteOrder
  }

  /// The element type of a NumPy code such as "<f4".
  static func type(_ code: String) -> (ScalarType, ByteOrder)? {
    var code = Substring(code)
    var order = ByteOrder.native
    if let first = code.first, "<>=|".contains(first) {
      if first == "<" { order = .little }
      if first == ">" { order = .big }
      code = code.dropFirst()
    }
    let types: [Substring: ScalarType] = [
      "b1": .bool, "?": .bool, "i1": .int8, "i2": .int16, "i4": .int32, "i8": .int64, "u1": .uint8, "u2": .uint16,
      "u4": .uint32, "u8": .uint64, "f2": .float16, "f4": .float32, "f8": .float64, "c8": .complex64,
      "c16": .complex128,
    ]
    return types[code].map { ($0, order) }
  }

  /// NumPy's code of an element type in little-endian order.
  static func code(_ type: ScalarType) -> String {
    switch type {
    case .bool: "|b1"
    case .int8: "|i1"
    case .uint8: "|u1"
    case .int16, .int32, .int64: "<i\(type.size)"
    case .uint16, .uint32, .uint64: "<u\(type.size)"
    case .float16, .float32, .float64: "<f\(type.size)"
    case .complex64, .complex128: "<c\(type.size)"
    }
  }

  /// The bytes of the header of a little-endian array in C order, padded so that the values begin at a multiple of 64.
  static func bytes(shape: [Int], type: ScalarType) -> [UInt8] {
    let extents = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var text = "{'descr': '\(code(type))', 'fortran_order': False, 'shape': (\(extents)), }"
    let isLong = text.utf8.count > 65_000
    let prefix = isLong ? 12 : 10
    text += String(repeating: " ", count: 63 - (prefix + text.utf8.count) % 64) + "\n"
    let count = text.utf8.count
    let size = (0..<(isLong ? 4 : 2)).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
    return signature + [isLong ? 2 : 1, 0] + size + Array(text.utf8)
  }
}
