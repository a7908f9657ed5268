import Microscopy
import Store

/// Which maps of an import become a series: those of one kind, with the same type of signal and the same channels.
struct SeriesPlan {
  let name: String
  /// In the order of the inputs.
  let members: [(file: Int, map: Int)]

  /// Spectrum images before anything else, where there are several; else the kind that most maps are of.
  ///
  /// Where files hold several maps of the kind, with different channels (as low and core losses) or signals, those are taken that all
  /// of the files have.
  ///
  /// - Throws: `WorkflowError` when the maps of that kind have no channels in common.
  init(_ plan: ImportPlan, name: String) throws {
    self.name = name
    let all = plan.files.indices.flatMap { file in plan.files[file].maps.indices.map { (file: file, map: $0) } }
    func map(_ place: (file: Int, map: Int)) -> ImportPlan.PlannedMap { plan.files[place.file].maps[place.map] }
    func bytes(_ group: [(file: Int, map: Int)]) -> Int { group.reduce(0) { $0 + map($1).byteCount } }
    let kinds = Self.groups(all) { map($0).kind == map($1).kind }
    func rank(_ group: [(file: Int, map: Int)]) -> (Int, Int, Int) {
      (map(group[0]).kind == .spectrumImages && group.count > 1 ? 1 : 0, group.count, bytes(group))
    }
    guard let group = kinds.max(by: { rank($0) < rank($1) }) else {
      throw WorkflowError("there is no map for the series \(name)", advice: "Import something.")
    }
    let alike = Self.groups(group) { Self.difference(map($0), map($1)) == nil }
    if alike.count == 1 {
      members = group
      return
    }
    let files = Set(group.map(\.file))
    if let common = alike.filter({ Set($0.map(\.file)) == files }).max(by: { bytes($0) < bytes($1) }) {
      members = common
      return
    }
    let (first, odd) = (map(alike[0][0]), map(alike[1][0]))
    throw WorkflowError(
      "the maps cannot form the series \(name): \(odd.name) and \(first.name) differ in \(Self.difference(odd, first) ?? "channels")",
      advice:
        "Maps of a series have the same channels: leave one of them out, choose a kind with --select, or import without --series."
    )
  }

  /// Things in groups of those that are alike, in the order of their first ones.
  private static func groups<Thing>(_ things: [Thing], areAlike: (Thing, Thing) -> Bool) -> [[Thing]] {
    var groups: [[Thing]] = []
    for thing in things {
      if let index = groups.firstIndex(where: { areAlike($0[0], thing) }) {
        groups[index].append(thing)
      } else {
        groups.append([thing])
      }
    }
    return groups
  }

  private static func difference(_ map: ImportPlan.PlannedMap, _ other: ImportPlan.PlannedMap) -> String? {
    if map.signalType != other.signalType {
      let types = [map, other].map { $0.signalType.isEmpty ? "none" : $0.signalType }
      return "type of signal: \(types[0]) and \(types[1])"
    }
    let (axes, others) = (map.axes.filter { $0.role == .signal }, other.axes.filter { $0.role == .signal })
    if axes.map(\.size) != others.map(\.size) {
      func text(_ axes: [Axis]) -> String { axes.map { String($0.size) }.joined(separator: " × ") }
      return "\(axes.count == 1 ? "channels" : "size"): \(text(axes)) and \(text(others))"
    }
    return Store.differenceOfSignals(map.axes, other.axes)
  }
}
