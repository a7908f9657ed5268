extension Dataset {
  /// Deflate packs at most so many bytes into one.
  private static let greatestRatio = 1032
  /// Bytes that may be claimed without proof.
  public static let smallClaim = 64 << 20

  /// Throws where what is stored cannot be all the elements, so that a damaged shape costs no memory and no time.
  ///
  /// Unfiltered elements take their own size, deflated ones at least a 1032nd of it. Other filters and elements in other files
  /// pass. Chunks that were never written count as missing.
  ///
  /// - Parameter limit: bytes of elements that pass without a look.
  public func checkClaims(beyond limit: Int = smallClaim) throws(HDF5Error) {
    guard let count = try space.checkedCount else {
      throw overclaimed("more elements than any file holds", stored: try storageSize)
    }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: type.size)
    guard overflow || bytes > limit else { return }
    try checkClaim(overflow ? .max : bytes, "\(count) elements of \(type.size) bytes")
  }

  /// Throws where reading would fill a chunk that is too large for what is stored.
  func checkChunkClaim() throws(HDF5Error) {
    guard let chunk = chunkShape, !filters.isEmpty else { return }
    let bytes = chunk.reduce(type.size) { $0.multipliedReportingOverflow(by: $1).overflow ? .max : $0 * $1 }
    guard bytes > Self.smallClaim else { return }
    try checkClaim(bytes, "chunks of \(bytes) bytes")
  }

  private func checkClaim(_ bytes: Int, _ claim: String) throws(HDF5Error) {
    let ratio: Int
    switch layout {
    case .contiguous, .compact: ratio = 1
    case .chunked:
      guard filters.allSatisfy({ [1, 2, 3].contains($0.id) }) else { return }
      ratio = filters.contains { $0.id == 1 } ? Self.greatestRatio : 1
    case .virtual, .external: return
    }
    let stored = try storageSize
    guard bytes / ratio <= stored else { throw overclaimed(claim, stored: stored) }
  }

  private func overclaimed(_ claim: String, stored: Int) -> HDF5Error {
    HDF5Error(.damaged, call: "H5Dget_storage_size", on: location, "claims \(claim), of which only \(stored) bytes are stored")
  }
}
