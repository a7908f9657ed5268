internal import Synchronization

/// What was unpacked of a file, once: in memory, or in a temporary file that goes away with the value.
enum UnpackedBytes: Sendable {
  case memory([UInt8])
  case file(FileBytes)

  func read(_ range: Range<Int>) throws(FormatError) -> [UInt8] {
    switch self {
    case .memory(let bytes): Array(bytes[range])
    case .file(let bytes): try bytes.read(range.lowerBound, range.count)
    }
  }

  /// Where bytes go while they are unpacked, in order.
  struct Writer {
    private let count: Int
    private var bytes: [UInt8] = []
    private let scratch: ScratchFile?

    /// - Parameters:
    ///   - count: the bytes that will come.
    ///   - room: is asked for memory for them; where it has none, they go into a temporary file.
    init(_ count: Int, _ room: UnpackingRoom, format: String, file: String) throws(FormatError) {
      self.count = count
      if room.take(count) {
        bytes.reserveCapacity(count)
        scratch = nil
      } else {
        scratch = try ScratchFile(format: format, for: file)
      }
    }

    /// False when the disk takes no more.
    mutating func write(_ piece: UnsafeRawBufferPointer) -> Bool {
      if let scratch { return unsafe scratch.write(piece) }
      unsafe bytes.append(contentsOf: piece)
      return true
    }

    consuming func finished() throws(FormatError) -> UnpackedBytes {
      if let scratch { .file(try scratch.finished(count)) } else { .memory(bytes) }
    }
  }
}

/// The memory that what is unpacked of a file may take, all of its streams together.
final class UnpackingRoom: Sendable {
  static let usual = 32 << 20

  /// Streams that share the room.
  let streamCount: Int
  private let left: Mutex<Int>

  init(_ bytes: Int = UnpackingRoom.usual, streams: Int = 1) {
    streamCount = max(1, streams)
    left = Mutex(bytes)
  }

  /// Whether there was room for so many bytes; it is then taken.
  func take(_ bytes: Int) -> Bool {
    left.withLock { left in
      guard bytes <= left else { return false }
      left -= bytes
      return true
    }
  }
}
