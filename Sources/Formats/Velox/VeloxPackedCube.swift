internal import Blocks
internal import HDF5
internal import Microscopy

/// The spectrum image that Velox packs from its streams, and all that is left of them in a pruned file.
///
/// Eight bytes of signature and the length of the header are followed by the header: the byte 0x7F and numbers, each with
/// the count of its bytes before it. The fourth is the number of channels; the last three are columns, rows and the bytes of
/// a count. Then comes for each row, for each channel, the number of bytes that its counts take in two bytes, and the counts
/// from left to right, two bytes each; behind a zero, one byte says how many more zeros follow. Rows without counts take no
/// bytes. All is little-endian. Found by comparing files that hold both the streams and this.
struct VeloxPackedCube: ArraySource {
  private static let signature: [UInt8] = [0x8C, 0x46, 0x96, 0xA3, 0x48, 0xB4, 0xD7, 0x18]
  private static let maximalHeaderSize = 1 << 16
  private static let pieceSize = 1 << 20
  /// Columns; an empty row takes the same bytes however long it is.
  private static let maximalWidth = 1 << 14

  let file: VeloxFile
  let object: VeloxFile.Object
  private let content: Content
  let height: Int
  let width: Int
  let channelCount: Int
  /// Where each row begins, and the end.
  private let rows: [Int]

  var shape: [Int] { [height, width, channelCount] }
  var elementSize: Int { 2 }

  /// Where the bytes are: as they are in the file, or, where it has them in packed chunks, those unpacked.
  private enum Content {
    case stored(Dataset)
    case unpacked(UnpackedBytes)
  }

  /// Reads the header and finds the rows, in one pass. Nil where the object holds nothing of this kind.
  ///
  /// - Parameter room: is asked for memory for what has to be unpacked; where it has none, that goes into a temporary file.
  init?(
    _ object: VeloxFile.Object, in file: VeloxFile, _ room: UnpackingRoom = UnpackingRoom()
  ) throws(FormatError) {
    self.file = file
    self.object = object
    let found = try file.reading { () throws(HDF5Error) -> (dataset: Dataset, count: Int, pieceSize: Int)? in
      guard try object.group.kind(of: "Data") == .dataset else { return nil }
      let dataset = try object.group.dataset("Data")
      let shape = try dataset.shape
      guard dataset.type == .uint8, shape.count == 2, shape[1] == 1 else { return nil }
      switch dataset.layout {
      case .contiguous, .chunked, .compact: break
      case .virtual, .external: return nil
      }
      try dataset.checkClaims(beyond: 1 << 16)
      return (dataset, shape[0], try dataset.pieceLength(Self.pieceSize))
    }
    guard let (dataset, count, pieceSize) = found, count >= 16 else { return nil }
    var content = Content.stored(dataset)
    let start = try Self.bytes(content, 0..<16, file)
    guard Array(start[..<8]) == Self.signature else { return nil }
    let headerSize = start[8...].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard headerSize > 0, headerSize <= Self.maximalHeaderSize, Int(headerSize) <= count - 16 else {
      throw file.error(object, "its packed spectra have a header of \(headerSize) bytes")
    }
    let end = 16 + Int(headerSize)
    guard let numbers = Self.numbers(try Self.bytes(content, 16..<end, file)), numbers.count >= 7 else {
      throw file.error(object, "the header of its packed spectra is not understood")
    }
    let (channels, columns, rows) = (numbers[3], numbers[numbers.count - 3], numbers[numbers.count - 2])
    guard let channels, (1...1 << 16).contains(channels), let columns, (1...Self.maximalWidth).contains(columns), let rows,
      rows >= 1, rows <= count / 2 / channels, numbers[numbers.count - 1] == 2
    else {
      throw file.error(object, "the header of its packed spectra names extents that are not possible")
    }
    (height, width, channelCount) = (rows, columns, channels)
    if !dataset.filters.isEmpty {
      var writer = try UnpackedBytes.Writer(count, room, format: VeloxReader.name, file: file.path)
      for start in stride(from: 0, to: count, by: pieceSize) {
        let piece = try Self.bytes(content, start..<min(count, start + pieceSize), file)
        guard unsafe piece.withUnsafeBytes({ unsafe writer.write($0) }) else { break }
      }
      content = .unpacked(try writer.finished())
    }
    self.content = content
    self.rows = try Self.findRows(content, end..<count, rows: rows, channels: channels, object, file)
  }

