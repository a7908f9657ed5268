internal import HDF5
internal import Microscopy

/// Any dataset of numbers of any HDF5 file, by its path, or several by a pattern such as "/entry/*/value" or "*".
///
/// Axes come from an NXdata group around it or from HDF5's dimension scales where there are any; otherwise they are plain
/// indices. In a NeXus entry metadata comes from the entry. Without a path the datasets that could be read are listed in the
/// error.
public enum HDF5DatasetReader: FormatReader {
  public static let name = "HDF5"
  public static let extensions = ["h5", "hdf5", "hdf", "he5"]
  public static let summary = "Any dataset of numbers of any HDF5 file, by its path or a pattern."
  public static let options: Set<ReadingOption> = [.dataset, .followsLinks]
  private static let maximalListLength = 40

  public static func recognises(_ path: String, firstBytes: [UInt8]) -> Bool { File.isHDF5(path) }

  public static func read(_ path: String, options: ImportOptions) throws(FormatError) -> [ImportedMap] {
    try readingHDF5(name, path) { () throws(HDF5Error) in
      let root = try File.openForImport(path, options).root
      guard let wanted = options.dataset else {
        throw try choice(root, path, "holds datasets of which one is to be chosen")
      }
      let datasets = try chosen(wanted, root, path)
      var entries = NeXusEntries(root, describing: datasets)
      var maps: [(path: String, map: ImportedMap)] = []
      for dataset in datasets {
        var map = try map(dataset, root)
        try entries.describe(&map, at: dataset.path)
        maps.append((dataset.path, map))
      }
      return distinct(maps)
    }
  }

  /// What a path or a pattern stands for; never nothing.
  private static func chosen(_ wanted: String, _ root: Group, _ path: String) throws(HDF5Error) -> [Dataset] {
    guard try root.exists(wanted) else {
      guard PathPattern.isPattern(wanted) else {
        throw try choice(root, "\(path):\(wanted)", "there is no such dataset")
      }
      let pattern = PathPattern(wanted == "*" || wanted.hasPrefix("/") ? wanted : "/" + wanted)
      var datasets: [Dataset] = []
      for entry in try DatasetList.below(root).sorted(by: { $0.path < $1.path }) where pattern.matches(entry.path) {
        datasets.append(try root.dataset(entry.path))
      }
      guard !datasets.isEmpty else {
        throw try choice(root, "\(path):\(wanted)", "there is no dataset of numbers whose path has this form")
      }
      return datasets
    }
    switch try root.open(wanted) {
    case .dataset(let dataset): return [dataset]
    case .group(let group):
      if let signal = try NXData(group)?.signal { return [signal] }
      throw try choice(group, "\(path):\(wanted)", "is a group, not a dataset")
    case .datatype:
      throw try choice(root, "\(path):\(wanted)", "is a type, not a dataset")
    }
  }

  /// Maps of the same name get their paths in place of it.
  static func distinct(_ maps: [(path: String, map: ImportedMap)]) -> [ImportedMap] {
    let names = Dictionary(maps.map { ($0.map.suggestedName, 1) }, uniquingKeysWith: +)
    return maps.map { path, map in
      var map = map
      if names[map.suggestedName] != 1 { map.suggestedName = path.split(separator: "/").joined(separator: "_") }
      return map
    }
  }

  /// A dataset with what the groups around it say of its axes.
  static func map(_ dataset: Dataset, _ root: Group) throws(HDF5Error) -> ImportedMap {
    let path = root.file.path
    guard let element = ArrayElement(dataset.type) else {
      throw HDF5Error(
        .typeMismatch, call: "read", on: "\(path):\(dataset.path)", "has elements of type \(dataset.type), which are no numbers",
        advice: try list(root))
    }
    let array = try HDF5Array(dataset, element)
    let extents = element.components.isEmpty ? array.shape : Array(array.shape.dropLast())
    var axes = Axis.defaults(for: extents)
    var title = ""
    if let described = try NXData.around(dataset, in: root) {
      axes = try described.axes(axes)
      if described.isNXdata { title = try described.title }
    } else if let scaled = try DimensionScales.axes(of: dataset, axes) {
      axes = scaled
    }
    if !element.components.isEmpty {
      axes.append(Axis(name: element.components.joined().lowercased(), size: element.components.count, role: .signal))
    }
    var metadata = MapMetadata(title: title, axes: axes)
    metadata.originalFile = fileName(of: path)
    var attributes: [String: MetadataTree] = [:]
    for name in try dataset.attributes.names { attributes[name] = try .value(of: try dataset.attributes.open(name)) }
    metadata.vendor = .dictionary(attributes)
    let name = dataset.path.split(separator: "/").last.map(String.init) ?? fileStem(of: path)
    return ImportedMap(suggestedName: name, metadata: metadata, type: element.type, array: array)
  }

  private static func choice(_ group: Group, _ place: String, _ problem: String) throws(HDF5Error) -> HDF5Error {
    HDF5Error(.notFound, call: "read", on: place, problem, advice: try list(group))
  }

  /// The datasets of numbers below a group, in words.
  private static func list(_ group: Group) throws(HDF5Error) -> String {
    let found = try DatasetList.below(group)
    guard !found.isEmpty else { return "There is no dataset of numbers here." }
    let lines = found.prefix(maximalListLength).map { entry in
      "  \(entry.path)  \(entry.shape.map(String.init).joined(separator: " × "))  \(entry.type.rawValue)"
    }
    let rest = found.count > lines.count ? ["  and \(found.count - lines.count) more"] : []
    return (["Choose one with --dataset, some with a pattern, or all with --dataset '*':"] + lines + rest).joined(separator: "\n")
  }
}
