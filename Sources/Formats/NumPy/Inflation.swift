internal import CDeflate
internal import Foundation

/// Unpacks deflated bytes of a file: into memory, or into a temporary file when they are many.
struct Inflation {
  let bytes: FileBytes
  /// Where the deflated bytes begin.
  let offset: Int
  let packedSize: Int
  let size: Int
  /// The CRC-32 of the unpacked bytes, where it is known.
  let checksum: UInt32?
  /// What the bytes are, for errors.
  let name: String

  /// Deflate cannot pack better than this.
  private static let greatestRatio = 1032

  /// The unpacked bytes as a file that goes away with the value.
  func temporaryFile() throws(FormatError) -> FileBytes {
    try checkSize()
    let packed = try MappedScratch(packedSize, for: bytes)
    let unpacked = try MappedScratch(size, for: bytes)
    let step = 8 << 20
    for start in stride(from: 0, to: packedSize, by: step) {
      let count = min(step, packedSize - start)
      try unsafe bytes.read(
        offset + start, into: UnsafeMutableRawBufferPointer(rebasing: packed.buffer[start..<start + count]))
    }
    try unsafe inflate(UnsafeRawBufferPointer(packed.buffer), into: unpacked.buffer)
    return try unpacked.file()
  }

  func memory() throws(FormatError) -> [UInt8] {
    try checkSize()
    let packed = try bytes.read(offset, packedSize)
    var failure: FormatError?
    let unpacked = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, initialized in
      let target = UnsafeMutableRawBufferPointer(buffer)
      unsafe packed.withUnsafeBytes { source in
        do throws(FormatError) { try unsafe inflate(source, into: target) } catch { failure = error }
      }
      initialized = failure == nil ? size : 0
    }
    if let failure { throw failure }
    return unpacked
  }

  private func inflate(
    _ packed: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
  ) throws(FormatError) {
    guard let decompressor = unsafe libdeflate_alloc_decompressor() else {
      throw damaged("cannot be unpacked: there is not enough memory")
    }
    defer { unsafe libdeflate_free_decompressor(decompressor) }
    let result = unsafe libdeflate_deflate_decompress(
      decompressor, packed.baseAddress, packed.count, target.baseAddress, size, nil)
    guard result == LIBDEFLATE_SUCCESS else { throw damaged("its deflated bytes are damaged") }
    if let checksum, unsafe libdeflate_crc32(0, target.baseAddress, size) != checksum {
      throw damaged("its checksum does not fit its bytes")
    }
  }

  private func checkSize() throws(FormatError) {
    guard size >= 0, size / Self.greatestRatio <= packedSize + 1 else {
      throw damaged("\(packedSize) packed bytes cannot hold \(size)")
    }
  }

  private func damaged(_ problem: String) -> FormatError {
    FormatError(
      bytes.format, file: bytes.path, offset: offset, field: name, problem,
      advice: "The file is damaged: copy it again from its source.")
  }
}

/// Bytes that may be more than the memory holds: a temporary file, mapped, that only this process knows.
///
/// Its blocks are reserved when it is made, so that a full disk is an error then and not a crash later.
@safe private final class MappedScratch {
  let buffer: UnsafeMutableRawBufferPointer
  private let path: String
  private let format: String
  private var isKept = false

  init(_ count: Int, for bytes: FileBytes) throws(FormatError) {
    let folder = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/var/tmp"
    path = "\(folder)/lamella-\(UUID().uuidString)"
    format = bytes.format
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    var code = errno
    if descriptor >= 0 {
      defer { close(descriptor) }
      code = posix_fallocate(descriptor, 0, max(count, 1))
      if code == 0 {
        let memory = unsafe mmap(nil, max(count, 1), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
        if let memory = unsafe memory, unsafe memory != MAP_FAILED {
          unsafe buffer = UnsafeMutableRawBufferPointer(start: memory, count: count)
          return
        }
        code = errno
      }
      unsafe unlink(path)
    }
    throw FormatError(
      bytes.format, file: bytes.path, offset: 0, "\(count) bytes cannot be unpacked in \(folder): \(systemMessage(code))",
      advice: "Name a folder with enough room in TMPDIR.")
  }

  /// The bytes as a file to read, which removes itself; called once.
  func file() throws(FormatError) -> FileBytes {
    isKept = true
    return try FileBytes(path, format: format, isTemporary: true)
  }

  deinit {
    unsafe munmap(buffer.baseAddress, max(buffer.count, 1))
    if !isKept { unsafe unlink(path) }
  }
}
