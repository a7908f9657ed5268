internal import HDF5
public import Microscopy

/// Fills a new result with arrays, tables and numbers.
public final class ResultBuilder {
  private let group: Group
  private let holder: any ResultHolder
  private var first: String?

  init(_ group: Group, holder: any ResultHolder) {
    self.group = group
    self.holder = holder
  }

  /// The spectra of k components: k × the extents of the signal axes.
  ///
  /// - Parameter axes: the signal axes, when they are not those of the map (a window of channels, say).
  public func spectra(_ values: StoredArray, axes: [Axis]? = nil, name: String = "spectra") throws {
    let axes = try axes ?? map().axes.filter { $0.role == .signal }
    try array(name, values, axes: [componentAxis(values)] + axes, interpretation: axes.count == 2 ? "image" : "spectrum")
  }

  /// Images of k components: k × the extents of the navigation axes. For a map only; see `images(_:perMap:)`.
  public func images(_ values: StoredArray, axes: [Axis]? = nil, name: String = "abundances") throws {
    let axes = try axes ?? map().axes.filter { $0.role == .navigation }
    try array(name, values, axes: [componentAxis(values)] + axes, interpretation: axes.count == 2 ? "image" : "spectrum")
  }

  /// Images of k components for each map of a series, in the order of the series.
  public func images(perMap values: [StoredArray], name: String = "abundances") throws {
    for (member, images) in try perMap(values, name) {
      try self.images(images, axes: member.map.axes.filter { $0.role == .navigation }, name: "\(name)/\(member.link)")
    }
  }

  /// One image over the navigation axes. For a map only; see `image(perMap:name:)`.
  public func image(_ values: StoredArray, name: String) throws {
    let axes = try map().axes.filter { $0.role == .navigation }
    try array(name, values, axes: axes, interpretation: axes.count == 2 ? "image" : "spectrum")
  }

  /// One image for each map of a series, in the order of the series.
  public func image(perMap values: [StoredArray], name: String) throws {
    for (member, image) in try perMap(values, name) {
      let axes = member.map.axes.filter { $0.role == .navigation }
      try array("\(name)/\(member.link)", image, axes: axes, interpretation: axes.count == 2 ? "image" : "spectrum")
    }
  }

  /// The maps of the series with what belongs to each, in a folder that is made for it.
  private func perMap(_ values: [StoredArray], _ name: String) throws -> [(Series.Member, StoredArray)] {
    guard let series = holder as? Series else {
      throw refusal("images per map belong to a result of a series")
    }
    let members = try series.members
    guard members.count == values.count else {
      throw refusal("images of \(values.count) maps for a series of \(members.count)")
    }
    _ = try group.requireGroup(name, nexusClass: "NXcollection")
    return Array(zip(members, values))
  }

  /// Any array with an axis for each dimension.
  public func array(_ name: String, _ values: StoredArray, axes: [Axis], interpretation: String? = nil) throws {
    guard values.shape == axes.map(\.size) else {
      throw refusal("the values of \"\(name)\" have the shape \(values.shape), their axes \(axes.map(\.size))")
    }
    let data = try group.requireGroup(name, nexusClass: "NXdata")
    let signal = String(name.split(separator: "/").first ?? "data")
    try data.putArray(signal, values, axes: axes)
    let usual = axes.count == 2 ? "image" : "spectrum"
    try data.put(axes, signal: signal, interpretation: interpretation ?? usual)
    if first == nil { first = name }
  }

  /// A table: columns of one length, each of another name; a compound dataset, which h5py reads as a structured array.
  public func table(_ name: String, _ columns: [TableColumn]) throws {
    guard Set(columns.map(\.values.count)).count <= 1 else {
      throw refusal("the columns of the table \"\(name)\" differ in length")
    }
    guard !columns.isEmpty, Set(columns.map(\.name)).count == columns.count, !columns.contains(where: \.name.isEmpty) else {
      throw refusal("the columns of the table \"\(name)\" need names, each another")
    }
    try StoredTable.put(name, columns, in: group)
  }

  /// A number; NaN and infinities are kept.
  public func scalar(_ name: String, _ value: Double, units: String = "") throws {
    try group.requireGroup("scalars", nexusClass: "NXcollection").putNumber(name, value, units: units)
  }

  /// A text, such as a report.
  public func text(_ name: String, _ value: String) throws { try group.putText(name, value) }

  func finish() throws {
    if let first { try group.attributes.set("default", to: String(first.split(separator: "/").first ?? "")) }
  }

  private func map() throws -> Map {
    if let map = holder as? Map { return map }
    if let series = holder as? Series, let first = try series.members.first { return first.map }
    throw refusal("a result without a map needs its axes")
  }

  private func componentAxis(_ values: StoredArray) -> Axis {
    Axis(name: "component", size: values.shape.first ?? 0, scale: 1, offset: 1, role: .navigation)
  }

  private func refusal(_ problem: String) -> StoreError {
    StoreError(.invalid, file: holder.store.path, path: group.path, problem)
  }
}
