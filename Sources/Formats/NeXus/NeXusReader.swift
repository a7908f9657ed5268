internal import HDF5
internal import Microscopy

/// NeXus files: every NXdata of the file, with its axes and what the entry around it says of sample and instrument.
///
/// A signal, its auxiliary signals and their errors become a map each, once however many links lead to it. Other datasets can
/// be asked for by their paths; see `HDF5DatasetReader`.
public enum NeXusReader: FormatReader {
  public static let name = "NeXus"
  public static let extensions = ["nxs", "nx5", "nexus"]
  public static let summary = "Every NXdata of a NeXus file, with axes, sample and instrument; other datasets by their paths."
  public static let options: Set<ReadingOption> = [.dataset, .followsLinks]

  public static func recognises(_ path: String, firstBytes: [UInt8]) -> Bool {
    guard File.isHDF5(path) else { return false }
    do {
      var isFound = false
      try HDF5Walk.visit(try File.open(path).root) { node throws(HDF5Error) in
        guard case .group(let group) = node, try NXData(group) != nil else { return .proceed }
        isFound = true
        return .stop
      }
      return isFound
    } catch {
      return false
    }
  }

  public static func read(_ path: String, options: ImportOptions) throws(FormatError) -> [ImportedMap] {
    guard options.dataset == nil else { return try HDF5DatasetReader.read(path, options: options) }
    let maps = try readingHDF5(name, path) { () throws(HDF5Error) in
      try read(try File.openForImport(path, options).root, path)
    }
    return maps.isEmpty ? try HDF5DatasetReader.read(path, options: options) : maps
  }

  private static func read(_ root: Group, _ path: String) throws(HDF5Error) -> [ImportedMap] {
    var shown: [NXData] = []
    var arrays: [Dataset] = []
    try HDF5Walk.visit(root) { node throws(HDF5Error) in
      switch node {
      case .group(let group): if let data = try NXData(group) { shown.append(data) }
      case .dataset(let dataset): if ArrayElement(dataset.type) != nil, try !dataset.shape.isEmpty { arrays.append(dataset) }
      case .datatype: break
      }
      return .proceed
    }
    var targets: [(data: NXData, dataset: Dataset, isError: Bool)] = []
    var used: Set<ObjectIdentity> = []
    for data in shown {
      if used.insert(try data.signal.identity).inserted { targets.append((data, data.signal, false)) }
      for companion in try data.companions() where used.insert(try companion.dataset.identity).inserted {
        targets.append((data, companion.dataset, companion.isError))
      }
    }
    var entries = NeXusEntries(root, describing: targets.map(\.dataset))
    var maps: [(path: String, map: ImportedMap)] = []
    var failures: [HDF5Error] = []
    for target in targets {
      do {
        var map = try HDF5DatasetReader.map(target.dataset, root)
        let title = try target.data.title
        let isSignal = try target.dataset.identity == target.data.signal.identity
        let name = target.dataset.path.split(separator: "/").last.map(String.init) ?? ""
        map.metadata.title = isSignal ? title : "\(title) \(name)"
        try entries.describe(&map, at: target.data.group.path)
        if target.isError { map.metadata.quantity = "Standard deviation" }
        map.suggestedName = map.metadata.title
        maps.append((target.dataset.path, map))
      } catch {
        failures.append(error)
      }
    }
    if maps.isEmpty, let failure = failures.first { throw failure }
    for failure in failures { maps[0].map.notes.append("\(failure.object) was left out: it \(failure.problem).") }
    try noteOthers(arrays, used, shown, &maps)
    return HDF5DatasetReader.distinct(maps)
  }

  /// Says how many arrays are neither shown by NXdata nor the axes of one.
  private static func noteOthers(
    _ arrays: [Dataset], _ used: Set<ObjectIdentity>, _ shown: [NXData], _ maps: inout [(path: String, map: ImportedMap)]
  ) throws(HDF5Error) {
    guard !maps.isEmpty else { return }
    var known = used
    for data in shown {
      for name in try data.axisNames() where try data.group.kind(of: name) == .dataset {
        known.insert(try data.group.dataset(name).identity)
      }
    }
    var others = 0
    for array in arrays where try !known.contains(array.identity) { others += 1 }
    guard others > 0 else { return }
    maps[0].map.notes.append(
      "The file has \(others) more \(others == 1 ? "dataset" : "datasets") of numbers outside its NXdata; import them "
        + "with --dataset and a path, or all datasets with --dataset '*'.")
  }
}
