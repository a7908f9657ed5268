import Formats
import Microscopy
import Store

extension ExportObject: RepeatableMap {
  static func again(_ made: Provenance, for map: Map, inputs: [InputCheck]) throws -> RepeatedMap {
    let parameters = try made.repeatable([String: String].self, of: map.path)
    guard let path = parameters["path"], let input = inputs.first, let place = input.place else {
      throw WorkflowError(
        "\(map.path) cannot be exported again: \(inputs.first?.file ?? "its source") is neither where it was nor beside "
          + map.store.path, advice: "Put the file back.")
    }
    let found = try StoredObject(path, in: .open(place)) { _ in true }
    return RepeatedMap(axes: found.object.metadata.axes, type: found.object.type, array: found.object.array)
  }
}
