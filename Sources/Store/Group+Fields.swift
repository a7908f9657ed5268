internal import Blocks
internal import HDF5
internal import Microscopy

/// Fields: datasets with a digest, and with units where they are quantities.
extension Group {
  func putText(_ name: String, _ value: String?) throws {
    guard let value else { return }
    let dataset = try createDataset(name, type: .string, shape: [])
    try dataset.write([value])
    try dataset.seal(Digest.sha256(texts: [value]))
  }

  func putTexts(_ name: String, _ values: [String]) throws {
    let dataset = try createDataset(
      name, type: .string, shape: [values.count], layout: values.isEmpty ? .contiguous : .chunked([values.count]))
    try dataset.write(values)
    try dataset.seal(Digest.sha256(texts: values))
  }

  func putNumber(_ name: String, _ value: Double?, units: String = "") throws {
    guard let value else { return }
    let dataset = try createDataset(name, type: .float64, shape: [])
    try dataset.write([value])
    if !units.isEmpty { try dataset.attributes.set("units", to: units) }
    try dataset.seal(Digest.sha256(unsafe withUnsafeBytes(of: value) { unsafe Array($0) }))
  }

  func putInteger(_ name: String, _ value: Int?) throws {
    guard let value else { return }
    let dataset = try createDataset(name, type: .int64, shape: [])
    try dataset.write([value])
    try dataset.seal(Digest.sha256(unsafe withUnsafeBytes(of: value) { unsafe Array($0) }))
  }

  /// An array of numbers, chunked, shuffled and deflated.
  ///
  /// - Parameter isLasting: whether the checksums of its chunks are kept; not worth it for what is soon replaced.
  @discardableResult
  func putArray(
    _ name: String, _ array: StoredArray, axes: [Axis]? = nil, isLasting: Bool = true
  ) throws -> Dataset {
    let roles = axes ?? array.shape.map { Axis(name: "", size: $0, role: .signal) }
    let chunk =
      array.shape.isEmpty ? [] : ChunkShape.choose(axes: roles, elementSize: array.type.size).map { max(1, $0) }
    guard !array.shape.isEmpty, !array.shape.contains(0) else {
      let dataset = try createDataset(name, type: array.type.datatype, shape: array.shape)
      try dataset.writeRaw(array.bytes)
      try dataset.seal(Digest.sha256(array.bytes))
      return dataset
    }
    let dataset = try createDataset(
      name, type: array.type.datatype, shape: array.shape, layout: .chunked(chunk), filters: .standard)
    let pipeline = ChunkPipeline(
      source: MemoryArray(shape: array.shape, elementSize: array.type.size, bytes: array.bytes), chunk: chunk,
      codec: ChunkCodec(elementSize: array.type.size, shuffles: true, deflates: true), threads: 1,
      memory: ChunkPipeline.usualMemory)
    try FreeSpace.require(array.bytes.count, for: file.path)
    let outcome = try pipeline.run(store: { try dataset.writeChunk(at: $0, $1) }, progress: { _ in true })
    try dataset.seal(outcome.digest ?? Digest.sha256(array.bytes), checksums: isLasting ? outcome.checksums : [])
    return dataset
  }

  func textIfPresent(_ name: String) throws -> String? {
    guard try exists(name) else { return nil }
    return try dataset(name).read(as: String.self).first
  }

  func textsIfPresent(_ name: String) throws -> [String]? {
    guard try exists(name) else { return nil }
    return try dataset(name).read(as: String.self)
  }

  func numberIfPresent(_ name: String) throws -> Double? {
    guard try exists(name) else { return nil }
    return try dataset(name).read(as: Double.self, converting: .nearest).first
  }

  func integerIfPresent(_ name: String) throws -> Int? {
    guard try exists(name) else { return nil }
    return try dataset(name).read(as: Int.self).first
  }

  /// Marks a group as an object of a kind of ours.
  func mark(_ kind: FileLayout.Kind, nexusClass: String) throws {
    try attributes.set("NX_class", to: nexusClass)
    try attributes.set(FileLayout.kindAttribute, to: kind.rawValue)
    try attributes.set(FileLayout.kindVersionAttribute, to: Int64(1))
  }

  /// A group with a NeXus class, made where there is none.
  func requireGroup(_ name: String, nexusClass: String) throws -> Group {
    if try exists(name) { return try group(name) }
    let group = try createGroup(name)
    try group.attributes.set("NX_class", to: nexusClass)
    return group
  }

  func kind() throws -> FileLayout.Kind? {
    guard let word: String = try attributes.readIfPresent(FileLayout.kindAttribute) else { return nil }
    return FileLayout.Kind(rawValue: word)
  }

  /// Whether the object was written to its end.
  func isComplete() throws -> Bool { try attributes.readIfPresent(FileLayout.completeAttribute) ?? true }
}

extension Dataset {
  /// More bytes than any file system holds; a few hundred such numbers still add up to an `Int`.
  private static let largestByteCount = 1 << 53

  /// Bytes of the values.
  ///
  /// - Throws: `damaged` for a shape that no array has; any product of its extents times the element size fits an `Int` else.
  func byteCount() throws -> Int {
    let shape = try shape
    var bytes = max(1, type.size)
    for extent in shape where extent != 0 {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: extent)
      guard !overflow, extent > 0, product <= Self.largestByteCount else {
        throw StoreError(
          .damaged, file: file.path, path: path, "the shape \(shape) is larger than any file",
          advice: "Take the file from a backup.")
      }
      bytes = product
    }
    return shape.contains(0) ? 0 : bytes
  }

  /// Stores the digest of the values and, of several chunks, the CRC-32 of each in C order of the grid.
  func seal(_ digest: String?, checksums: [UInt32] = []) throws {
    guard let digest else {
      throw StoreError(.file, file: file.path, path: path, "the SHA-256 of the values could not be computed")
    }
    if let grid = try chunkGrid(), grid.count > 1, grid.count == checksums.count {
      try grid.keep(checksums, digest: digest, in: file)
    }
    try attributes.set(FileLayout.digestAttribute, to: digest)
  }
}

extension Digest {
  /// The digest of strings: their UTF-8, each closed by a NUL.
  static func sha256(texts: [String]) -> String? { sha256(texts.flatMap { Array($0.utf8) + [0] }) }
}
