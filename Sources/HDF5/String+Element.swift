internal import CHDF5

extension String: HDF5Element {
  public static var storedDatatype: Datatype { .string }

  /// Reads strings of fixed or variable length; the padding of fixed ones is trimmed.
  ///
  /// Bytes that are no UTF-8 are taken as Latin-1, which old programs wrote under the name of ASCII.
  public static func read(from transfer: borrowing Transfer) throws(HDF5Error) -> [String] {
    switch transfer.fileType {
    case .fixedString(let length, let padding, _):
      let bytes = try fixedBytes(transfer, length)
      return (0..<transfer.count).map { index in
        String(fixed: bytes[index * length..<(index + 1) * length], padding)
      }
    case .variableString: return try readVariable(transfer)
    default: throw transfer.mismatch("string")
    }
  }

  public static func write(_ values: [String], to transfer: borrowing Transfer) throws(HDF5Error) {
    switch transfer.fileType {
    case .fixedString(let length, let padding, let characters):
      try write(values, to: transfer, length: length, padding, characters)
    case .variableString(let characters):
      try writeVariable(values, to: transfer, characters)
    default: throw transfer.mismatch("string")
    }
  }

  private static func fixedBytes(_ transfer: borrowing Transfer, _ length: Int) throws(HDF5Error) -> [UInt8] {
    let (size, overflow) = transfer.count.multipliedReportingOverflow(by: length)
    guard !overflow else {
      throw HDF5Error(.tooLarge, call: "H5Dread", on: transfer.object, "the strings do not fit in memory")
    }
    let type = try transfer.fileType.makeHandle(for: transfer.object)
    return try unsafe array(of: UInt8.self, size) { (buffer) throws(HDF5Error) in
      try unsafe transfer.read(type, into: buffer)
    }
  }

  private static func readVariable(_ transfer: borrowing Transfer) throws(HDF5Error) -> [String] {
    let type = try transfer.fileType.makeHandle(for: transfer.object)
    var pointers = unsafe [UnsafeMutablePointer<CChar>?](repeating: nil, count: transfer.count)
    var failure: HDF5Error?
    unsafe pointers.withUnsafeMutableBytes { buffer in
      guard let start = buffer.baseAddress else { return }
      do throws(HDF5Error) { try unsafe transfer.read(type, into: start) } catch { failure = error }
    }
    let strings = unsafe failure == nil ? pointers.map { unsafe String(variable: $0) } : []
    Library.withGate { for index in unsafe pointers.indices { unsafe H5free_memory(pointers[index]) } }
    if let failure { throw failure }
    return strings
  }

  private static func write(
    _ values: [String], to transfer: borrowing Transfer, length: Int, _ padding: Datatype.Padding,
    _ characters: Datatype.CharacterSet
  ) throws(HDF5Error) {
    let room = padding == .nullTerminated ? length - 1 : length
    let blank: UInt8 = padding == .spacePadded ? 0x20 : 0
    var bytes: [UInt8] = []
    for value in values {
      try check(value, characters, transfer.object)
      let text = Array(value.utf8)
      guard text.count <= room else {
        throw HDF5Error(
          .wouldLoseValues, call: "H5Dwrite", on: transfer.object,
          "a text of \(text.count) bytes does not fit strings of \(room)", advice: "Store longer strings.")
      }
      bytes += text
      bytes += [UInt8](repeating: blank, count: length - text.count)
    }
    try transfer.put(bytes, as: transfer.fileType)
  }

  private static func writeVariable(
    _ values: [String], to transfer: borrowing Transfer, _ characters: Datatype.CharacterSet
  ) throws(HDF5Error) {
    let type = try transfer.fileType.makeHandle(for: transfer.object)
    var bytes: [CChar] = []
    var starts: [Int] = []
    for value in values {
      try check(value, characters, transfer.object)
      starts.append(bytes.count)
      bytes += value.utf8CString
    }
    var failure: HDF5Error?
    unsafe bytes.withUnsafeBufferPointer { text in
      guard let base = text.baseAddress else { return }
      let pointers = unsafe starts.map { unsafe base + $0 }
      unsafe pointers.withUnsafeBytes { buffer in
        guard let start = buffer.baseAddress else { return }
        do throws(HDF5Error) { try unsafe transfer.write(type, from: start) } catch { failure = error }
      }
    }
    if let failure { throw failure }
  }

  private static func check(
    _ value: String, _ characters: Datatype.CharacterSet, _ object: String
  ) throws(HDF5Error) {
    if value.utf8.contains(0) {
      throw HDF5Error(
        .invalidArgument, call: "H5Dwrite", on: object, "a text holds a zero byte",
        advice: "Store it as bytes.")
    }
    if characters == .ascii, let odd = value.unicodeScalars.first(where: { !$0.isASCII }) {
      throw HDF5Error(
        .wouldLoseValues, call: "H5Dwrite", on: object, "ASCII strings cannot hold \"\(odd)\"",
        advice: "Store them as UTF-8.")
    }
  }

  private init(variable pointer: UnsafeMutablePointer<CChar>?) {
    guard let pointer = unsafe pointer else {
      self = ""
      return
    }
    self =
      unsafe String(validatingCString: pointer)
      ?? String(latin1: unsafe bytes(of: pointer))
  }

  private init(fixed bytes: ArraySlice<UInt8>, _ padding: Datatype.Padding) {
    var text = bytes
    if padding == .nullTerminated {
      text = text.prefix { $0 != 0 }
    } else {
      while let last = text.last, last == 0 || (padding == .spacePadded && last == 0x20) { text.removeLast() }
    }
    self = String(validating: text, as: UTF8.self) ?? String(latin1: text)
  }

  private init(latin1 bytes: some Sequence<UInt8>) {
    var scalars = String.UnicodeScalarView()
    for byte in bytes { scalars.append(Unicode.Scalar(byte)) }
    self = String(scalars)
  }
}

/// The bytes of a C string, without the closing zero.
func bytes(of pointer: UnsafePointer<CChar>) -> [UInt8] {
  var bytes: [UInt8] = []
  var next = unsafe pointer
  while unsafe next.pointee != 0 {
    unsafe bytes.append(UInt8(bitPattern: next.pointee))
    unsafe next += 1
  }
  return bytes
}
