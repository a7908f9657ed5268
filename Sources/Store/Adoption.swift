internal import HDF5
internal import Microscopy

/// What became of a file that HyperSpy saved again, when the rest of the original was attached to it.
public struct AdoptionReport: Codable, Hashable, Sendable {
  /// Maps whose values were found again, with everything made from them.
  public var attached: [String] = []
  /// Maps of the original whose values are in no experiment: they were changed, cut or removed.
  public var lost: [String] = []
  /// Experiments that are no map of the original; each became a map of its own.
  public var new: [String] = []
  /// Series and models that were copied.
  public var copied: [String] = []
  /// Series that were left out, as a map of theirs is lost.
  public var leftOut: [String] = []
}

extension Store {
  /// Makes a file of ours of one that HyperSpy saved again: re-attaches what the save dropped.
  ///
  /// Maps are matched to experiments by the SHA-256 of their values, computed anew. What HyperSpy says (calibration,
  /// metadata, learning results) is kept; provenance, images, masks, results, series and models come from the original.
  /// It is one transaction: when it fails, the file is as it was.
  ///
  /// - Throws: `invalid` when no map is found again.
  public static func adopt(
    original: String, resaved: String, progress: ProgressCallback? = nil
  ) throws(StoreError) -> AdoptionReport {
    let source = try Store.open(original)
    return try guarded(resaved) {
      guard try File.open(resaved).root.attributes.contains(FileLayout.rootAttribute) == false else {
        throw StoreError(
          .invalid, file: resaved, "this file is one of ours already", advice: "There is nothing to re-attach.")
      }
      let file = try File.open(resaved, .writing)
      let root = try file.root
      guard try root.exists(FileLayout.experiments) else {
        throw StoreError(.foreign, file: resaved, "this is no file of HyperSpy's: it has no /Experiments")
      }
      let report = try Adoption(source: source, root: root, progress: progress).run()
      guard !report.attached.isEmpty else {
        throw StoreError(
          .invalid, file: resaved, "holds no map of \(original) with its values unchanged, so there is nothing to re-attach",
          advice: "It is as it was; import it as a map of its own instead.")
      }
      try file.close()
      return report
    }
  }
}

/// The steps of an adoption.
private struct Adoption {
  let source: Store
  let root: Group
  let progress: ProgressCallback?

  func run() throws -> AdoptionReport {
    var report = AdoptionReport()
    let experiments = try root.group(FileLayout.experiments)
    var maps = try source.maps
    var matches: [(experiment: String, map: Map?, digest: String)] = []
    for name in try experiments.names {
      let group = try experiments.group(name)
      guard try group.exists(FileLayout.data) else { continue }
      let dataset = try group.dataset(FileLayout.data)
      let total = try dataset.byteCount()
      let digest = try DatasetDigest(dataset).compute(
        memory: ChunkPipeline.usualMemory, threads: ImportOptions().threads, progress: { progress?($0, total) != .stop })
      guard let digest else { throw StoreError(.file, file: root.file.path, path: dataset.path, "SHA-256 failed") }
      let candidates = try maps.indices.filter { try maps[$0].digest == digest && maps[$0].shape == dataset.shape }
      // Of maps with equal values the one of the same name or title is meant.
      let best = try candidates.first { try maps[$0].name == name || maps[$0].metadata.title == name } ?? candidates.first
      matches.append((name, best.map { maps.remove(at: $0) }, digest))
    }
    report.lost = maps.map(\.name)
    var taken = Set(try source.mapNames).union(FileLayout.reservedNames)
    for (name, map, digest) in matches {
      let experiment = try experiments.group(name)
      var link = map?.name ?? name.split(separator: "/").joined(separator: "_")
      if map == nil {
        while taken.contains(link) { link += "-new" }
        taken.insert(link)
      }
      try attach(experiment, as: link, map: map, digest: digest)
      if link != name { try experiments.move(name, to: link) }
      if map == nil { report.new.append(link) } else { report.attached.append(link) }
    }
    try copySeriesAndModels(&report)
    try copyChecksums()
    try root.mark(.root, nexusClass: "NXroot")
    let usual: String? = try source.root.attributes.readIfPresent("default")
    let first = usual.flatMap { report.attached.contains($0) ? $0 : nil } ?? (report.attached + report.new).first
    if let first { try root.attributes.set("default", to: first) }
    try root.attributes.set(FileLayout.rootAttribute, to: FileLayout.version)
    return report
  }

