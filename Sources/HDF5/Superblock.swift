internal import Glibc

/// The head of an HDF5 file, read without the library: what it says of a file that the library refuses.
///
/// From section II.A, "Disk Format: Level 0A - Format Signature and Superblock", of the HDF5 file format specification.
public struct Superblock: Hashable, Sendable {
  /// The byte of the file where it begins: 0, or after a user block 512, 1024, 2048 …
  public var address: Int
  public var version: Int
  /// The size that the file had when it was last closed.
  public var endOfFile: UInt64
  /// The size that the file has.
  public var byteCount: UInt64

  /// Whether the file is shorter than when it was last closed.
  public var isTruncated: Bool { byteCount < endOfFile }

  private static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]

  /// Nil for a file without the signature of HDF5.
  ///
  /// - Throws: `cannotOpen` for a file that cannot be read, `damaged` where the signature is followed by no superblock.
  public init?(of path: String) throws(HDF5Error) {
    func failure(_ kind: HDF5Error.Kind, _ problem: String) -> HDF5Error {
      HDF5Error(kind, call: "read", on: path, problem)
    }
    if path.utf8.contains(0) { throw failure(.invalidArgument, "the path contains a NUL") }
    let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure(.cannotOpen, "cannot be opened (errno \(errno))") }
    defer { Glibc.close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    func bytes(at address: Int, _ count: Int) -> [UInt8] {
      var buffer = [UInt8](repeating: 0, count: count)
      let read = unsafe pread(descriptor, &buffer, count, off_t(address))
      return Array(buffer.prefix(max(0, read)))
    }
    byteCount = UInt64(max(0, status.st_size))
    var place = 0
    while bytes(at: place, Self.signature.count) != Self.signature {
      place = place == 0 ? 512 : 2 * place
      guard place < Int(status.st_size) else { return nil }
    }
    address = place
    let head = bytes(at: place, 96)
    let (sizeAt, baseAt): (Int, Int)
    switch head.dropFirst(8).first {
    case 0?: (sizeAt, baseAt) = (13, 24)
    case 1?: (sizeAt, baseAt) = (13, 28)
    case 2?, 3?: (sizeAt, baseAt) = (9, 12)
    default: throw failure(.damaged, "the superblock is of no version known")
    }
    version = Int(head[8])
    let size = head.count > sizeAt ? Int(head[sizeAt]) : 0
    // Base address, address of the free space or of the extension, end of file.
    let end = baseAt + 2 * size
    guard [2, 4, 8].contains(size), head.count >= end + size else {
      throw failure(.damaged, "the superblock is cut short or makes no sense")
    }
    endOfFile = head[end..<end + size].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
