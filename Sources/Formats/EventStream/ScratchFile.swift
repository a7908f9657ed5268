internal import Foundation

/// A temporary file that is written from its beginning to its end and then read.
final class ScratchFile {
  private let path: String
  private let format: String
  private let file: String
  private let descriptor: Int32
  private var code: Int32 = 0
  private var isKept = false

  init(format: String, for file: String) throws(FormatError) {
    let folder = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/var/tmp"
    path = "\(folder)/lamella-\(UUID().uuidString)"
    self.format = format
    self.file = file
    descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    if descriptor < 0 { code = errno }
    if code != 0 { throw failure }
  }

  /// False when the disk takes no more.
  func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var done = 0
    while done < bytes.count {
      let count = unsafe Foundation.write(descriptor, bytes.baseAddress.map { unsafe $0 + done }, bytes.count - done)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        code = errno
        return false
      }
      done += count
    }
    return true
  }

  /// The file to read, which goes away with the value.
  func finished(_ size: Int) throws(FormatError) -> FileBytes {
    guard code == 0 else { throw failure }
    let bytes = try FileBytes(path, format: format, isTemporary: true)
    isKept = true
    guard bytes.size == size else { throw failure }
    return bytes
  }

  private var failure: FormatError {
    FormatError(
      format, file: file, "what it holds cannot be unpacked into \(path): \(systemMessage(code))",
      advice: "Name a folder with enough room in TMPDIR.")
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if !isKept { unsafe unlink(path) }
  }
}
