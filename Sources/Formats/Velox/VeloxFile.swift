internal import Blocks
internal import HDF5
internal import Microscopy

/// A Velox file as groups of objects with JSON beside them.
struct VeloxFile: Sendable {
  /// One object of a group under /Data, named by 32 hexadecimal digits.
  struct Object: Sendable {
    /// The kind: "Image", "SpectrumStream" …
    var kind: String
    var name: String
    var group: Group

    var path: String { "/Data/\(kind)/\(name)" }
  }

  static let maximalObjectCount = 10_000
  /// Bytes of JSON of one object.
  static let maximalTextSize = 1 << 22
  /// Bytes of JSON that are kept of what concerns the whole file.
  static let maximalSharedSize = 2 << 20

  let path: String
  let root: Group
  let version: Int
  /// What the file says beside its data, by path: Operations, Features, SharedProperties, Displays and the like.
  let shared: MetadataTree
  let titles: VeloxTitles
  /// The JSON of the first spectrum images.
  private(set) var spectrumImages: [MetadataTree] = []
  /// What had to be left out.
  private(set) var notes: [String] = []
  private let groups: [String: [Object]]

  init(_ path: String, _ options: ImportOptions) throws(FormatError) {
    self.path = path
    let root = try readingHDF5(VeloxReader.name, path) { () throws(HDF5Error) in
      let root = try File.openForImport(path, options).root
      guard try root.kind(of: "Data") == .group else {
        throw HDF5Error(
          .notFound, call: "read", on: path, "has no group /Data, so it is no Velox file",
          advice: "Name a dataset of the file with --dataset.")
      }
      return root
    }
    self.root = root
    var notes: [String] = []
    groups = try readingHDF5(VeloxReader.name, path) { () throws(HDF5Error) in
      try Self.objects(root, options.dataset, &notes)
    }
    let shared = Self.sharedTree(root)
    self.shared = shared
    titles = VeloxTitles(shared)
    version = shared[path: "Version.version"]?.numeric.flatMap { Int(exactly: $0) } ?? 0
    self.notes = notes
    for object in objects("SpectrumImage").prefix(16) {
      do throws(FormatError) {
        spectrumImages.append(try metadata(object))
      } catch {
        self.notes.append("What is said of \(object.path) could not be read: \(error.problem).")
      }
    }
  }

  private static func objects(
    _ root: Group, _ wanted: String?, _ notes: inout [String]
  ) throws(HDF5Error) -> [String: [Object]] {
    let known = ["Image", "Spectrum", "SpectrumImage", "SpectrumStream", "EelsSpectrumImage", "Shape", "Text"]
    var found: [String: [Object]] = [:]
    var count = 0
    let data = try root.group("Data")
    for kind in try data.names {
      let group: Group
      let names: [String]
      do {
        guard try data.kind(of: kind) == .group else { continue }
        group = try data.group(kind)
        names = try group.names
      } catch  where error.kind != .closed {
        // A damaged group hides nothing but itself.
        notes.append("/Data/\(kind) was left out: \(error.problem).")
        continue
      }
      if !known.contains(kind) {
        if !names.isEmpty {
          notes.append("/Data/\(kind) holds \(names.count) objects of a kind that is not known; they were left out.")
        }
        continue
      }
      for name in names {
        count += 1
        guard count <= maximalObjectCount else {
          notes.append("Only the first \(maximalObjectCount) objects were read.")
          return found
        }
        guard let member = openGroup(group, name) else { continue }
        let object = Object(kind: kind, name: name, group: member)
        let isWanted = wanted.map { [object.path, object.path + "/Data", name, kind, "/Data/\(kind)"].contains($0) } ?? true
        // An X-ray map is asked for by itself or by any of its streams.
        let isPart = kind == "SpectrumStream" && wanted?.contains("SpectrumImage") == true
        if isWanted || isPart || kind == "SpectrumImage" { found[kind, default: []].append(object) }
      }
    }
    return found
  }

  private static func openGroup(_ group: Group, _ name: String) -> Group? {
    do throws(HDF5Error) { return try group.kind(of: name) == .group ? try group.group(name) : nil } catch { return nil }
  }

  func objects(_ kind: String) -> [Object] { groups[kind] ?? [] }

  /// Whether the file was made by a spectrum-image experiment; images are then taken with it.
  var isSpectrumImage: Bool { !objects("SpectrumImage").isEmpty }

  /// The JSON of a dataset that holds one text; nil where it holds none.
  static func json(of dataset: Dataset) throws(HDF5Error) -> MetadataTree? {
    try text(of: dataset).flatMap { MetadataTree(json: $0.utf8) }
  }

