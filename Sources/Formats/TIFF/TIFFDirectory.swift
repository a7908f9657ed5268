internal import Microscopy

/// The directories of a TIFF file, classic or BigTIFF, in the order of their chain.
///
/// Layout: TIFF revision 6.0 (Adobe, 1992); BigTIFF (AWare Systems, 2007).
struct TIFFFile: Sendable {
  let file: FileBytes
  let byteOrder: ByteOrder
  let isBig: Bool
  private(set) var directories: [TIFFDirectory] = []

  static func recognises(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 8 else { return false }
    switch Array(bytes.prefix(4)) {
    case [0x49, 0x49, 42, 0], [0x4D, 0x4D, 0, 42]: return true
    case [0x49, 0x49, 43, 0]: return bytes[4...7].elementsEqual([8, 0, 0, 0])
    case [0x4D, 0x4D, 0, 43]: return bytes[4...7].elementsEqual([0, 8, 0, 0])
    default: return false
    }
  }

  private static let directoryLimit = 1 << 20

  init(_ path: String) throws(FormatError) {
    file = try FileBytes(path, format: TIFFReader.name)
    let bytes = try file.read(upTo: 16)
    guard Self.recognises(bytes) else {
      throw FormatError(
        TIFFReader.name, file: path, offset: 0, "this is no TIFF file", advice: "Name the file's format, or convert it.")
    }
    byteOrder = bytes[0] == 0x49 ? .little : .big
    isBig = bytes[2] == 43 || bytes[3] == 43
    var reader = ByteReader(bytes, byteOrder: byteOrder, format: TIFFReader.name, file: path)
    try reader.seek(to: isBig ? 8 : 4)
    var next = isBig ? try reader.integer(UInt64.self) : UInt64(try reader.integer(UInt32.self))
    var place = reader.position - (isBig ? 8 : 4)
    var seen: Set<UInt64> = []
    var tags = 0
    while next != 0 {
      guard directories.count < Self.directoryLimit, seen.insert(next).inserted, let start = Int(exactly: next), start < file.size
      else {
        throw FormatError(
          TIFFReader.name, file: path, offset: place, field: "page \(directories.count + 1)",
          "its directory is said to be at byte \(next), which cannot be",
          advice: "The file is cut short or damaged: copy it again from its source.")
      }
      let directory = try TIFFDirectory(file, at: start, byteOrder: byteOrder, isBig: isBig)
      // Directories that lie on each other could be many times what the file holds.
      tags += directory.tagCount
      guard tags <= file.size / 12 + 64 else {
        throw FormatError(
          TIFFReader.name, file: path, offset: start, field: "page \(directories.count + 1)",
          "the directories overlap each other", advice: "The file is damaged: copy it again from its source.")
      }
      directories.append(directory)
      next = directory.next
      place = directory.end
    }
    guard !directories.isEmpty else {
      throw FormatError(
        TIFFReader.name, file: path, offset: isBig ? 8 : 4, "the file has no page",
        advice: "The file is cut short or damaged: copy it again from its source.")
    }
  }
}

/// The tags of one page.
struct TIFFDirectory: Sendable {
  struct Entry: Sendable {
    var code: Int
    var type: Int
    var count: Int
    /// Where the values are.
    var place: Int
    /// The offset that the entry holds, whether or not its values would fit into it.
    var offset: Int

    var size: Int { count * TIFFDirectory.sizes[type] }
  }

  let file: FileBytes
  let byteOrder: ByteOrder
  let start: Int
  /// Of the next one, 0 for none.
  let next: UInt64
  /// Where `next` is.
  let end: Int
  private(set) var entries: [Entry] = []
  /// Those of unknown types as well.
  let tagCount: Int
  /// Codes of tags whose values are not in the file.
  private(set) var lost: [Int] = []

