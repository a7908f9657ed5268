internal import Blocks
internal import HDF5
internal import Microscopy

/// Files of the EMD family but Velox's: NCEM's format, Prismatic's simulations, and py4DSTEM's, native (before 0.13) and EMD 1.0.
///
/// Every group of data becomes a map, read from the file as its values are asked for; a list of points becomes a table, and the
/// images that Prismatic makes at several depths are stacked. All attributes and small datasets are kept under `vendor`.
public enum EMDReader: FormatReader {
  public static let name = "EMD"
  public static let extensions = ["emd", "h5"]
  public static let summary = "Berkeley EMD files, Prismatic simulations, and data of py4DSTEM."
  public static let options: Set<ReadingOption> = [.dataset, .followsLinks]

  public static func recognises(_ path: String, firstBytes: [UInt8]) -> Bool {
    guard File.isHDF5(path) else { return false }
    do {
      return try EMDFile(try File.open(path).root) != nil
    } catch {
      return false
    }
  }

  public static func read(_ path: String, options: ImportOptions) throws(FormatError) -> [ImportedMap] {
    let maps = try readingHDF5(name, path) { () throws(HDF5Error) in
      let root = try File.openForImport(path, options).root
      guard let file = try EMDFile(root) else {
        throw HDF5Error(
          .notFound, call: "read", on: path, "has no group with the attribute emd_group_type, so it is no EMD file",
          advice: "Name a dataset of the file with --dataset.")
      }
      return try read(file, path, options.dataset)
    }
    guard let maps else { return try HDF5DatasetReader.read(path, options: options) }
    return maps
  }

  /// Nil where the dataset asked for is none of the format's own.
  private static func read(_ file: EMDFile, _ path: String, _ wanted: String?) throws(HDF5Error) -> [ImportedMap]? {
    let isWanted = { (place: String) in wanted.map { place == $0 || place == "/" + $0 } ?? true }
    let entries = file.entries.filter { isWanted($0.dataset.path) || isWanted($0.group.path) }
    let points = file.pointLists.filter { isWanted($0.path) }
    if wanted != nil, entries.isEmpty, points.isEmpty { return nil }
    var tree = try HDF5Tree(describing: file.entries.flatMap { [$0.dataset] + $0.stacked })
    let parameters = EMDParameters(try tree.read(file.root), file.dialect)
    var maps: [ImportedMap] = []
    var failures: [HDF5Error] = []
    for entry in entries {
      do {
        maps.append(try map(entry, of: file, parameters))
      } catch {
        failures.append(error)
      }
    }
    for group in points {
      do {
        if let map = try table(group, parameters) { maps.append(map) }
      } catch {
        failures.append(error)
      }
    }
    guard !maps.isEmpty else {
      throw failures.first
        ?? HDF5Error(
          .notFound, call: "read", on: path, "holds no array of numbers",
          advice: "Lists of points of different lengths, as Bragg peaks are, cannot be read; name a dataset with --dataset.")
    }
    for index in maps.indices { maps[index].metadata.originalFile = fileName(of: path) }
    for failure in failures { maps[0].notes.append("\(failure.object) was left out: it \(failure.problem).") }
    for ragged in file.raggedPaths {
      maps[0].notes.append("\(ragged) was left out: it holds lists of points of different lengths.")
    }
    if tree.isCut { maps[0].notes.append(HDF5Tree.cutNote) }
    return maps
  }

  private static func map(
    _ entry: EMDFile.Entry, of file: EMDFile, _ parameters: EMDParameters
  ) throws(HDF5Error) -> ImportedMap {
    guard let element = ArrayElement(entry.dataset.type) else {
      throw HDF5Error(
        .typeMismatch, call: "read", on: entry.dataset.path,
        "has elements of type \(entry.dataset.type), which are no numbers", advice: "Nothing in it can become a map.")
    }
    let layout = try file.layout(entry, element, parameters)
    var array: any ArraySource = try HDF5Array(entry.dataset, element, order: layout.order)
    var axes = layout.axes
    var notes = layout.notes
    if !entry.stacked.isEmpty {
      var layers = [array]
      for dataset in entry.stacked {
        guard let other = ArrayElement(dataset.type), other == element else { throw misfit(dataset) }
        layers.append(try HDF5Array(dataset, other, order: layout.order))
      }
      guard let stack = StackedArray(layers) else { throw misfit(entry.dataset) }
      array = stack
      if let depth = parameters.depthAxis(name: entry.name, count: layers.count) {
        axes.insert(depth, at: 0)
      } else {
        axes.insert(Axis(name: entry.name, size: layers.count, role: .navigation), at: 0)
        notes.append("The depths are not evenly spaced, or are not known; they are counted.")
      }
    }
    if !element.components.isEmpty {
      axes.append(Axis(name: element.components.joined().lowercased(), size: element.components.count, role: .signal))
    }
    let title = entry.name.replacing("_depth", with: "")
    var metadata = MapMetadata(title: title, axes: axes, signalType: try signalType(entry, axes, file.dialect))
    parameters.fill(&metadata)
    let isUnnamed = title.isEmpty || title == "__unnamed__"
    return ImportedMap(
      suggestedName: isUnnamed ? fileStem(of: file.root.file.path) : title, metadata: metadata, type: element.type,
      array: array, notes: notes)
  }

  private static func signalType(
    _ entry: EMDFile.Entry, _ axes: [Axis], _ dialect: EMDFile.Dialect
  ) throws(HDF5Error) -> String {
    if let stated = try entry.group.attributes.firstText("signal_type"), !stated.isEmpty { return stated }
    let isCube = axes.count == 4 && [.earlyPy4DSTEM, .emd1].contains(dialect) && axes[2].name.hasPrefix("Q")
    return isCube || entry.group.path.contains("CBED") ? "electron_diffraction" : ""
  }

  /// Nil for a list that has no fields of numbers.
  private static func table(_ group: Group, _ parameters: EMDParameters) throws(HDF5Error) -> ImportedMap? {
    var fields: [(name: String, dataset: Dataset)] = []
    for name in try group.names {
      // Before 0.13 each field is a group with its values within.
      let path = try group.kind(of: name) == .group ? "\(name)/data" : name
      guard try group.kind(of: path) == .dataset else { continue }
      let dataset = try group.dataset(path)
      guard let element = ArrayElement(dataset.type), !element.type.isComplex, element.components.isEmpty,
        try dataset.shape.count == 1
      else { continue }
      fields.append((name, dataset))
    }
    guard let count = try fields.first?.dataset.shape[0] else { return nil }
    for field in fields where try field.dataset.shape != [count] { throw misfit(field.dataset) }
    let name = group.path.split(separator: "/").last.map(String.init) ?? ""
    let axes = [
      Axis(name: "point", size: count, role: .navigation), Axis(name: "field", size: fields.count, role: .signal),
    ]
    var metadata = MapMetadata(title: name, axes: axes)
    parameters.fill(&metadata)
    return ImportedMap(
      suggestedName: name, metadata: metadata, type: .float64, array: PointTable(fields.map(\.dataset), count: count),
      notes: ["The columns of the list of points '\(name)' are \(fields.map(\.name).joined(separator: ", "))."])
  }

  private static func misfit(_ dataset: Dataset) -> HDF5Error {
    HDF5Error(
      .damaged, call: "read", on: dataset.path, "has another shape or type than the arrays it belongs to",
      advice: "The file is damaged: copy it again from its source, or name a dataset with --dataset.")
  }
}
