internal import Foundation

/// A file that appears under its name when it is complete, and leaves nothing behind when it is not.
///
/// Bytes go to a temporary file in the same folder; `commit` flushes it to the disk and renames it.
final class AtomicFile {
  let path: String
  private let format: String
  private let temporaryPath: String
  private let descriptor: Int32
  private var isCommitted = false
  /// Bytes written so far.
  private(set) var count = 0

  init(_ path: String, format: String) throws(FormatError) {
    self.path = path
    self.format = format
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    temporaryPath = "\(folder).\(fileName(of: path)).\(UUID().uuidString.prefix(8)).part"
    descriptor = unsafe open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw FormatError(
        format, file: path, "cannot be made: \(systemMessage(errno))",
        advice: "Check that the folder exists and may be written to.")
    }
  }

  deinit {
    close(descriptor)
    if !isCommitted { unsafe unlink(temporaryPath) }
  }

  func write(_ bytes: some Sequence<UInt8>) throws(FormatError) { try write(Array(bytes)) }

  func write(_ text: String) throws(FormatError) { try write(Array(text.utf8)) }

  /// Writes a text in Latin-1, which older programs expect, or in UTF-8 when it has characters that Latin-1 lacks.
  func write(latinText text: String) throws(FormatError) {
    // The Greek letter mu is for the reader the same as the micro sign, and only the latter is in Latin-1.
    let scalars = text.unicodeScalars.map { $0.value == 0x3BC ? 0xB5 : $0.value }
    try write(scalars.allSatisfy { $0 < 256 } ? scalars.map { UInt8(truncatingIfNeeded: $0) } : Array(text.utf8))
  }

  func write(_ bytes: [UInt8]) throws(FormatError) {
    var failure: Int32?
    unsafe bytes.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        let written = unsafe Foundation.write(descriptor, bytes.baseAddress.map { unsafe $0 + done }, bytes.count - done)
        if written < 0, errno == EINTR { continue }
        guard written > 0 else {
          failure = errno
          return
        }
        done += written
      }
    }
    if let failure { throw error(failure) }
    count += bytes.count
  }

  /// Puts the file under its name.
  func commit() throws(FormatError) {
    guard fsync(descriptor) == 0, unsafe rename(temporaryPath, path) == 0 else { throw error(errno) }
    isCommitted = true
  }

  private func error(_ code: Int32) -> FormatError {
    FormatError(
      format, file: path, offset: count, "cannot be written: \(systemMessage(code))",
      advice: "Check the room on the disk and the rights of the folder.")
  }
}