  /// Bytes of a value, by its type.
  fileprivate static let sizes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8]

  init(_ file: FileBytes, at start: Int, byteOrder: ByteOrder, isBig: Bool) throws(FormatError) {
    self.file = file
    self.byteOrder = byteOrder
    self.start = start
    let head = try file.read(start, isBig ? 8 : 2)
    var reader = ByteReader(head, byteOrder: byteOrder, base: start, format: TIFFReader.name, file: file.path)
    let count = isBig ? try reader.integer(UInt64.self) : UInt64(try reader.integer(UInt16.self))
    guard count > 0, count <= 65_535 else {
      throw FormatError(
        TIFFReader.name, file: file.path, offset: start, field: "directory", "\(count) tags are not possible",
        advice: "The file is damaged: copy it again from its source.")
    }
    tagCount = Int(count)
    let width = isBig ? 20 : 12
    let bytes = try file.read(start + head.count, Int(count) * width + (isBig ? 8 : 4))
    reader = ByteReader(bytes, byteOrder: byteOrder, base: start + head.count, format: TIFFReader.name, file: file.path)
    entries.reserveCapacity(Int(count))
    for index in 0..<Int(count) {
      let code = Int(try reader.integer(UInt16.self))
      let type = Int(try reader.integer(UInt16.self))
      let number = isBig ? try reader.integer(UInt64.self) : UInt64(try reader.integer(UInt32.self))
      let inline = start + head.count + index * width + (isBig ? 12 : 8)
      let value = isBig ? try reader.integer(UInt64.self) : UInt64(try reader.integer(UInt32.self))
      // Tags of unknown types are left out, and such as point out of the file, unless the pixels need them.
      guard Self.sizes.indices.contains(type), Self.sizes[type] > 0, let count = Int(exactly: number), count > 0,
        count <= file.size
      else { continue }
      let size = count * Self.sizes[type]
      let offset = Int(exactly: value) ?? Int.max
      let place = size <= (isBig ? 8 : 4) ? inline : offset
      guard place <= file.size - size else {
        lost.append(code)
        continue
      }
      entries.append(Entry(code: code, type: type, count: count, place: place, offset: offset))
    }
    end = start + head.count + Int(count) * width
    next = isBig ? try reader.integer(UInt64.self) : UInt64(try reader.integer(UInt32.self))
  }

  func entry(_ code: Int) -> Entry? { entries.first { $0.code == code } }

  /// The values of a tag as whole numbers; nil when there is none.
  func integers(_ code: Int, limit: Int = 1 << 28) throws(FormatError) -> [Int]? {
    guard let entry = entry(code), entry.count <= limit else { return nil }
    var reader = try self.reader(entry)
    var values: [Int] = []
    values.reserveCapacity(entry.count)
    for _ in 0..<entry.count {
      switch entry.type {
      case 1, 2, 7: values.append(Int(try reader.integer(UInt8.self)))
      case 3: values.append(Int(try reader.integer(UInt16.self)))
      case 4, 13: values.append(Int(try reader.integer(UInt32.self)))
      case 6: values.append(Int(try reader.integer(Int8.self)))
      case 8: values.append(Int(try reader.integer(Int16.self)))
      case 9: values.append(Int(try reader.integer(Int32.self)))
      case 16, 18: values.append(Int(clamping: try reader.integer(UInt64.self)))
      case 17: values.append(Int(try reader.integer(Int64.self)))
      default: return nil
      }
    }
    return values
  }

  func integer(_ code: Int) throws(FormatError) -> Int? { try integers(code, limit: 1 << 16)?.first }

  /// The values of a tag as numbers; nil when there is none or they are texts.
  func numbers(_ code: Int) throws(FormatError) -> [Double]? {
    guard let entry = entry(code), entry.count <= 1 << 16 else { return nil }
    guard [5, 10, 11, 12].contains(entry.type) else { return try integers(code)?.map(Double.init) }
    var reader = try self.reader(entry)
    var values: [Double] = []
    for _ in 0..<entry.count {
      switch entry.type {
      case 5: values.append(Double(try reader.integer(UInt32.self)) / Double(try reader.integer(UInt32.self)))
      case 10: values.append(Double(try reader.integer(Int32.self)) / Double(try reader.integer(Int32.self)))
      case 11: values.append(Double(try reader.float32()))
      default: values.append(try reader.float64())
      }
    }
    return values
  }

  func number(_ code: Int) throws(FormatError) -> Double? { try numbers(code)?.first }

  /// The bytes of a tag, at most so many.
  func bytes(_ code: Int, limit: Int = 16 << 20) throws(FormatError) -> [UInt8]? {
    guard let entry = entry(code) else { return nil }
    return try file.read(entry.place, min(entry.size, limit))
  }

  /// A tag as a text, up to its NUL; nil when it is empty.
  func text(_ code: Int) throws(FormatError) -> String? {
    guard let entry = entry(code), [1, 2, 7].contains(entry.type), let bytes = try bytes(code) else { return nil }
    let text = decodeText(bytes.prefix { $0 != 0 })
    return text.isEmpty ? nil : text
  }

  private func reader(_ entry: Entry) throws(FormatError) -> ByteReader {
    ByteReader(
      try file.read(entry.place, entry.size), byteOrder: byteOrder, base: entry.place, format: TIFFReader.name,
      file: file.path)
  }
}
