internal import HDF5

extension Store {
  /// Something in the file that can be removed by itself.
  public struct Removable: Hashable, Sendable {
    public enum Kind: String, Codable, Hashable, Sendable { case map, image, mask, result, series, model }

    public var kind: Kind
    public var path: String
    /// The paths within this file that it was made from, or that it links to.
    public var inputs: [String]
  }

  /// Everything that can be removed by itself, unfinished maps and results included.
  public var removables: [Removable] {
    get throws(StoreError) {
      let maps = try mapNames
      var found: [Removable] = []
      for name in maps + (try unfinishedMapNames) {
        let isWhole = maps.contains(name)
        found.append(Removable(kind: .map, path: "/\(name)", inputs: isWhole ? Self.inputs(try map(name).provenance) : []))
        guard isWhole else { continue }
        let map = try map(name)
        for image in try map.images {
          found.append(Removable(kind: .image, path: image.path, inputs: Self.inputs(try image.provenance)))
        }
        for mask in try map.masks {
          found.append(Removable(kind: .mask, path: mask.path, inputs: Self.inputs(mask.provenance)))
        }
        found += try Self.results(of: map)
      }
      for series in try series {
        let links = try guarded(path, series.path) { try series.group.group("maps").links() }
        let targets = links.compactMap { if case .soft(let target) = $0.target { target } else { nil } }
        found.append(Removable(kind: .series, path: series.path, inputs: targets))
        found += try Self.results(of: series)
      }
      for model in try models {
        found.append(Removable(kind: .model, path: model.path, inputs: Self.inputs(try model.provenance)))
      }
      return found
    }
  }

  /// The names of maps whose import was never finished.
  public var unfinishedMapNames: [String] {
    get throws(StoreError) {
      try guarded(path) {
        try root.links().filter { link in
          guard case .hard = link.target, case .group(let group) = try root.open(link) else { return false }
          return try group.kind() == .map && !group.isComplete()
        }.map(\.name)
      }
    }
  }

  /// Removes maps whose import was never finished.
  public func discardUnfinishedMaps(_ names: Set<String>) throws(StoreError) {
    try requireWriting()
    for name in names.intersection(try unfinishedMapNames) { try guarded(path, "/\(name)") { try discardMap(name) } }
  }

  /// Removes an object; what it took is free space from then on, which a repack gives back.
  public func remove(_ object: Removable) throws(StoreError) {
    try requireWriting()
    let words = object.path.split(separator: "/").map(String.init)
    switch object.kind {
    case .map: try removeMap(words[0])
    case .image: try map(words[0]).removeImage(words[2])
    case .mask: try map(words[0]).removeMask(words[2])
    case .result where words[0] == FileLayout.series: try series(words[1]).removeResult(words[3])
    case .result: try map(words[0]).removeResult(words[2])
    case .series: try removeSeries(words[1])
    case .model: try guarded(path, object.path) { try root.delete(object.path) }
    }
  }

  /// Removes a series with its results; its maps stay.
  public func removeSeries(_ name: String) throws(StoreError) {
    try requireWriting()
    let place = "/\(FileLayout.series)/\(name)"
    try guarded(path, place) { try root.delete(place) }
  }

  private static func results(of holder: any ResultHolder) throws(StoreError) -> [Removable] {
    var found: [Removable] = []
    for result in try holder.results + holder.unfinishedResults {
      found.append(Removable(kind: .result, path: result.path, inputs: inputs(try result.provenance)))
    }
    return found
  }

  private static func inputs(_ made: Provenance?) -> [String] {
    made?.inputs.filter { $0.file == nil }.map(\.path) ?? []
  }
}
