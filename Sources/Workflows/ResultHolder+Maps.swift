import Microscopy
import Store

extension ResultHolder {
  /// The maps, to be worked on as one: there is one at least, and all maps of spectra have the same channels.
  ///
  /// - Throws: `WorkflowError` naming the first map that differs from the first of all.
  var unitedMaps: [Map] {
    get throws {
      let maps = try maps
      guard let first = maps.first else {
        throw WorkflowError("\(store.path): the series \(path) holds no map", advice: "Make it again with at least one map.")
      }
      guard first.signalShape.count == 1 else { return maps }
      let names = try mapNames
      for (name, map) in zip(names, maps).dropFirst() {
        guard let problem = Self.difference(map, first) else { continue }
        throw WorkflowError(
          "\(store.path): the maps \(names[0]) and \(name) of \(path) differ in \(problem)",
          advice: "Import them with the same calibration, and make the series again.")
      }
      return maps
    }
  }

  /// What the maps are called where their results are: that of the map, or those of the links of the series.
  var mapNames: [String] {
    get throws { try (self as? Series)?.links ?? maps.map(\.name) }
  }

  private static func difference(_ map: Map, _ first: Map) -> String? {
    guard map.signalShape == first.signalShape else { return "channels: \(first.signalShape) and \(map.signalShape)" }
    return Store.differenceOfSignals(first.axes, map.axes)
  }
}
