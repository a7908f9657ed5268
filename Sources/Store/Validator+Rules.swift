internal import Foundation
internal import HDF5
internal import Microscopy

/// The demands that relate objects to each other.
extension Validator {
  mutating func apply(_ rule: String, to object: Node, _ path: String) throws {
    guard case .group(let group) = object else { return }
    switch rule {
    case "default-leads-to-data":
      var seen: Set<ObjectIdentity> = []
      try checkDefault(of: group, path, &seen)
    case "no-dangling-links":
      var seen: Set<ObjectIdentity> = []
      var waiting = [(group: group, path: path)]
      while let next = waiting.popLast() { waiting += try checkLinks(in: next.group, next.path, &seen) }
    case "one-experiment-per-map": try checkExperiments(root: group)
    case "plottable": try checkPlot(group, path)
    case "signal-chunked":
      let signal: String = try group.attributes.read("signal")
      if try group.dataset(signal).chunkShape == nil { report(Self.join(path, signal), "is not chunked") }
    case "mask-covers-map":
      guard let map = path.range(of: "/masks/").map({ String(path[..<$0.lowerBound]) }) else { return }
      let shape = try store.map(String(map.dropFirst())).navigationShape
      let found = try group.dataset("mask").shape
      if found != shape { report(path, "covers \(found) of a map of \(shape) pixels") }
    case "equal-lengths":
      let lengths = try Set(["path", "file", "sha256", "size"].map { try group.dataset($0).shape })
      if lengths.count != 1 { report(path, "its lists differ in length") }
    case "parameters-are-json":
      let text = try group.textIfPresent("parameters") ?? ""
      do {
        _ = try JSONDecoder().decode(MetadataTree.self, from: Data(text.utf8))
      } catch is DecodingError {
        report(Self.join(path, "parameters"), "is no JSON")
      }
    case "data-groups-plottable":
      var seen: Set<ObjectIdentity> = []
      try checkPlots(below: group, path, &seen)
    case "table-columns-have-units": try checkTables(in: group, path)
    case "series-order": try checkOrder(of: group, folder: "maps", path)
    case "model-order": try checkOrder(of: group, folder: "tensors", path)
    case "hyperspy-axes": try checkHyperSpyAxes(group, path)
    case "all-chunked": try checkChunked(group, path)
    default: report(path, "the schema names the unknown rule \"\(rule)\"")
    }
  }

  /// Follows `@default` down to a group that can be plotted.
  private mutating func checkDefault(of group: Group, _ path: String, _ seen: inout Set<ObjectIdentity>) throws {
    guard seen.insert(try group.identity).inserted else { return report("\(path)@default", "leads back to itself") }
    guard let name: String = try group.attributes.readIfPresent("default") else {
      if path == "/", try !store.mapNames.isEmpty { report("/@default", "is missing") }
      return
    }
    guard try group.exists(name), case .group(let child) = try group.open(name) else {
      return report("\(path)@default", "leads to \"\(name)\", which is no group here")
    }
    let place = Self.join(path, name)
    if try child.attributes.contains("signal") { return }
    guard try child.attributes.contains("default") else {
      // The arrays of a series' result lie one group deeper, one for each map.
      let inner = try child.links().first.map(\.name)
      if let inner, case .group(let data) = try child.open(inner), try data.attributes.contains("signal") { return }
      return report("\(path)@default", "leads to \(place), which has neither @signal nor @default")
    }
    try checkDefault(of: child, place, &seen)
  }

  /// Soft and external links lead somewhere; returns the groups within that were not seen before.
  private mutating func checkLinks(
    in group: Group, _ path: String, _ seen: inout Set<ObjectIdentity>
  ) throws -> [(group: Group, path: String)] {
    var inner: [(group: Group, path: String)] = []
    for link in try group.links() {
      let place = Self.join(path, link.name)
      switch link.target {
      case .hard:
        guard case .group(let child) = try group.open(link.name), seen.insert(try child.identity).inserted else { continue }
        inner.append((child, place))
      case .soft(let target):
        if try !group.exists(link.name) { report(place, "is a link to \(target), which is not there") }
      case .external(let file, let target):
        do {
          _ = try group.open(link.name)
        } catch {
          report(place, "is a link to \(target) of \(file): \(error.problem)")
        }
      case .userDefined: report(place, "is a link of a kind of another program")
      }
    }
    return inner.reversed()
  }

