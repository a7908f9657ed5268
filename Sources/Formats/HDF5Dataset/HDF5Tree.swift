internal import HDF5
internal import Microscopy

/// Groups, attributes and small datasets of an HDF5 file as metadata.
///
/// A group becomes a dictionary of its attributes and members; a dataset its value, or where it has attributes a dictionary of
/// them with the value under "value". An attribute that is named as a member gets an "@" before its name. Larger arrays are
/// described by type and shape; what links lead to a second time is named by its path. All of it stays within a bound.
struct HDF5Tree {
  private static let maximalDepth = 32
  private static let maximalNodeCount = 1 << 15
  /// Values of one array, and of all of them.
  private static let maximalArrayCount = 1 << 12
  private static let maximalElementCount = 1 << 18

  /// Datasets that are described, whatever their size: those that become maps.
  private let described: Set<ObjectIdentity>
  private var paths: [ObjectIdentity: String] = [:]
  private var nodeCount = 0
  private var elementCount = 0
  /// Whether there is more than is kept.
  private(set) var isCut = false

  static let cutNote = "The file holds more metadata than is kept; the rest remains in the original file."

  init(describing datasets: [Dataset] = []) throws(HDF5Error) {
    var described: Set<ObjectIdentity> = []
    for dataset in datasets { described.insert(try dataset.identity) }
    self.described = described
  }

  mutating func read(_ group: Group) throws(HDF5Error) -> MetadataTree { try read(group, depth: 0) }

  private mutating func read(_ group: Group, depth: Int) throws(HDF5Error) -> MetadataTree {
    paths[try group.identity] = group.path
    guard depth < Self.maximalDepth else {
      isCut = true
      return .empty
    }
    var members: [String: MetadataTree] = [:]
    for name in try group.names {
      guard hasRoom() else { break }
      do {
        members[name] = try member(group, name, depth: depth)
      } catch  where error.kind != .closed {
        members[name] = ["left out": .text(error.problem)]
      }
    }
    for (name, value) in try attributes(group.attributes) {
      members[members[name] == nil ? name : "@\(name)"] = value
    }
    return .dictionary(members)
  }

  private mutating func member(_ group: Group, _ name: String, depth: Int) throws(HDF5Error) -> MetadataTree {
    let node = try group.open(name)
    if let path = paths[try node.object.identity] { return ["link": .text(path)] }
    switch node {
    case .group(let child): return try read(child, depth: depth + 1)
    case .dataset(let dataset):
      paths[try dataset.identity] = dataset.path
      let value = try value(dataset)
      var attributes = try attributes(dataset.attributes)
      if attributes.isEmpty { return value }
      attributes["value"] = value
      return .dictionary(attributes)
    case .datatype: return ["left out": "a type"]
    }
  }

  private mutating func value(_ dataset: Dataset) throws(HDF5Error) -> MetadataTree {
    let space = try dataset.space
    let count = space.checkedCount ?? .max
    let isDescribed = try described.contains(dataset.identity)
    guard !isDescribed, count <= Self.maximalArrayCount, elementCount + count <= Self.maximalElementCount else {
      return Self.description(dataset.type, space.shape)
    }
    elementCount += count
    return try .value(of: dataset)
  }

  private mutating func attributes(_ attributes: Attributes) throws(HDF5Error) -> [String: MetadataTree] {
    var values: [String: MetadataTree] = [:]
    for name in try attributes.names {
      guard hasRoom() else { break }
      do {
        let attribute = try attributes.open(name)
        let count = attribute.space.checkedCount ?? .max
        guard count <= Self.maximalArrayCount, elementCount + count <= Self.maximalElementCount else {
          values[name] = Self.description(attribute.type, attribute.space.shape)
          continue
        }
        elementCount += count
        values[name] = try .value(of: attribute)
      } catch  where error.kind != .closed {
        values[name] = ["left out": .text(error.problem)]
      }
    }
    return values
  }

  private mutating func hasRoom() -> Bool {
    nodeCount += 1
    if nodeCount > Self.maximalNodeCount { isCut = true }
    return nodeCount <= Self.maximalNodeCount
  }

  private static func description(_ type: Datatype, _ shape: [Int]) -> MetadataTree {
    ["left out": .text("an array of type \(type)"), "shape": .list(shape.map { .integer(Int64($0)) })]
  }
}

extension MetadataTree {
  /// The value of a dataset that has attributes; anything else is its own.
  var plain: MetadataTree { self["value"] ?? self }

  /// A text, or the first of a list of texts.
  var firstText: String? {
    if case .list(let values) = self { return values.first?.firstText }
    return text
  }

  /// A number, or the first of a list of numbers.
  var firstNumber: Double? {
    if case .list(let values) = self { return values.first?.firstNumber }
    return number
  }
}

extension Attributes {
  /// A text, or the first of a list of texts; nil where there is none.
  func firstText(_ name: String) throws(HDF5Error) -> String? {
    guard try contains(name) else { return nil }
    return try MetadataTree.value(of: try open(name)).firstText
  }

  /// A number, or the first of a list of numbers; nil where there is none.
  func firstNumber(_ name: String) throws(HDF5Error) -> Double? {
    guard try contains(name) else { return nil }
    return try MetadataTree.value(of: try open(name)).firstNumber
  }
}
