internal import HDF5
internal import Microscopy

/// The entries of a NeXus file and what they say of the maps within them; each is read once.
struct NeXusEntries {
  private struct Entry {
    var tree: MetadataTree
    var fields: NeXusFields
    var hyperspy: HyperSpyMetadata?
    var isCut: Bool
  }

  private let root: Group
  private let described: [Dataset]
  private var entries: [String: Entry?] = [:]

  /// - Parameter described: the datasets that become maps, which metadata need not repeat.
  init(_ root: Group, describing described: [Dataset]) {
    self.root = root
    self.described = described
  }

  /// Adds what the entry around a dataset says, where there is one.
  mutating func describe(_ map: inout ImportedMap, at path: String) throws(HDF5Error) {
    guard let name = path.split(separator: "/").first.map(String.init), try root.kind(of: name) == .group,
      let entry = try entry(name)
    else { return }
    entry.hyperspy?.fill(&map.metadata)
    if let title = entry.hyperspy?.title, !title.isEmpty { map.metadata.title = title }
    if let type = entry.hyperspy?.signalType, !type.isEmpty { map.metadata.signalType = type }
    entry.fields.fill(&map.metadata)
    map.metadata.originalFile = fileName(of: root.file.path)
    map.metadata.vendor = [:]
    map.metadata.vendor.replace([name], by: entry.tree)
    if entry.isCut { map.notes.append(HDF5Tree.cutNote) }
  }

  /// The outermost group of a path, where it is an NXentry or has one within; nil elsewhere.
  private mutating func entry(_ name: String) throws(HDF5Error) -> Entry? {
    if let known = entries[name] { return known }
    let group = try root.group(name)
    var entry: Entry?
    if try group.attributes.firstText("NX_class") == "NXentry" {
      var reader = try HDF5Tree(describing: described)
      let tree = try reader.read(group)
      var hyperspy: HyperSpyMetadata?
      let writer = try root.attributes.firstText("file_writer") ?? ""
      if writer.hasPrefix("hyperspy_nexus"), try group.kind(of: "auxiliary/hyperspy_metadata") == .group {
        var decoder = HyperSpyTree()
        hyperspy = HyperSpyMetadata(try decoder.read(group.group("auxiliary/hyperspy_metadata")), isLegacy: false)
      }
      entry = Entry(tree: tree, fields: NeXusFields(tree), hyperspy: hyperspy, isCut: reader.isCut)
    }
    entries[name] = .some(entry)
    return entry
  }
}