  /// Every map has its HyperSpy view with the very same values, and there is no view of a map that is not there.
  private mutating func checkExperiments(root: Group) throws {
    let maps = try store.mapNames
    let experiments = try root.exists(FileLayout.experiments) ? root.group(FileLayout.experiments) : nil
    for name in maps {
      let place = "/\(FileLayout.experiments)/\(name)"
      guard let experiments, try experiments.exists("\(name)/data") else {
        report(place, "is missing: HyperSpy does not see the map")
        continue
      }
      let data = try root.group("\(name)/\(FileLayout.data)")
      let signal: String = try data.attributes.read("signal")
      if try data.dataset(signal).identity != experiments.dataset("\(name)/data").identity {
        report("\(place)/data", "is not the values of the map")
      }
      attempt(place) { try $0.compareCalibrations(of: $0.store.map(name).axes, experiments.group(name), place) }
    }
    for name in try experiments?.names ?? [] where !maps.contains(name) {
      report("/\(FileLayout.experiments)/\(name)", "is the view of a map that is not there")
    }
  }

  /// HyperSpy must not see another calibration than everybody else.
  private mutating func compareCalibrations(of axes: [Axis], _ experiment: Group, _ path: String) throws {
    for (index, axis) in axes.enumerated() where axis.values == nil {
      guard try experiment.exists("axis-\(index)") else { continue }
      let view = try experiment.group("axis-\(index)").attributes
      for (name, value) in [("scale", axis.scale), ("offset", axis.offset)] where try view.contains(name) {
        guard let seen = try view.open(name).tree().number else { continue }
        if abs(seen - value) > 1e-9 * max(abs(axis.scale), abs(value)) {
          report("\(path)/axis-\(index)@\(name)", "is \(seen), that of the map \(value)")
        }
      }
      let units = try view.contains("units") ? view.open("units").tree().text : nil
      if let units, units != axis.units, units != MetadataKey.null {
        report("\(path)/axis-\(index)@units", "is \"\(units)\", that of the map \"\(axis.units)\"")
      }
    }
  }

  /// An NXdata: a signal, and an axis of the right length for each of its dimensions.
  private mutating func checkPlot(_ group: Group, _ path: String) throws {
    let signal: String = try group.attributes.read("signal")
    guard try group.exists(signal), case .dataset(let dataset) = try group.open(signal) else {
      return report("\(path)@signal", "names \"\(signal)\", which is no dataset here")
    }
    attempt(Self.join(path, signal)) {
      try $0.check(.dataset(dataset), Self.join(path, signal), against: Schema.Node(object: .dataset))
    }
    let shape = try dataset.shape
    let axes: [String] = try group.attributes.read("axes")
    guard axes.count == shape.count else {
      return report("\(path)@axes", "names \(axes.count) axes for \(shape.count) dimensions")
    }
    guard let schema = schemas["axis"] else { return }
    for (index, name) in axes.enumerated() {
      let place = Self.join(path, name)
      guard try group.exists(name), case .dataset(let axis) = try group.open(name) else {
        report(place, "is missing: it is axis \(index) of the data")
        continue
      }
      attempt(place) { try $0.check(.dataset(axis), place, against: schema.node) }
      let length = try axis.shape.first ?? 0
      if length != shape[index] { report(place, "has \(length) values for a dimension of \(shape[index])") }
      let position: Int64? = try group.attributes.readIfPresent("\(name)_indices")
      if position != Int64(index) { report("\(path)@\(name)_indices", "is not \(index)") }
    }
  }

  private mutating func checkPlots(below group: Group, _ path: String, _ seen: inout Set<ObjectIdentity>) throws {
    guard seen.insert(try group.identity).inserted else { return }
    for link in try group.links() {
      guard case .hard = link.target, case .group(let child) = try group.open(link.name) else { continue }
      let place = Self.join(path, link.name)
      let nexusClass: String? = try child.attributes.readIfPresent("NX_class")
      switch nexusClass {
      case "NXdata": attempt(place) { try $0.checkPlot(child, place) }
      case "NXcollection": try checkPlots(below: child, place, &seen)
      default: continue
      }
    }
  }

