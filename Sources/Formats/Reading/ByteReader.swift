/// Reads numbers and texts one after the other from bytes that are in memory; every read is checked against their end.
public struct ByteReader: Sendable {
  public let bytes: [UInt8]
  /// Where the next read begins, from the start of `bytes`.
  public private(set) var position = 0
  /// The place of the first byte in its file, for errors.
  public let base: Int
  public var byteOrder: ByteOrder
  public let format: String
  public let file: String

  public init(
    _ bytes: [UInt8], byteOrder: ByteOrder = .little, base: Int = 0, format: String, file: String
  ) {
    self.bytes = bytes
    self.byteOrder = byteOrder
    self.base = base
    self.format = format
    self.file = file
  }

  public var remaining: Int { bytes.count - position }
  public var isAtEnd: Bool { position == bytes.count }

  /// An error at the place of the next read.
  public func error(_ problem: String, field: String? = nil, advice: String? = nil) -> FormatError {
    FormatError(
      format, file: file, offset: base + position, field: field, problem,
      advice: advice ?? "The file is cut short or damaged: copy it again from its source.")
  }

  /// Goes to a place, counted from the start of `bytes`.
  public mutating func seek(to place: Int) throws(FormatError) {
    guard (0...bytes.count).contains(place) else { throw error("points to byte \(place), outside of the data") }
    position = place
  }

  public mutating func skip(_ count: Int, _ field: String? = nil) throws(FormatError) {
    _ = try advance(count, field)
  }

  /// The next bytes.
  public mutating func take(_ count: Int, _ field: String? = nil) throws(FormatError) -> ArraySlice<UInt8> {
    let start = try advance(count, field)
    return bytes[start..<start + count]
  }

  public mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(
    _ type: Value.Type = Value.self, _ byteOrder: ByteOrder? = nil, _ field: String? = nil
  ) throws(FormatError) -> Value {
    let size = Value.bitWidth / 8
    let start = try advance(size, field)
    let value = unsafe bytes.span.bytes.integer(at: start, Value.self)
    return (byteOrder ?? self.byteOrder) == .little ? Value(littleEndian: value) : Value(bigEndian: value)
  }

  public mutating func float32(_ byteOrder: ByteOrder? = nil, _ field: String? = nil) throws(FormatError) -> Float {
    Float(bitPattern: try integer(UInt32.self, byteOrder, field))
  }

  public mutating func float64(_ byteOrder: ByteOrder? = nil, _ field: String? = nil) throws(FormatError) -> Double {
    Double(bitPattern: try integer(UInt64.self, byteOrder, field))
  }

  /// A text of so many bytes, read as UTF-8 where it is valid and as Latin-1 where it is not.
  public mutating func text(_ count: Int, _ field: String? = nil) throws(FormatError) -> String {
    decodeText(try take(count, field))
  }

  /// A text of so many UTF-16 units in the given byte order.
  public mutating func utf16Text(
    _ units: Int, _ byteOrder: ByteOrder? = nil, _ field: String? = nil
  ) throws(FormatError) -> String {
    guard units >= 0, units <= remaining / 2 else {
      throw error("a text of \(units) characters does not fit into the \(remaining) bytes left", field: field)
    }
    var values: [UInt16] = []
    values.reserveCapacity(units)
    for _ in 0..<units { values.append(try integer(UInt16.self, byteOrder, field)) }
    return String(decoding: values, as: UTF16.self)
  }

  private mutating func advance(_ count: Int, _ field: String?) throws(FormatError) -> Int {
    guard count >= 0, count <= remaining else {
      throw error("\(count) bytes are needed and \(remaining) are left", field: field)
    }
    defer { position += count }
    return position
  }
}

extension RawSpan {
  /// The integer that begins at a byte, in native byte order.
  func integer<Value: FixedWidthInteger & BitwiseCopyable>(at place: Int, _ type: Value.Type) -> Value {
    unsafe unsafeLoadUnaligned(fromByteOffset: place, as: Value.self)
  }
}

/// UTF-8 where the bytes are valid UTF-8, else Latin-1.
public func decodeText(_ bytes: some Sequence<UInt8>) -> String {
  let bytes = Array(bytes)
  if let text = String(validating: bytes, as: UTF8.self) { return text }
  return String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
}
