public import Blocks
internal import HDF5
public import Microscopy

extension Store {
  /// Brings an array into the file as a map, a slab at a time, within the memory of the options.
  ///
  /// When the source fails or `progress` says stop, nothing of the map is left. What is large is committed in parts: a file
  /// whose import was cut off may hold a map that is marked unfinished and is not listed.
  ///
  /// - Parameters:
  ///   - name: the map's name; one that is taken is an error, unless by an import that was cut off.
  ///   - metadata: its axes have the sizes of the array, navigation axes first.
  ///   - type: the element type of the array.
  ///   - made: what made the array, usually an import; its duration is set to the time until the array is stored.
  ///   - completing: adds to `made` what is known only when the array was read, given the digest of its values.
  @discardableResult
  public func addMap(
    _ name: String, metadata: MapMetadata, type: ScalarType, array: any ArraySource, options: ImportOptions = .init(),
    made: Provenance? = nil, completing: ((inout Provenance, _ digest: String?) throws -> Void)? = nil,
    progress: ProgressCallback? = nil
  ) throws(StoreError) -> Map {
    try requireWriting()
    let path = "/\(name)"
    return try guarded(self.path, path) {
      try check(newMap: name, metadata: metadata, type: type, array: array)
      do {
        let group = try root.createGroup(name)
        try group.mark(.map, nexusClass: "NXentry")
        try group.attributes.set(FileLayout.completeAttribute, to: false)
        try group.attributes.set("default", to: FileLayout.data)
        let data = try group.requireGroup(FileLayout.data, nexusClass: "NXdata")
        let signal = metadata.signalName
        let dataset = try data.stream(
          array, name: signal, type: type, axes: metadata.axes, options: options, progress: progress)
        try dataset.attributes.set(
          "long_name", to: metadata.quantity.isEmpty ? signal : metadata.quantity)
        try data.put(metadata.axes, signal: signal, interpretation: metadata.interpretation)
        try group.put(metadata)
        if var made {
          try completing?(&made, dataset.attributes.readIfPresent(FileLayout.digestAttribute))
          if made.duration == 0 { made.finish() }
          try group.requireGroup(FileLayout.provenance, nexusClass: "NXprocess").put(made)
        }
        try HyperSpyView(file: file).add(name, metadata: metadata, data: dataset, vendor: group.group(FileLayout.vendor))
        try group.attributes.set(FileLayout.completeAttribute, to: true)
        if try root.attributes.contains("default") == false { try root.attributes.set("default", to: name) }
        return try Map(group, in: self)
      } catch {
        let cause = error
        try discardMap(name)
        throw cause
      }
    }
  }

  /// Why no map can have a name; nil when one can.
  public static func problem(withMapName name: String) -> String? {
    FileLayout.problem(withName: name)
      ?? (FileLayout.reservedNames.contains(name) ? "the name is the layout's own" : nil)
  }

  /// Why no series can have a name; nil when one can.
  public static func problem(withSeriesName name: String) -> String? { FileLayout.problem(withName: name) }

  private func check(newMap name: String, metadata: MapMetadata, type: ScalarType, array: any ArraySource) throws {
    func refuse(_ problem: String, _ advice: String? = nil) -> StoreError {
      StoreError(.invalid, file: path, path: "/\(name)", problem, advice: advice)
    }
    if let problem = Self.problem(withMapName: name) { throw refuse(problem, "Choose another name.") }
    if try root.exists(name), case .group(let group) = try root.open(name), try group.kind() == .map, try !group.isComplete() {
      // What an import left that was cut off.
      try discardMap(name)
    }
    if try root.links().contains(where: { $0.name == name }) {
      throw StoreError(
        .exists, file: path, path: "/\(name)", "there is an object of that name already",
        advice: "Choose another name, or remove it first.")
    }
    guard metadata.shape == array.shape else {
      throw refuse("the axes have the sizes \(metadata.shape), the array \(array.shape)")
    }
    guard (1...32).contains(array.shape.count) else { throw refuse("an array of \(array.shape.count) dimensions") }
    guard array.shape.allSatisfy({ $0 > 0 }) else {
      throw refuse("the array is empty: its shape is \(array.shape)", "There is nothing to keep; check the source.")
    }
    var elements = 1
    for size in array.shape {
      let (product, overflow) = elements.multipliedReportingOverflow(by: size)
      guard !overflow, product <= Int.max / 32 else { throw refuse("the shape \(array.shape) is beyond any file") }
      elements = product
    }
    guard array.elementSize == type.size else {
      throw refuse("elements of \(array.elementSize) bytes are no \(type.rawValue)")
    }
    let navigation = metadata.axes.prefix { $0.role == .navigation }.count
    guard metadata.axes.dropFirst(navigation).allSatisfy({ $0.role == .signal }) else {
      throw refuse("a navigation axis follows a signal axis", "Put the navigation axes first.")
    }
    for axis in metadata.axes {
      if let values = axis.values, values.count != axis.size {
        throw refuse("the axis \"\(axis.name)\" has \(values.count) values for \(axis.size) positions")
      }
    }
  }
}

extension Group {
  /// Writes an array of any size as a chunked dataset with its digest and the checksums of its chunks.
  func stream(
    _ array: any ArraySource, name: String, type: ScalarType, axes: [Axis], options: ImportOptions,
    progress: ProgressCallback?
  ) throws -> Dataset {
    let chunk =
      options.chunks.map { zip($0, array.shape).map { min($0, $1) } }
      ?? ChunkShape.choose(axes: axes, elementSize: type.size)
    if let problem = ChunkShape.problem(options.chunks ?? chunk, shape: array.shape, elementSize: type.size) {
      throw StoreError(.invalid, file: file.path, path: path, problem)
    }
    guard (1...12).contains(options.level), options.threads > 0, options.memory > 0 else {
      throw StoreError(
        .invalid, file: file.path, path: path,
        "level \(options.level) with \(options.threads) threads and \(options.memory) bytes of memory cannot be",
        advice: "Levels go from 1 to 12; threads and memory are positive.")
    }
    let dataset = try createDataset(
      name, type: type.datatype, shape: array.shape, layout: .chunked(chunk),
      filters: .standard(level: min(options.level, 9)))
    let pipeline = ChunkPipeline(
      source: array, chunk: chunk,
      codec: ChunkCodec(elementSize: type.size, shuffles: true, deflates: true, level: options.level),
      threads: options.threads, memory: options.memory)
    let total = array.byteCount
    let commits = PeriodicCommit(of: dataset.file)
    let outcome = try pipeline.run(
      store: { origin, bytes in
        try FreeSpace.require(bytes.count, for: dataset.file.path)
        try dataset.writeChunk(at: origin, bytes)
        try commits.count(bytes.count)
      }, progress: { progress?($0, total) != .stop })
    // Chunks that leave no room for slabs in order are read again for the digest.
    let digest = try outcome.digest ?? DatasetDigest(dataset).compute(memory: options.memory)
    try dataset.seal(digest, checksums: outcome.checksums)
    return dataset
  }
}