  func read(_ box: [Range<Int>]) throws -> [UInt8] {
    guard box.allSatisfy({ !$0.isEmpty }) else { return [] }
    let rowSize = box[1].count * box[2].count
    let byteCount = box[0].count * rowSize * 2
    return try unsafe [UInt8].filled(byteCount) { buffer throws(FormatError) in
      unsafe buffer.initializeMemory(as: UInt8.self, repeating: 0)
      guard let base = buffer.baseAddress else { return }
      // Every row writes to a place of its own.
      nonisolated(unsafe) let counts = unsafe base.bindMemory(to: UInt16.self, capacity: byteCount / 2)
      try concurrently(box[0].count) { number throws(FormatError) in
        try unsafe unpack(box[0].lowerBound + number, box[1], box[2], into: counts + number * rowSize)
      }
    }
  }

  private func unpack(
    _ row: Int, _ columns: Range<Int>, _ channels: Range<Int>, into counts: UnsafeMutablePointer<UInt16>
  ) throws(FormatError) {
    let bytes = try Self.bytes(content, rows[row]..<rows[row + 1], file)
    let isWhole = unsafe bytes.withUnsafeBytes { bytes in
      var place = 0
      for channel in 0..<channelCount {
        // That the channels fit the row was seen when the rows were found.
        guard place + 2 <= bytes.count else { return false }
        let end = place + 2 + Int(unsafe bytes[place]) + Int(unsafe bytes[place + 1]) << 8
        guard end <= bytes.count, channel < channels.upperBound else { return end <= bytes.count }
        place += 2
        guard channels.contains(channel) else {
          place = end
          continue
        }
        var column = 0
        while place + 2 <= end {
          let value = UInt16(unsafe bytes[place]) | UInt16(unsafe bytes[place + 1]) << 8
          place += 2
          if value == 0 {
            guard place < end else { return false }
            column += Int(unsafe bytes[place]) + 1
            place += 1
          } else {
            guard column < width else { return false }
            if columns.contains(column) {
              unsafe counts[(column - columns.lowerBound) * channels.count + channel - channels.lowerBound] = value
            }
            column += 1
          }
        }
        guard place == end, column == width || column == 0 else { return false }
      }
      return true
    }
    guard isWhole else { throw file.error(object, "row \(row) of its packed spectra is damaged") }
  }

  /// The numbers of a header, little-endian; nil in place of those of more than seven bytes, which are no counts.
  private static func numbers(_ bytes: [UInt8]) -> [Int?]? {
    guard bytes.first == 0x7F else { return nil }
    var numbers: [Int?] = []
    var place = 1
    while place < bytes.count {
      let size = Int(bytes[place])
      place += 1
      guard size <= 16, place + size <= bytes.count else { return nil }
      let digits = bytes[place..<place + size].reversed()
      numbers.append(size <= 7 ? digits.reduce(0) { $0 << 8 | Int($1) } : nil)
      place += size
    }
    return numbers
  }

  /// Goes from channel to channel by their lengths.
  private static func findRows(
    _ content: Content, _ range: Range<Int>, rows: Int, channels: Int, _ object: VeloxFile.Object, _ file: VeloxFile
  ) throws(FormatError) -> [Int] {
    var starts: [Int] = []
    var place = range.lowerBound
    var piece: [UInt8] = []
    var pieceStart = place
    for _ in 0..<rows {
      starts.append(place)
      for _ in 0..<channels {
        guard place + 2 <= range.upperBound else { throw file.error(object, "its packed spectra end early") }
        if place + 2 > pieceStart + piece.count {
          pieceStart = place
          piece = try bytes(content, place..<min(range.upperBound, place + pieceSize), file)
        }
        let index = place - pieceStart
        place += 2 + Int(piece[index]) + Int(piece[index + 1]) << 8
      }
    }
    guard place <= range.upperBound else { throw file.error(object, "its packed spectra end early") }
    return starts + [place]
  }

  private static func bytes(_ content: Content, _ range: Range<Int>, _ file: VeloxFile) throws(FormatError) -> [UInt8] {
    switch content {
    case .stored(let dataset): try file.reading { () throws(HDF5Error) in try dataset.readRaw(.box([range, 0..<1])) }
    case .unpacked(let bytes): try bytes.read(range)
    }
  }
}
