internal import Foundation

extension Provenance.Input {
  /// The largest file whose bytes are hashed: a larger one would cost an import another pass over its source, and the
  /// values read from it have a digest of their own.
  public static let largestHashed = 64 << 20

  /// A whole file with its size and, up to a size, the SHA-256 of its bytes.
  ///
  /// - Parameter progress: takes the bytes done, and says whether to go on.
  /// - Throws: `source` when the file cannot be read, `stopped`.
  public static func wholeFile(
    _ path: String, hashedUpTo limit: Int = largestHashed, progress: ProgressCallback? = nil
  ) throws(StoreError) -> Provenance.Input {
    try guarded(path) {
      let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      let size = Int(try handle.seekToEnd())
      guard size <= limit else { return Provenance.Input(path: "/", file: path, size: size) }
      try handle.seek(toOffset: 0)
      let digest = Digest()
      var done = 0
      while let piece = try handle.read(upToCount: 4 << 20), !piece.isEmpty {
        unsafe piece.withUnsafeBytes { unsafe digest.update($0) }
        done += piece.count
        if progress?(done, size) == .stop { throw CancellationError() }
      }
      try handle.close()
      return Provenance.Input(path: "/", file: path, sha256: digest.finish(), size: done)
    }
  }
}
