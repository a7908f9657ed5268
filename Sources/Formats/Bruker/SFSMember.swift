/// A member of an SFS container: bytes in chunks, which are the content or blocks of it that are deflated one by one.
///
/// A compressed member begins with "AACS", the size of a block and their number; the blocks follow from 0x80 on, each behind
/// 16 bytes: its size in the file, its size unpacked, a checksum of an unknown kind, and where the next block begins.
struct SFSMember: Sendable {
  let path: String
  let file: FileBytes
  /// Bytes of the content, unpacked.
  let size: Int
  /// Nil when the member is not compressed.
  let blocks: SFSBlocks?
  private let storedSize: Int
  private let chunks: [UInt32]
  private let chunkSize: Int

  private static let blockSignature: [UInt8] = Array("AACS".utf8)
  private static let firstBlock = 0x80
  private static let greatestBlockSize = 1 << 22
  private static let advice = "The file is cut short or damaged: copy it again from its source."

  /// - Parameters:
  ///   - size: bytes in the file, which the chunks have room for.
  ///   - chunkSize: bytes of a chunk with its header.
  init(_ path: String, size: Int, chunks: [UInt32], chunkSize: Int, in file: FileBytes) throws(FormatError) {
    self.path = path
    self.file = file
    self.chunks = chunks
    self.chunkSize = chunkSize
    storedSize = size
    let stored = StoredBytes(path: path, file: file, size: size, chunks: chunks, chunkSize: chunkSize)
    var header = ByteReader(try stored.read(0, min(16, size)), format: file.format, file: file.path)
    if size >= Self.firstBlock, Array(header.bytes.prefix(4)) == Self.blockSignature {
      try header.skip(4)
      let blockSize = Int(try header.integer(UInt32.self))
      try header.skip(4)
      let count = Int(try header.integer(UInt32.self))
      blocks = try Self.blocks(count, upTo: blockSize, in: stored)
    } else {
      blocks = nil
    }
    self.size = blocks?.starts.last ?? size
  }

  private var stored: StoredBytes {
    StoredBytes(path: path, file: file, size: storedSize, chunks: chunks, chunkSize: chunkSize)
  }

  private static func blocks(
    _ count: Int, upTo blockSize: Int, in stored: StoredBytes
  ) throws(FormatError) -> SFSBlocks {
    guard blockSize > 0, blockSize <= greatestBlockSize, count <= stored.size / 16 else {
      throw stored.error("\(count) blocks of \(blockSize) bytes are not possible", at: 0)
    }
    var blocks = SFSBlocks()
    blocks.places.reserveCapacity(count)
    var place = firstBlock
    for index in 0..<count {
      guard place <= stored.size - 16 else {
        throw stored.error("block \(index) of \(count) begins behind the end of the member", at: place)
      }
      var header = ByteReader(try stored.read(place, 16), format: stored.file.format, file: stored.file.path)
      let packed = Int(try header.integer(UInt32.self))
      let size = Int(try header.integer(UInt32.self))
      // Deflate packs 1 : 1032 at best, and makes random bytes hardly longer.
      guard packed <= stored.size - place - 16, size <= blockSize, size / 1032 <= packed, packed <= blockSize * 2 + 1024
      else {
        throw stored.error("block \(index) of \(count) cannot hold \(size) bytes in \(packed)", at: place)
      }
      blocks.places.append(place + 16)
      blocks.packedSizes.append(packed)
      blocks.starts.append(blocks.starts[index] + size)
      place += 16 + packed
    }
    return blocks
  }

  /// Fills a buffer with bytes as they are in the file, from a place in the member.
  func readStored(_ place: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FormatError) {
    unsafe try stored.read(place, into: buffer)
  }

  /// Bytes in the file.
  var packedSize: Int { storedSize }

  /// All of the content; for members that are known to be small.
  func content(limit: Int) throws(FormatError) -> [UInt8] {
    guard size <= limit else { throw error("\(size) bytes are more than any file has here", at: 0) }
    let cursor = SFSCursor(self)
    return unsafe Array(UnsafeRawBufferPointer(start: try cursor.require(size), count: size))
  }

  /// An error at a place of the content.
  func error(_ problem: String, at place: Int, advice: String? = nil) -> FormatError {
    var inFile = place
    if let blocks { inFile = blocks.places.isEmpty ? 0 : blocks.places[blocks.block(at: place)] }
    return stored.error(problem, at: inFile, advice: advice)
  }

  /// Where the blocks of a compressed member are.
  struct SFSBlocks: Sendable {
    /// Where each block begins in the content; one more for the end.
    var starts = [0]
    /// Where the packed bytes of each block begin in the member.
    var places: [Int] = []
    var packedSizes: [Int] = []

    /// The last block that begins at or before a place of the content; 0 when there is none.
    func block(at place: Int) -> Int {
      var low = 0
      var high = places.count
      while high - low > 1 {
        let middle = (low + high) / 2
        if starts[middle] <= place { low = middle } else { high = middle }
      }
      return low
    }
  }

  /// The bytes of a member as they are in the file.
  private struct StoredBytes {
    let path: String
    let file: FileBytes
    let size: Int
    let chunks: [UInt32]
    let chunkSize: Int

    private var usable: Int { chunkSize - SFSContainer.chunkHeaderSize }

    func read(_ place: Int, _ count: Int) throws(FormatError) -> [UInt8] {
      guard place >= 0, count >= 0, place <= size, count <= size - place else {
        throw error("\(count) bytes are needed from byte \(place) on and the member has \(size)", at: place)
      }
      var failure: FormatError?
      let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
        do throws(FormatError) {
          unsafe try read(place, into: UnsafeMutableRawBufferPointer(buffer))
          initialized = count
        } catch {
          failure = error
        }
      }
      if let failure { throw failure }
      return bytes
    }

    func read(_ place: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FormatError) {
      guard place >= 0, place <= size, buffer.count <= size - place else {
        throw error("\(buffer.count) bytes are needed from byte \(place) on and the member has \(size)", at: place)
      }
      var done = 0
      while done < buffer.count {
        let (chunk, within) = (place + done).quotientAndRemainder(dividingBy: usable)
        let count = min(usable - within, buffer.count - done)
        try unsafe file.read(
          SFSContainer.place(ofChunk: Int(chunks[chunk]), chunkSize) + within,
          into: UnsafeMutableRawBufferPointer(rebasing: buffer[done..<done + count]))
        done += count
      }
    }

    func error(_ problem: String, at place: Int, advice: String? = nil) -> FormatError {
      let (chunk, within) = max(0, place).quotientAndRemainder(dividingBy: usable)
      let inFile = chunks.indices.contains(chunk) ? SFSContainer.place(ofChunk: Int(chunks[chunk]), chunkSize) + within : 0
      return FormatError(
        file.format, file: file.path, offset: min(inFile, file.size), field: path, problem,
        advice: advice ?? SFSMember.advice)
    }
  }
}