  /// Of tables `@units` has a text for each column; those without a digest are another program's.
  private mutating func checkTables(in group: Group, _ path: String) throws {
    for link in try group.links() {
      guard case .hard = link.target, case .dataset(let dataset) = try group.open(link.name) else { continue }
      guard case .compound(let fields, _) = dataset.type, try dataset.attributes.contains(FileLayout.digestAttribute) else {
        continue
      }
      let place = Self.join(path, link.name)
      attempt(place) { validator in
        guard let units: [String] = try dataset.attributes.readIfPresent(StoredTable.unitsAttribute) else {
          return validator.report("\(place)@units", "is missing")
        }
        if units.count != fields.count {
          validator.report("\(place)@units", "has \(units.count) texts for \(fields.count) columns")
        }
        if try dataset.shape.count != 1 { validator.report(place, "is no list of rows") }
      }
    }
  }

  /// `@order` names each member of a folder once.
  private mutating func checkOrder(of group: Group, folder: String, _ path: String) throws {
    let order: [String] = try group.attributes.read("order")
    let names = try group.group(folder).names
    for name in order where !names.contains(name) { report("\(path)@order", "names \"\(name)\", which is not in \(folder)") }
    for name in names where !order.contains(name) { report(Self.join(path, "\(folder)/\(name)"), "is not in @order") }
    if Set(order).count != order.count { report("\(path)@order", "names a member twice") }
  }

  /// The axes as HyperSpy reads them: one group a dimension, every attribute of the type it insists on.
  private mutating func checkHyperSpyAxes(_ group: Group, _ path: String) throws {
    let shape = try group.dataset("data").shape
    for index in shape.indices {
      let place = "\(path)/axis-\(index)"
      guard try group.exists("axis-\(index)") else {
        report(place, "is missing")
        continue
      }
      let axis = try group.group("axis-\(index)")
      let kind: String = try axis.attributes.readIfPresent("_type") ?? ""
      var wanted: [String: String] = ["name": "string", "units": "string", "navigate": "boolean", "is_binned": "boolean"]
      switch kind {
      case "UniformDataAxis":
        wanted["scale"] = "float"
        wanted["offset"] = "float"
        wanted["size"] = "integer"
      case "DataAxis":
        let length = try axis.exists("axis") ? try axis.dataset("axis").shape.first ?? 0 : 0
        if length != shape[index] { report(place, "has \(length) values for a dimension of \(shape[index])") }
      default: report("\(place)@_type", "is \"\(kind)\", not \"UniformDataAxis\" or \"DataAxis\"")
      }
      for (name, type) in wanted.sorted(by: { $0.key < $1.key }) {
        guard try axis.attributes.contains(name) else {
          report("\(place)@\(name)", "is missing")
          continue
        }
        let word = try axis.attributes.open(name).type.schemaWord
        // HyperSpy itself stores whole numbers as integers.
        if word != type, !(type == "float" && word == "integer") {
          report("\(place)@\(name)", "is of type \(word), not \(type): HyperSpy fails on it")
        }
      }
      if kind == "UniformDataAxis", let size: Int64 = try axis.attributes.readIfPresent("size"), size != shape[index] {
        report("\(place)@size", "is \(size) for a dimension of \(shape[index])")
      }
    }
    if try group.exists("axis-\(shape.count)") { report("\(path)/axis-\(shape.count)", "is an axis without a dimension") }
  }

  /// HyperSpy cannot load lazily what is not chunked.
  private mutating func checkChunked(_ group: Group, _ path: String) throws {
    var loose: [String] = []
    try group.visit { place, node in
      if case .dataset(let dataset) = node, dataset.chunkShape == nil { loose.append(Self.join(path, place)) }
      return .proceed
    }
    for place in loose { report(place, "is not chunked: HyperSpy cannot load it lazily") }
  }
}