  /// Makes a map around the values of an experiment.
  private func attach(_ experiment: Group, as name: String, map: Map?, digest: String) throws {
    let dataset = try experiment.dataset(FileLayout.data)
    let axes = try experiment.hyperSpyAxes(of: dataset.shape)
    var metadata = try map?.metadata ?? MapMetadata(title: name, axes: axes)
    metadata.axes = axes
    if try experiment.exists("metadata") {
      HyperSpyMetadata.absorb(try experiment.group("metadata").tree(), into: &metadata)
    }
    if map == nil, try experiment.exists("original_metadata") {
      metadata.vendor = try experiment.group("original_metadata").tree()
    }
    let group = try root.createGroup(name)
    try group.mark(.map, nexusClass: "NXentry")
    try group.attributes.set(FileLayout.completeAttribute, to: false)
    try group.attributes.set("default", to: FileLayout.data)
    let data = try group.requireGroup(FileLayout.data, nexusClass: "NXdata")
    let signal = metadata.signalName
    try data.createHardLink(signal, to: dataset)
    try dataset.attributes.set("long_name", to: metadata.quantity.isEmpty ? signal : metadata.quantity)
    try dataset.seal(
      digest,
      checksums: try dataset.computeChecksums(threads: ImportOptions().threads, proceeds: { progress?(0, 0) != .stop }) ?? [])
    try data.put(axes, signal: signal, interpretation: metadata.interpretation)
    try group.put(metadata)
    for part in [FileLayout.provenance, FileLayout.images, FileLayout.masks, FileLayout.results] {
      guard let map, try map.group.exists(part) else { continue }
      try map.group.copy(part, to: group, as: part)
    }
    try group.attributes.set(FileLayout.completeAttribute, to: true)
  }

  /// Brings along the checksums of the chunks of what was copied.
  private func copyChecksums() throws {
    guard try source.root.exists(FileLayout.checksums) else { return }
    let known = try source.root.group(FileLayout.checksums)
    let folder = try root.requireGroup(FileLayout.checksums, nexusClass: "NXcollection")
    for dataset in DatasetWalk(root).datasets {
      guard let name = try dataset.checksumName(), try known.exists(name), try !folder.exists(name) else { continue }
      try known.copy(name, to: folder, as: name)
    }
  }

  private func copySeriesAndModels(_ report: inout AdoptionReport) throws {
    for series in try source.series {
      let folder = try series.group.group("maps")
      let wanted = try folder.links().compactMap { link -> String? in
        if case .soft(let path) = link.target { String(path.dropFirst()) } else { nil }
      }
      let place = "\(FileLayout.series)/\(series.name)"
      guard wanted.allSatisfy(report.attached.contains) else {
        report.leftOut.append(place)
        continue
      }
      let target = try root.requireGroup(FileLayout.series, nexusClass: "NXcollection")
      try source.root.copy(place, to: target, as: series.name)
      report.copied.append(place)
    }
    for model in try source.models {
      let place = "\(FileLayout.models)/\(model.name)"
      let target = try root.requireGroup(FileLayout.models, nexusClass: "NXcollection")
      try source.root.copy(place, to: target, as: model.name)
      report.copied.append(place)
    }
  }
}

extension Group {
  /// The axes of a HyperSpy experiment; navigation axes come first there, too.
  fileprivate func hyperSpyAxes(of shape: [Int]) throws -> [Axis] {
    try shape.enumerated().map { index, size in
      guard try exists("axis-\(index)") else {
        throw StoreError(.damaged, file: file.path, path: "\(path)/axis-\(index)", "the axis is missing")
      }
      let group = try group("axis-\(index)")
      func text(_ name: String) throws -> String {
        guard try group.attributes.contains(name), case .text(let text) = try group.attributes.open(name).tree() else {
          return ""
        }
        return text
      }
      func number(_ name: String, _ usual: Double) throws -> Double {
        guard try group.attributes.contains(name) else { return usual }
        return try group.attributes.open(name).tree().number ?? usual
      }
      let navigates: Bool = try group.attributes.readIfPresent("navigate") ?? false
      var axis = Axis(
        name: try text("name"), size: size, scale: try number("scale", 1), offset: try number("offset", 0),
        units: try text("units"), role: navigates ? .navigation : .signal)
      if try group.exists("axis") { axis.values = try group.dataset("axis").read(converting: .nearest) }
      return axis
    }
  }
}
