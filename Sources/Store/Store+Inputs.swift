internal import Foundation
internal import HDF5

extension Store {
  /// Looks up what an operation in this file read, and whether it is still the same.
  ///
  /// A file that is not where it was is looked for beside this one, and known by its digest.
  ///
  /// - Parameters:
  ///   - made: the operation.
  ///   - replacement: a place to look for whole files first.
  public func check(
    _ input: Provenance.Input, of made: Provenance?, _ thoroughness: InputCheck.Thoroughness,
    replacement: String? = nil, progress: ProgressCallback? = nil
  ) throws(StoreError) -> InputCheck {
    try guarded(path, input.path) {
      var result = InputCheck(path: input.path, file: input.file, state: .missing, recorded: input.sha256)
      for place in places(of: input, of: made, replacement: replacement) {
        let (state, digest): (InputCheck.State, String?)
        if input.path == "/" {
          (state, digest) = try Self.wholeFile(place, input, made, thoroughness, progress)
        } else {
          let isOwn = FileIdentity(place) == FileIdentity(path)
          guard try isOwn || Store.isStore(place) else { continue }
          let store = isOwn ? self : try Store.open(place)
          guard try store.root.exists(input.path) else { continue }
          digest =
            thoroughness == .everything
            ? try store.computedDigest(at: input.path, progress: progress) : try store.digest(at: input.path)
          state = input.sha256 == nil || digest == nil ? .unverified : input.sha256 == digest ? .same : .changed
        }
        // The first place with the same values, else the first place.
        guard result.state == .missing || state == .same else { continue }
        (result.state, result.place, result.found) = (state, place, digest)
        if state == .same { break }
      }
      return result
    }
  }

  /// Where the file of an input may be, the likeliest place first; files that are there.
  func places(of input: Provenance.Input, of made: Provenance?, replacement: String? = nil) -> [String] {
    guard let file = input.file else { return [path] }
    if let replacement, input.path == "/" { return replacements(of: input, among: made?.inputs ?? [input], by: replacement) }
    let beside = URL(fileURLWithPath: path).deletingLastPathComponent()
    var places = [place(of: file), beside.appendingPathComponent(URL(fileURLWithPath: file).lastPathComponent).path]
    // Until 0.1.0 files were named as the user did, from the working folder.
    if !file.hasPrefix("/") { places.append(file) }
    return Self.distinct(places)
  }

  /// Where a file is that this one names.
  public func place(of file: String) -> String {
    file.hasPrefix("/") ? file : URL(fileURLWithPath: path).deletingLastPathComponent().appendingPathComponent(file).path
  }

  /// Where files are when the first of those that belong together is at another place: it, or what lies beside it under the
  /// name of old, or under its name with the ending of old.
  private func replacements(
    of input: Provenance.Input, among inputs: [Provenance.Input], by replacement: String
  ) -> [String] {
    let place = URL(fileURLWithPath: replacement)
    let name = URL(fileURLWithPath: input.file ?? "")
    return Self.distinct(
      (input == inputs.first ? [replacement] : []) + [
        place.deletingLastPathComponent().appendingPathComponent(name.lastPathComponent).path,
        place.deletingPathExtension().appendingPathExtension(name.pathExtension).path,
      ])
  }

  /// The files that are there, each once.
  private static func distinct(_ places: [String]) -> [String] {
    var seen: Set<FileIdentity> = []
    return places.filter { place in
      let identity = FileIdentity(place)
      return identity.exists && seen.insert(identity).inserted
    }
  }

  private static func wholeFile(
    _ place: String, _ input: Provenance.Input, _ made: Provenance?, _ thoroughness: InputCheck.Thoroughness,
    _ progress: ProgressCallback?
  ) throws -> (InputCheck.State, String?) {
    let file = URL(fileURLWithPath: place).resolvingSymlinksInPath()
    let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
    let size = (attributes[.size] as? NSNumber)?.intValue
    if let recorded = input.size, size != recorded { return (.changed, nil) }
    guard let recorded = input.sha256 else { return (.unverified, nil) }
    let written = attributes[.modificationDate] as? Date
    if thoroughness == .recorded, let written, let start = made?.startDate, written <= start,
      input.file.map({ place.hasSuffix($0) }) == true
    {
      return (.same, recorded)
    }
    let found = try Provenance.Input.wholeFile(place, progress: progress).sha256
    return (found == nil ? .unverified : found == recorded ? .same : .changed, found)
  }

  /// The digest of a dataset, of a map's values, or of a result, of the values as they are now.
  func computedDigest(at path: String, progress: ProgressCallback? = nil) throws -> String? {
    switch try root.open(path) {
    case .dataset(let dataset): return try DatasetDigest(dataset).compute(progress)
    case .group(let group):
      switch try group.kind() {
      case .map: return try DatasetDigest(Map(group, in: self).dataset).compute(progress)
      case .result:
        return try AnalysisResult(group, store: self).digest { try DatasetDigest($0).compute(progress) }
      default: return nil
      }
    case .datatype: return nil
    }
  }
}

extension DatasetDigest {
  /// With the memory and the threads that are usual.
  func compute(_ progress: ProgressCallback? = nil) throws -> String? {
    let total = try dataset.byteCount()
    return try compute(
      memory: ChunkPipeline.usualMemory, threads: ProcessInfo.processInfo.activeProcessorCount,
      progress: { progress?($0, total) != .stop })
  }
}
