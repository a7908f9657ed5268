internal import HDF5
internal import Microscopy

/// What is found in a file of the EMD family: whose dialect it is, and its groups of data.
struct EMDFile {
  enum Dialect: Hashable {
    /// The Berkeley format of 2013, which HyperSpy and others write.
    case ncem
    /// Simulations by Prismatic: /4DSTEM_simulation.
    case prismatic
    /// py4DSTEM before 0.13: /4DSTEM_experiment.
    case earlyPy4DSTEM
    /// EMD 1.0 and its forerunner, py4DSTEM 0.13: dimensions are counted from 0.
    case emd1
  }

  let root: Group
  let dialect: Dialect
  private(set) var entries: [Entry] = []
  /// Lists of points of different lengths; no array can hold them.
  private(set) var raggedPaths: [String] = []
  private(set) var pointLists: [Group] = []

  struct Entry {
    let group: Group
    let dataset: Dataset
    /// Further groups of the same kind, of greater depth in a simulated sample.
    var stacked: [Dataset] = []
    /// The name of the group, for stacks without its number.
    var name: String

    var datasetName: String { dataset.path.split(separator: "/").last.map(String.init) ?? "" }
  }

  private static let datasetNames = [
    "data", "counted_datacube", "datacube", "diffractionslice", "realslice", "pointlistarray", "pointlist",
  ]

  /// Nil where the file is none of the family.
  init?(_ root: Group) throws(HDF5Error) {
    self.root = root
    if try root.exists("4DSTEM_simulation") {
      dialect = .prismatic
    } else if try root.exists("4DSTEM_experiment") {
      dialect = .earlyPy4DSTEM
    } else {
      dialect = try Self.isEMD1(root) ? .emd1 : .ncem
    }
    let hasVersion = try root.attributes.contains("version_major")
    var isMarked = false
    var groups: [Group] = []
    try HDF5Walk.visit(root) { node throws(HDF5Error) in
      guard case .group(let group) = node else { return .proceed }
      if try group.attributes.contains("emd_group_type") {
        isMarked = true
        groups.append(group)
      } else if hasVersion, try group.exists("data"), try group.exists("dim1") {
        // The mark was not always written.
        groups.append(group)
      }
      return .proceed
    }
    guard isMarked || !groups.isEmpty else { return nil }
    for group in groups { try add(group) }
    if dialect == .prismatic { stackDepths() }
  }

  private static func isEMD1(_ root: Group) throws(HDF5Error) -> Bool {
    if try root.attributes.firstText("emd_group_type") == "file" { return true }
    for link in try root.links() {
      guard case .hard = link.target, try root.kind(of: link.name) == .group else { continue }
      if try root.group(link.name).attributes.firstText("emd_group_type") == "root" { return true }
    }
    return false
  }

  private mutating func add(_ group: Group) throws(HDF5Error) {
    let type = try group.attributes.firstText("emd_group_type") ?? ""
    if type.hasPrefix("metadata") || type == "root" || type == "file" { return }
    let stated = try group.attributes.firstText("py4dstem_class")
    let folder = group.path.split(separator: "/").dropLast().last
    let isPointList = type.hasSuffix("pointlist") || stated == "PointList" || folder == "pointlists"
    if isPointList { return pointLists.append(group) }
    for link in try group.links() {
      guard Self.datasetNames.contains(where: link.name.hasPrefix), try group.kind(of: link.name) == .dataset else { continue }
      let dataset = try group.dataset(link.name)
      if case .variableLength = dataset.type {
        raggedPaths.append(dataset.path)
        continue
      }
      let name = group.path.split(separator: "/").last.map(String.init) ?? ""
      entries.append(Entry(group: group, dataset: dataset, name: name))
    }
  }

  /// Prismatic writes one group for each depth in the sample: "…_depth0000", "…_depth0001".
  private mutating func stackDepths() {
    var stacks: [Entry] = []
    var places: [String: Int] = [:]
    for var entry in entries {
      let digits = entry.name.suffix(4)
      guard entry.name.count > 4, digits.count == 4, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else {
        stacks.append(entry)
        continue
      }
      entry.name = String(entry.name.dropLast(4))
      let folder = entry.group.path.split(separator: "/").dropLast().joined(separator: "/")
      let key = "\(folder)/\(entry.name)/\(entry.datasetName)"
      if let place = places[key] {
        stacks[place].stacked.append(entry.dataset)
      } else {
        places[key] = stacks.count
        stacks.append(entry)
      }
    }
    entries = stacks
  }
}
