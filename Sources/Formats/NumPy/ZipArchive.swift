/// The directory of a zip file: where its members lie and how they are packed.
///
/// Understands zip64; the contents are left to the caller. Source: PKWARE, APPNOTE.TXT 6.3.10.
struct ZipArchive {
  struct Member {
    var name: String
    /// 0 stored, 8 deflated; others exist.
    var method: Int
    var isEncrypted: Bool
    var checksum: UInt32
    var packedSize: Int
    var size: Int
    /// Where its local header begins.
    fileprivate(set) var headerOffset: Int
  }

  let bytes: FileBytes
  private(set) var members: [Member] = []
  /// Where the list of members begins.
  let directoryOffset: Int

  init(_ bytes: FileBytes) throws(FormatError) {
    self.bytes = bytes
    // The end record is 22 bytes and a comment of at most 65,535.
    let tailStart = max(0, bytes.size - 22 - 65_535 - 20)
    let tail = try bytes.read(upTo: bytes.size - tailStart, from: tailStart)
    guard tail.count >= 22, let end = (0...tail.count - 22).last(where: { Self.isSignature(tail, at: $0, 0x0605_4b50) })
    else {
      throw FormatError(
        bytes.format, file: bytes.path, offset: tailStart, "has no zip directory at its end",
        advice: "The file is cut short, or it is no zip file: copy it again from its source.")
    }
    var reader = ByteReader(tail, base: tailStart, format: bytes.format, file: bytes.path)
    try reader.seek(to: end + 10)
    var count = Int(try reader.integer(UInt16.self))
    var size = Int(try reader.integer(UInt32.self))
    var offset = Int(try reader.integer(UInt32.self))
    if end >= 20, Self.isSignature(tail, at: end - 20, 0x0706_4b50) {
      try reader.seek(to: end - 20 + 8)
      let place = try Self.position(&reader, "zip64 end record")
      var record = ByteReader(try bytes.read(place, 56), base: place, format: bytes.format, file: bytes.path)
      try record.skip(32)
      count = try Self.position(&record, "member count")
      size = try Self.position(&record, "directory size")
      offset = try Self.position(&record, "directory offset")
    }
    directoryOffset = offset
    // A member takes at least 46 bytes of the directory, so that the counts bound each other.
    guard size >= 0, count <= size / 46 else {
      throw reader.error("\(count) members do not fit into a directory of \(size) bytes")
    }
    var directory = ByteReader(try bytes.read(offset, size), base: offset, format: bytes.format, file: bytes.path)
    for _ in 0..<count { members.append(try Self.member(&directory)) }
    // Members that overlap could unpack to any multiple of the file.
    let packedSize = members.reduce(0) { $0.addingReportingOverflow($1.packedSize).overflow ? .max : $0 + $1.packedSize }
    guard packedSize <= bytes.size else {
      throw directory.error("the members take \(packedSize) bytes and the file has \(bytes.size)")
    }
  }

  /// Where the packed bytes of a member begin.
  func dataOffset(of member: Member) throws(FormatError) -> Int {
    var reader = ByteReader(
      try bytes.read(member.headerOffset, 30), base: member.headerOffset, format: bytes.format, file: bytes.path)
    guard try reader.integer(UInt32.self) == 0x0403_4b50 else { throw reader.error("no member begins here", field: member.name) }
    try reader.skip(22)
    let nameLength = Int(try reader.integer(UInt16.self))
    let extraLength = Int(try reader.integer(UInt16.self))
    let start = member.headerOffset + 30 + nameLength + extraLength
    guard start <= bytes.size, member.packedSize <= bytes.size - start else {
      throw reader.error("\(member.packedSize) bytes are promised and the file ends before", field: member.name)
    }
    return start
  }

  private static func isSignature(_ bytes: [UInt8], at place: Int, _ signature: UInt32) -> Bool {
    (0..<4).allSatisfy { bytes[place + $0] == UInt8(truncatingIfNeeded: signature >> (8 * UInt32($0))) }
  }

  private static func position(_ reader: inout ByteReader, _ field: String) throws(FormatError) -> Int {
    let value = try reader.integer(UInt64.self, nil, field)
    guard let position = Int(exactly: value) else { throw reader.error("\(value) is not possible", field: field) }
    return position
  }

  private static func member(_ reader: inout ByteReader) throws(FormatError) -> Member {
    guard try reader.integer(UInt32.self) == 0x0201_4b50 else { throw reader.error("no directory entry begins here") }
    try reader.skip(4)
    let flags: UInt16 = try reader.integer()
    let method: UInt16 = try reader.integer()
    try reader.skip(4)
    let checksum: UInt32 = try reader.integer()
    let packed: UInt32 = try reader.integer()
    let size: UInt32 = try reader.integer()
    let nameLength: UInt16 = try reader.integer()
    let extraLength: UInt16 = try reader.integer()
    let commentLength: UInt16 = try reader.integer()
    try reader.skip(8)
    let offset: UInt32 = try reader.integer()
    let name = try reader.text(Int(nameLength), "member name")
    var member = Member(
      name: name, method: Int(method), isEncrypted: flags & 1 != 0, checksum: checksum, packedSize: Int(packed),
      size: Int(size), headerOffset: Int(offset))
    let extraEnd = reader.position + Int(extraLength)
    while extraEnd - reader.position >= 4, reader.remaining >= 4 {
      let kind: UInt16 = try reader.integer()
      let length: UInt16 = try reader.integer()
      guard kind == 1 else {
        try reader.skip(Int(length), "extra field")
        continue
      }
      let next = reader.position + Int(length)
      if size == .max { member.size = try position(&reader, "size") }
      if packed == .max { member.packedSize = try position(&reader, "packed size") }
      if offset == .max { member.headerOffset = try position(&reader, "header offset") }
      try reader.seek(to: next)
    }
    try reader.seek(to: extraEnd)
    try reader.skip(Int(commentLength), "comment")
    guard member.headerOffset <= Int.max / 2, member.packedSize <= Int.max / 2 else {
      throw reader.error("the member's place is not possible", field: name)
    }
    return member
  }
}
