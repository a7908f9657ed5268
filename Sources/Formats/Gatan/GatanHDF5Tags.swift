internal import HDF5
internal import Microscopy

/// The tags of a DigitalMicrograph 5 file in the form of the earlier versions.
///
/// A directory of tags is a group, a tag an attribute of it, a list a group whose members are called "[0]", "[1]" …; large arrays
/// are datasets. Known from the importer of Nion Swift (nionswift-io).
struct GatanHDF5Tags {
  private static let maximalDepth = 32
  private static let maximalTagCount = 1 << 16

  /// The values of images; the directory that one is in has its place here, plus one, for an offset.
  private(set) var images: [Dataset] = []
  private var visited: Set<ObjectIdentity> = []
  private var tagCount = 0
  private var elementCount = 0

  mutating func read(_ group: Group) throws(HDF5Error) -> GatanTagGroup { try read(group, depth: 0) }

  private mutating func read(_ group: Group, depth: Int) throws(HDF5Error) -> GatanTagGroup {
    guard depth < Self.maximalDepth else {
      throw HDF5Error(.tooManyLinks, call: "read", on: group.path, "tags are nested deeper than \(Self.maximalDepth) levels")
    }
    var entries: [(name: String, tag: GatanTag)] = []
    var place = 0
    for name in try group.attributes.names {
      try count(group)
      entries.append((name, .value(try Self.value(group.attributes.open(name)))))
    }
    for link in try group.links() {
      try count(group)
      guard case .hard = link.target else { continue }
      let node = try group.open(link.name)
      guard visited.insert(try node.object.identity).inserted else { continue }
      switch node {
      case .group(let child): entries.append((link.name, .group(try read(child, depth: depth + 1))))
      case .dataset(let dataset):
        guard let array = try array(dataset) else { continue }
        entries.append((link.name, array))
        if dataset.path.hasSuffix("/ImageData/Data") {
          images.append(dataset)
          place = images.count
        }
      case .datatype: break
      }
    }
    // Lists in the order of their numbers, the rest by name.
    let ordered = entries.map { (number: Self.number($0.name), entry: $0) }.sorted {
      ($0.number ?? -1, $0.entry.name) < ($1.number ?? -1, $1.entry.name)
    }
    return GatanTagGroup(
      entries: ordered.map { .init(name: $0.number == nil ? $0.entry.name : "", tag: $0.entry.tag) }, offset: place)
  }

  /// 3 for "[3]".
  private static func number(_ name: String) -> Int? {
    guard name.hasPrefix("["), name.hasSuffix("]") else { return nil }
    return Int(name.dropFirst().dropLast()).flatMap { $0 >= 0 ? $0 : nil }
  }

  private static func value(_ attribute: Attribute) throws(HDF5Error) -> MetadataTree {
    do {
      return try .value(of: attribute)
    } catch  where error.kind != .closed {
      return ["left out": .text(error.problem)]
    }
  }

  /// Datasets but the image's own are kept as metadata where they are small.
  private mutating func array(_ dataset: Dataset) throws(HDF5Error) -> GatanTag? {
    guard let count = try dataset.space.checkedCount else { return nil }
    let element = ArrayElement(dataset.type)
    guard let element else { return .value(["left out": .text("values of type \(dataset.type)")]) }
    let (_, overflow) = count.multipliedReportingOverflow(by: element.size)
    guard !overflow else { return nil }
    let array = GatanArray(element: .number(element.type), count: count, offset: 0)
    let room = min(MetadataTree.maximalValueCount, GatanTagReader.maximalElementCount - elementCount)
    if dataset.path.hasSuffix("/ImageData/Data") || count > room { return .array(array, nil) }
    elementCount += count
    return .array(array, try .value(of: dataset))
  }

  private mutating func count(_ group: Group) throws(HDF5Error) {
    tagCount += 1
    guard tagCount <= Self.maximalTagCount else {
      throw HDF5Error(.tooManyLinks, call: "read", on: group.path, "there are more than \(Self.maximalTagCount) tags")
    }
  }
}
