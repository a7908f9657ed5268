internal import Foundation

/// A file opened once for reading at any place, from any number of threads.
///
/// It reads with `pread` and maps nothing into memory: a file that shrinks while it is open gives an error.
public final class FileBytes: Sendable {
  public let path: String
  /// The format named in errors.
  public let format: String
  /// Bytes in the file when it was opened.
  public let size: Int
  private let descriptor: Int32
  private let isTemporary: Bool

  public convenience init(_ path: String, format: String) throws(FormatError) {
    try self.init(path, format: format, isTemporary: false)
  }

  /// A temporary file is removed from its folder when the value goes away.
  init(_ path: String, format: String, isTemporary: Bool) throws(FormatError) {
    self.path = path
    self.format = format
    self.isTemporary = isTemporary
    // A pipe would wait for its writer.
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw FormatError(
        format, file: path, "cannot be opened: \(systemMessage(errno))",
        advice: "Check the path and that the file may be read.")
    }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw FormatError(
        format, file: path, "is not an ordinary file", advice: "Give the path of a file, not of a folder or a device.")
    }
    size = Int(status.st_size)
  }

  deinit {
    close(descriptor)
    if isTemporary { unsafe unlink(path) }
  }

  /// `count` bytes from `offset`; an error when the file ends before them.
  public func read(_ offset: Int, _ count: Int) throws(FormatError) -> [UInt8] {
    let (end, overflow) = offset.addingReportingOverflow(count)
    guard offset >= 0, count >= 0, !overflow, end <= size else { throw tooShort(offset, count) }
    var failure: FormatError?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { (buffer, initialized) in
      do throws(FormatError) {
        unsafe try read(offset, into: UnsafeMutableRawBufferPointer(buffer))
        initialized = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// The bytes from `offset`, at most `count` of them; fewer where the file ends.
  public func read(upTo count: Int, from offset: Int = 0) throws(FormatError) -> [UInt8] {
    try read(offset, max(0, min(count, size - offset)))
  }

  /// Fills a buffer with the bytes from `offset`.
  func read(_ offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FormatError) {
    var done = 0
    while done < buffer.count {
      let count = unsafe pread(descriptor, buffer.baseAddress.map { unsafe $0 + done }, buffer.count - done, offset + done)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw FormatError(
          format, file: path, offset: offset + done, "cannot be read: \(systemMessage(errno))",
          advice: "Check the disk or the network share that holds the file.")
      }
      guard count > 0 else { throw tooShort(offset, buffer.count) }
      done += count
    }
  }

  private func tooShort(_ offset: Int, _ count: Int) -> FormatError {
    FormatError(
      format, file: path, offset: max(0, min(offset, size)),
      "\(count) bytes are needed from byte \(offset) on and the file has \(size) bytes",
      advice: "The file is cut short or damaged: copy it again from its source.")
  }
}

/// What the system says of an error number.
func systemMessage(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }
