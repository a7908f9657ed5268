/// Makes zip files in memory, for tests: members stored, or deflated into blocks that are stored as they are.
struct ZipSample {
  var isDeflated = false
  /// Whether sizes and places are written with 64 bits.
  var isZip64 = false
  var method: UInt16?

  func bytes(_ members: [(name: String, bytes: [UInt8])]) -> [UInt8] {
    var file: [UInt8] = []
    var directory: [UInt8] = []
    for (name, bytes) in members {
      let packed = isDeflated ? Self.deflated(bytes) : bytes
      let place = file.count
      let header = little(method ?? (isDeflated ? 8 : 0), 2) + little(0, 4) + little(crc32(bytes), 4)
      let sizes = isZip64 ? little(UInt32.max, 4) + little(UInt32.max, 4) : little(packed.count, 4) + little(bytes.count, 4)
      let wide = little(bytes.count, 8) + little(packed.count, 8)
      let localExtra = isZip64 ? little(1, 2) + little(16, 2) + wide : []
      file += little(0x0403_4b50, 4) + little(45, 2) + little(0, 2) + header + sizes
      file += little(name.utf8.count, 2) + little(localExtra.count, 2) + Array(name.utf8) + localExtra + packed
      let extra =
        isZip64 ? little(0x9999, 2) + little(2, 2) + [1, 2] + little(1, 2) + little(24, 2) + wide + little(place, 8) : []
      directory += little(0x0201_4b50, 4) + little(45, 2) + little(45, 2) + little(0, 2) + header + sizes
      directory += little(name.utf8.count, 2) + little(extra.count, 2) + little(0, 2) + little(0, 8)
      directory += (isZip64 ? little(UInt32.max, 4) : little(place, 4)) + Array(name.utf8) + extra
    }
    let start = file.count
    file += directory
    if isZip64 {
      let record = file.count
      file += little(0x0606_4b50, 4) + little(44, 8) + little(45, 2) + little(45, 2) + little(0, 8)
      file += little(members.count, 8) + little(members.count, 8) + little(directory.count, 8) + little(start, 8)
      file += little(0x0706_4b50, 4) + little(0, 4) + little(record, 8) + little(1, 4)
    }
    let count = isZip64 ? little(UInt16.max, 2) : little(members.count, 2)
    file += little(0x0605_4b50, 4) + little(0, 4) + count + count
    file += isZip64 ? little(UInt32.max, 4) + little(UInt32.max, 4) : little(directory.count, 4) + little(start, 4)
    return file + little(0, 2)
  }

  static func deflated(_ bytes: [UInt8]) -> [UInt8] {
    let pieces = stride(from: 0, to: max(bytes.count, 1), by: 60_000).map { Array(bytes[$0..<min($0 + 60_000, bytes.count)]) }
    return pieces.enumerated().flatMap { index, piece in
      [index == pieces.count - 1 ? 1 : 0] + little(piece.count, 2) + little(~piece.count & 0xFFFF, 2) + piece
    }
  }
}

func little(_ number: some BinaryInteger, _ count: Int) -> [UInt8] {
  (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
}

/// The checksum of zip and PNG, bit by bit.
func crc32(_ bytes: some Sequence<UInt8>) -> UInt32 {
  ~bytes.reduce(UInt32.max) { state, byte in
    (0..<8).reduce(state ^ UInt32(byte)) { state, _ in state >> 1 ^ (state & 1 == 1 ? 0xEDB8_8320 : 0) }
  }
}
