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
    let settings = try made.repeatable(MineralSettings.self, of: map.path)
    let mineral = try MineralMap(settings)
    return { try fill($0, mineral, settings, map) }
  }

  static func again(_ made: Provenance, for map: Map, inputs: [InputCheck]) throws -> RepeatedMap {
    let mineral = try MineralMap(made.repeatable(MineralSettings.self, of: map.path))
    return RepeatedMap(axes: mineral.metadata.axes, type: .uint16, array: mineral)
  }
}
