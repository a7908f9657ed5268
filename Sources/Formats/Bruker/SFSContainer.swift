/// The single-file system (SFS, by AidAim Software) that Bruker keeps its maps in: a tree of members in chunks of one size.
///
/// What is known of it is due to the reverse engineering that RosettaSciIO documents: a header of 0x118 bytes, then chunks,
/// each with a header of 32 bytes whose first four name the chunk that continues a table. All numbers are little-endian.
struct SFSContainer: Sendable {
  let file: FileBytes
  /// Bytes of a chunk, its header included.
  let chunkSize: Int
  /// The paths of all members, such as "EDSDatabase/HeaderData"; folders are left out.
  let paths: [String]
  /// The members by path; of several with the same one, the first.
  private let entries: [String: Entry]

  /// One member or folder, as the table of the tree has it.
  private struct Entry: Sendable {
    var path: String
    var isFolder: Bool
    var table: Int
    var size: Int
    /// Where the entry is in the file, for errors.
    var offset: Int
  }

  static let magic = Array("AAMVHFSS".utf8)
  static let chunkHeaderSize = 32
  private static let headerSize = 0x118
  private static let entrySize = 512
  private static let greatestEntryCount = 1 << 16
  private static let greatestDepth = 32
  private static let advice = "The file is cut short or damaged: copy it again from its source."

  init(_ file: FileBytes) throws(FormatError) {
    self.file = file
    var header = ByteReader(
      try file.read(upTo: Self.headerSize + 0x40), format: file.format, file: file.path)
    guard header.remaining >= 8, Array(header.bytes.prefix(8)) == Self.magic else {
      throw header.error(
        "this is no SFS container, which every .bcf file is", field: "signature",
        advice: "Check that the file is what its name says; open it in Esprit.")
    }
    try header.seek(to: 0x128)
    chunkSize = Int(try header.integer(UInt32.self, nil, "chunk size"))
    guard (Self.entrySize + Self.chunkHeaderSize...1 << 26).contains(chunkSize) else {
      throw header.error("chunks of \(chunkSize) bytes are not possible", field: "chunk size")
    }
    try header.seek(to: 0x140)
    let tree = Int(try header.integer(UInt32.self, nil, "file tree"))
    let count = Int(try header.integer(UInt32.self, nil, "file tree"))
    guard count <= Self.greatestEntryCount, count <= file.size / Self.entrySize else {
      throw header.error("\(count) members do not fit into \(file.size) bytes", field: "file tree")
    }
    let members = try Self.entries(count, at: tree, chunkSize, in: file).filter { !$0.isFolder }
    paths = members.map(\.path)
    entries = Dictionary(members.map { ($0.path, $0) }) { first, _ in first }
  }

  /// The member at a path; nil when there is none.
  func member(_ path: String) throws(FormatError) -> SFSMember? {
    guard let entry = entries[path] else { return nil }
    return try SFSMember(path, size: entry.size, chunks: chunks(of: entry), chunkSize: chunkSize, in: file)
  }

  /// Where the bytes of a chunk begin, behind its header.
  static func place(ofChunk chunk: Int, _ chunkSize: Int) -> Int { chunk * chunkSize + headerSize + chunkHeaderSize }

  /// The chunks that a member takes, in order. Tables of several chunks are linked; no entry of four bytes is cut in two.
  private func chunks(of entry: Entry) throws(FormatError) -> [UInt32] {
    let usable = chunkSize - Self.chunkHeaderSize
    guard entry.size <= file.size else {
      throw FormatError(
        file.format, file: file.path, offset: entry.offset, field: entry.path,
        "the member has \(entry.size) bytes and the file \(file.size)", advice: Self.advice)
    }
    let count = (entry.size + usable - 1) / usable
    let perChunk = usable / 4
    var chunks: [UInt32] = []
    chunks.reserveCapacity(count)
    var table = entry.table
    while chunks.count < count {
      let part = min(perChunk, count - chunks.count)
      let (bytes, next) = try Self.linkedChunk(table, part * 4, chunkSize, entry.path, in: file)
      var reader = ByteReader(bytes, format: file.format, file: file.path)
      for _ in 0..<part { chunks.append(try reader.integer(UInt32.self)) }
      table = next
    }
    return chunks
  }

  /// So many bytes of a chunk of a table, and the chunk that continues it.
  private static func linkedChunk(
    _ chunk: Int, _ count: Int, _ chunkSize: Int, _ field: String, in file: FileBytes
  ) throws(FormatError) -> (bytes: [UInt8], next: Int) {
    // Chunk numbers have 32 bits and sizes 26: products do not overflow.
    let place = Self.place(ofChunk: max(0, chunk), chunkSize)
    guard chunk >= 0, place <= file.size - count else {
      throw FormatError(
        file.format, file: file.path, offset: min(max(0, place), file.size), field: field,
        "a table begins in chunk \(chunk), outside of the file", advice: advice)
    }
    var header = ByteReader(
      try file.read(place - chunkHeaderSize, 4), base: place - chunkHeaderSize, format: file.format, file: file.path)
    return (try file.read(place, count), Int(try header.integer(UInt32.self)))
  }

  private static func entries(
    _ count: Int, at tree: Int, _ chunkSize: Int, in file: FileBytes
  ) throws(FormatError) -> [Entry] {
    let perChunk = (chunkSize - chunkHeaderSize) / entrySize
    var entries: [Entry] = []
    var parents: [Int] = []
    var chunk = tree
    while entries.count < count {
      let part = min(perChunk, count - entries.count)
      let (bytes, next) = try linkedChunk(chunk, part * entrySize, chunkSize, "file tree", in: file)
      var reader = ByteReader(bytes, base: place(ofChunk: chunk, chunkSize), format: file.format, file: file.path)
      for index in 0..<part {
        try reader.seek(to: index * entrySize)
        let offset = reader.base + reader.position
        let table = Int(try reader.integer(Int32.self))
        let size = try reader.integer(UInt64.self)
        // Three times and the permissions come between.
        try reader.skip(28)
        parents.append(Int(try reader.integer(Int32.self)))
        try reader.skip(176)
        let isFolder = try reader.integer(UInt8.self) != 0
        try reader.skip(3)
        let name = try reader.take(256).prefix { $0 != 0 }
        entries.append(
          Entry(path: decodeText(name), isFolder: isFolder, table: table, size: Int(clamping: size), offset: offset))
      }
      chunk = next
    }
    return try entries.enumerated().map { index, entry throws(FormatError) in
      var entry = entry
      var parent = parents[index]
      var depth = 0
      while parent != -1 {
        guard entries.indices.contains(parent), depth < greatestDepth else {
          throw FormatError(
            file.format, file: file.path, offset: entry.offset, field: "file tree",
            "the member '\(entry.path)' has no sound place in the tree", advice: advice)
        }
        entry.path = "\(entries[parent].path)/\(entry.path)"
        parent = parents[parent]
        depth += 1
      }
      return entry
    }
  }
}
