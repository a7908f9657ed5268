internal import HDF5
internal import Microscopy

/// HyperSpy files (.hspy, .hdf5), versions 1.0 to 3.3: HDF5 with the signals as groups under /Experiments.
///
/// Every signal becomes a map; its data is read from the file as it is asked for. Axes are given with those that navigate
/// first, whatever the file's order. Metadata fills the fields of `MapMetadata`, all of it stays under `hyperspy`, the
/// original metadata under `vendor`.
public enum HyperSpyReader: FormatReader {
  public static let name = "HyperSpy"
  public static let extensions = ["hspy", "hdf5"]
  public static let summary = "Signals that HyperSpy wrote, of every version; also Lamella files."
  public static let options: Set<ReadingOption> = [.dataset, .followsLinks]

  public static func recognises(_ path: String, firstBytes: [UInt8]) -> Bool {
    guard File.isHDF5(path) else { return false }
    do {
      return try File.open(path).root.exists("Experiments")
    } catch {
      return false
    }
  }

  public static func read(_ path: String, options: ImportOptions) throws(FormatError) -> [ImportedMap] {
    let experiments = try readingHDF5(name, path) { () throws(HDF5Error) in try self.experiments(path, options) }
    guard let experiments else { return try HDF5DatasetReader.read(path, options: options) }
    var maps: [ImportedMap] = []
    var failures: [HDF5Error] = []
    for experiment in experiments {
      do {
        maps.append(try experiment.read(file: path))
      } catch {
        failures.append(error)
      }
    }
    if maps.isEmpty {
      throw failures.first.map { FormatError(name, file: path, $0) }
        ?? FormatError(
          name, file: path, field: "/Experiments", "holds no signal",
          advice: "Check that the file was saved completely, or name a dataset with --dataset.")
    }
    for failure in failures { maps[0].notes.append("\(failure.object) was left out: \(failure.problem).") }
    return maps
  }

  /// The signals asked for; nil where the path asked for is none of them.
  private static func experiments(
    _ path: String, _ options: ImportOptions
  ) throws(HDF5Error) -> [HyperSpyExperiment]? {
    let root = try File.openForImport(path, options).root
    guard try root.exists("Experiments") else {
      throw HDF5Error(
        .notFound, call: "read", on: path, "has no group /Experiments, so it is no HyperSpy file",
        advice: "Name a dataset of the file with --dataset.")
    }
    let isLegacy = try version(root) < 1.2
    let group = try root.group("Experiments")
    var experiments: [HyperSpyExperiment] = []
    // Many names may lead to one signal.
    var seen: Set<ObjectIdentity> = []
    for name in try group.names {
      if case .group(let experiment) = try group.open(name), seen.insert(try experiment.identity).inserted {
        experiments.append(HyperSpyExperiment(group: experiment, name: name, isLegacy: isLegacy))
      }
    }
    guard let wanted = options.dataset else { return experiments }
    let chosen = experiments.filter {
      [$0.name, "/Experiments/\($0.name)", "/Experiments/\($0.name)/data"].contains(wanted)
    }
    return chosen.isEmpty ? nil : chosen
  }

  /// Files without a version are of the first one.
  private static func version(_ root: Group) throws(HDF5Error) -> Double {
    guard try root.attributes.contains("file_format_version") else { return 1.0 }
    let value = try MetadataTree.value(of: try root.attributes.open("file_format_version"))
    return value.number ?? value.text.flatMap(Double.init) ?? 3.3
  }
}
