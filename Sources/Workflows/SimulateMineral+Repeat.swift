import Microscopy
import Store
import XRay

extension SimulateMineral: RepeatableResult, RepeatableMap {
  static func again(
    _ made: Provenance, for holder: any ResultHolder, _ resources: Resources, _ observer: Observer
  ) throws -> (ResultBuilder) throws -> Void {
    guard let map = holder as? Map else {
      throw WorkflowError("\(holder.path) is no map, and only maps are simulated", advice: "Name another result.")
    }
    let mineral = try mineral(made, as: map)
    return { try fill($0, mineral, mineral.settings, map) }
  }

  static func again(_ made: Provenance, for map: Map, inputs: [InputCheck]) throws -> RepeatedMap {
    let mineral = try mineral(made, as: map)
    return RepeatedMap(axes: mineral.metadata.axes, type: .uint16, array: mineral)
  }

  /// The simulation, once it is clear that it is no larger than the map that it made.
  private static func mineral(_ made: Provenance, as map: Map) throws -> MineralMap {
    let settings = try made.repeatable(MineralSettings.self, of: map.path)
    let shape = [settings.height, settings.width, settings.channels]
    guard shape == map.shape else {
      throw WorkflowError(
        "\(map.store.path): \(map.path) has the shape \(map.shape), and its history tells of a simulation of \(shape)",
        advice: "Repeat the simulation itself: lamella simulate mineral.")
    }
    do {
      return try MineralMap(settings)
    } catch {
      throw WorkflowError(
        "\(map.store.path): \(map.path) was simulated with settings that make no map: \(error)",
        advice: "Repeat the simulation itself: lamella simulate mineral.")
    }
  }
}
