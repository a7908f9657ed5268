internal import HDF5
internal import Microscopy

/// A NeXus NXdata group: a signal with its axes, and what else the group shows along them.
struct NXData {
  let group: Group
  /// The dataset that the group shows.
  let signal: Dataset
  /// Whether the group says it is NXdata, and is not just a group whose axes are named.
  let isNXdata: Bool

  /// Nil where a group is no NXdata, or its signal is missing.
  init?(_ group: Group) throws(HDF5Error) {
    guard try group.attributes.firstText("NX_class") == "NXdata" else { return nil }
    var names: [String] = []
    if let name = try group.attributes.firstText("signal") { names.append(name) }
    // Before 2014 the signal was marked on the dataset; some files mark nothing and go by the name.
    if names.isEmpty, let marked = try Self.markedSignals(group).first { names.append(marked) }
    names.append("data")
    for name in names {
      guard !name.isEmpty, try group.exists(name), case .dataset(let dataset) = try group.open(name) else { continue }
      self.group = group
      signal = dataset
      isNXdata = true
      return
    }
    return nil
  }

  private init(_ group: Group, showing dataset: Dataset, isNXdata: Bool) {
    self.group = group
    signal = dataset
    self.isNXdata = isNXdata
  }

  /// The names of datasets with the attribute "signal", the one numbered 1 first.
  private static func markedSignals(_ group: Group) throws(HDF5Error) -> [String] {
    var marked: [(number: Double, name: String)] = []
    for link in try group.links() {
      guard try group.kind(of: link.name) == .dataset, case let attributes = try group.dataset(link.name).attributes,
        try attributes.contains("signal")
      else { continue }
      let number = try attributes.firstNumber("signal")
      let text = try attributes.firstText("signal")
      marked.append((number ?? text.flatMap(Double.init) ?? 1, link.name))
    }
    return marked.sorted { ($0.number, $0.name) < ($1.number, $1.name) }.map(\.name)
  }

  /// The group that says what a dataset's axes are: the one it is in, whose axes it shares or names.
  static func around(_ dataset: Dataset, in root: Group) throws(HDF5Error) -> NXData? {
    let parent = dataset.path.split(separator: "/").dropLast().joined(separator: "/")
    let group = parent.isEmpty ? root : try root.group("/" + parent)
    if let described = try NXData(group) {
      // Other datasets of the group are its axes, errors or auxiliary signals: only those of equal extents share the axes.
      guard try described.signal.shape == dataset.shape else { return nil }
      return NXData(group, showing: dataset, isNXdata: try described.signal.identity == dataset.identity)
    }
    let described = NXData(group, showing: dataset, isNXdata: false)
    let name = dataset.path.split(separator: "/").last.map(String.init) ?? ""
    let axes = try described.axisNames()
    return axes.isEmpty || axes.contains(name) ? nil : described
  }

  /// What the group calls itself; its name where it says nothing.
  var title: String {
    get throws(HDF5Error) {
      if let title = try group.attributes.firstText("title"), !title.isEmpty { return title }
      if try group.kind(of: "title") == .dataset, let title = try MetadataTree.value(of: group.dataset("title")).firstText,
        !title.isEmpty
      {
        return title
      }
      return group.path.split(separator: "/").last.map(String.init) ?? ""
    }
  }

  /// Further datasets of the signal's extents that the group shows, and the errors of all of them.
  func companions() throws(HDF5Error) -> [(dataset: Dataset, isError: Bool)] {
    var names: [String] = []
    if try group.attributes.contains("auxiliary_signals") {
      switch try MetadataTree.value(of: group.attributes.open("auxiliary_signals")) {
      case .list(let values): names = values.compactMap(\.text)
      case .text(let name): names = [name]
      default: break
      }
    }
    names += try Self.markedSignals(group).filter { !names.contains($0) }
    let own = signal.path.split(separator: "/").last.map(String.init) ?? ""
    var errors = ["errors"]
    for name in [own] + names {
      errors.append("\(name)_errors")
      if try group.kind(of: name) == .dataset,
        let stated = try group.dataset(name).attributes.firstText("uncertainties")
      {
        errors.append(stated)
      }
    }
    var found: [(dataset: Dataset, isError: Bool)] = []
    var seen: Set<ObjectIdentity> = [try signal.identity]
    let shape = try signal.shape
    for (name, isError) in names.map({ ($0, false) }) + errors.map({ ($0, true) }) {
      guard !name.isEmpty, try group.kind(of: name) == .dataset else { continue }
      let dataset = try group.dataset(name)
      guard try dataset.shape == shape, ArrayElement(dataset.type) != nil, seen.insert(try dataset.identity).inserted else {
        continue
      }
      found.append((dataset, isError))
    }
    return found
  }
}