  private static func text(of dataset: Dataset) throws(HDF5Error) -> String? {
    switch dataset.type {
    case .fixedString, .variableString: break
    default: return nil
    }
    guard let count = try dataset.space.checkedCount, count == 1 else { return nil }
    guard let text = try dataset.read(as: String.self).first, text.utf8.count <= maximalTextSize else { return nil }
    return text
  }

  /// The JSON of a member of a group; nil where there is no such member.
  func json(_ group: Group, _ name: String) -> MetadataTree? {
    do {
      guard try group.kind(of: name) == .dataset else { return nil }
      return try Self.json(of: try group.dataset(name))
    } catch {
      return nil
    }
  }

  /// The JSON of one column of a dataset of bytes, one column a frame, filled up with zeros.
  func metadata(_ object: Object, _ name: String = "Metadata", column: Int = 0) throws(FormatError) -> MetadataTree {
    let bytes = try reading { () throws(HDF5Error) -> [UInt8] in
      guard try object.group.kind(of: name) == .dataset else { return [] }
      let dataset = try object.group.dataset(name)
      let shape = try dataset.shape
      guard shape.count == 2, shape[0] > 0, shape[0] <= Self.maximalTextSize, column < shape[1], dataset.type.size == 1 else {
        return []
      }
      return try dataset.readRaw(.box([0..<shape[0], column..<column + 1]))
    }
    return MetadataTree(json: bytes.prefix { $0 != 0 }) ?? .empty
  }

  /// The number of columns of an object's metadata: its frames.
  func columnCount(_ object: Object) -> Int {
    do {
      guard try object.group.kind(of: "Metadata") == .dataset else { return 0 }
      let shape = try object.group.dataset("Metadata").shape
      return shape.count == 2 ? shape[1] : 0
    } catch {
      return 0
    }
  }

  /// The dataset of an object's values.
  func data(_ object: Object) throws(FormatError) -> Dataset {
    try reading { () throws(HDF5Error) in try object.group.dataset("Data") }
  }

  /// The values of an object as an array in the order of the file, with their type.
  func array(
    _ object: Object, _ name: String = "Data", ranks: ClosedRange<Int>
  ) throws(FormatError) -> (array: any ArraySource, element: ArrayElement) {
    let found = try reading { () throws(HDF5Error) -> (HDF5Array, ArrayElement)? in
      let dataset = try object.group.dataset(name)
      guard let element = ArrayElement(dataset.type), element.components.isEmpty, ranks.contains(try dataset.shape.count)
      else { return nil }
      try dataset.checkClaims()
      return (try HDF5Array(dataset, element), element)
    }
    guard let (array, element) = found, array.elementCount > 0 else { throw error(object, "its data is no array of numbers") }
    return (array, element)
  }

  func reading<Value>(_ body: () throws(HDF5Error) -> Value) throws(FormatError) -> Value {
    try readingHDF5(VeloxReader.name, path, body)
  }

  func error(_ object: Object, _ problem: String, advice: String? = nil) -> FormatError {
    FormatError(
      VeloxReader.name, file: path, field: object.path, problem,
      advice: advice ?? "The file is damaged, or of a kind that is not known: save the data again from Velox.")
  }

  /// Every text of JSON outside of the data, by its path, and the shapes and texts within the data.
  private static func sharedTree(_ root: Group) -> MetadataTree {
    var tree = MetadataTree.empty
    var size = 0
    var count = 0
    do throws(HDF5Error) {
      try root.visit { (path, node) throws(HDF5Error) -> Group.VisitStep in
        count += 1
        guard count <= maximalObjectCount else { return .stop }
        let parts = path.split(separator: "/").map(String.init)
        if parts.count == 2, parts[0] == "Data", !["Shape", "Text"].contains(parts[1]) { return .skipChildren }
        guard case .dataset(let dataset) = node, let value = readableJSON(of: dataset, &size) else { return .proceed }
        guard size <= maximalSharedSize else {
          tree.replace(parts, by: "left out: the file holds too much of this")
          return .stop
        }
        tree.replace(parts, by: value)
        return .proceed
      }
    } catch {
      tree.replace(["left out"], by: .text("some objects could not be opened: \(error.problem)"))
    }
    return tree
  }

  /// The JSON of a dataset and the size of its text; nil also where it cannot be read, which hides nothing but itself.
  private static func readableJSON(of dataset: Dataset, _ size: inout Int) -> MetadataTree? {
    do throws(HDF5Error) {
      guard let text = try text(of: dataset) else { return nil }
      size += text.utf8.count
      return MetadataTree(json: text.utf8)
    } catch {
      return nil
    }
  }
}
