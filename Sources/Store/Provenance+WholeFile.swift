internal import Foundation

extension Provenance.Input {
  /// A whole file with its size and the SHA-256 of its bytes.
  ///
  /// - Parameter progress: takes the bytes done, and says whether to go on.
  /// - Throws: `source` when the file cannot be read, `stopped`.
  public static func wholeFile(
    _ path: String, progress: ProgressCallback? = nil
  ) throws(StoreError) -> Provenance.Input {
    try guarded(path) {
      let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      let size = Int(try handle.seekToEnd())
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
