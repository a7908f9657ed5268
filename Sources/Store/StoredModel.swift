internal import Foundation
public import HDF5

/// A trained model: named tensors, the architecture they belong to, and how they were trained.
public struct StoredModel: Sendable {
  public let store: Store
  public let name: String
  public let group: Group
  /// JSON.
  public let architecture: String
  /// JSON.
  public let training: String
  /// The names of the tensors in the order of the state dictionary.
  public let tensorNames: [String]

  init(_ group: Group, in store: Store) throws {
    self.store = store
    self.group = group
    name = String(group.path.split(separator: "/").last ?? "")
    architecture = try group.textIfPresent("architecture") ?? ""
    training = try group.textIfPresent("training") ?? ""
    tensorNames = try group.attributes.read("order")
  }

  public var path: String { group.path }

  public func tensor(_ name: String) throws(StoreError) -> StoredArray {
    try guarded(store.path, "\(path)/tensors/\(name)") { try group.group("tensors").dataset(name).storedArray() }
  }

  public var provenance: Provenance {
    get throws(StoreError) {
      try guarded(store.path, path) { try group.group(FileLayout.provenance).provenance() }
    }
  }

  /// The architecture as the value that was stored.
  public func architecture<Value: Decodable>(as type: Value.Type) throws -> Value {
    try JSONDecoder().decode(type, from: Data(architecture.utf8))
  }
}

extension Store {
  /// All models, by name.
  public var models: [StoredModel] {
    get throws(StoreError) {
      try guarded(path, "/\(FileLayout.models)") {
        guard try root.exists(FileLayout.models) else { return [] }
        let folder = try root.group(FileLayout.models)
        return try folder.names.map { try StoredModel(folder.group($0), in: self) }
      }
    }
  }

  public func model(_ name: String) throws(StoreError) -> StoredModel {
    let all = try models
    guard let found = all.first(where: { $0.name == name }) else {
      throw StoreError(
        .missing, file: path, path: "/\(FileLayout.models)/\(name)", "there is no model of that name",
        advice: all.isEmpty ? "The file holds no model." : "There are: \(all.map(\.name).joined(separator: ", ")).")
    }
    return found
  }

  /// Keeps a model; tensor names are those of a state dictionary, such as "lstm.weight_ih_l0".
  @discardableResult
  public func addModel(
    _ name: String, architecture: some Encodable, training: some Encodable, tensors: [(name: String, value: StoredArray)],
    made: Provenance
  ) throws(StoreError) -> StoredModel {
    try requireWriting()
    let place = "/\(FileLayout.models)/\(name)"
    try guarded(path, place) {
      let names = tensors.map(\.name)
      if let problem = ([name] + names).compactMap(FileLayout.problem(withName:)).first {
        throw StoreError(.invalid, file: path, path: place, problem, advice: "Choose another name.")
      }
      guard Set(names).count == names.count else {
        throw StoreError(.invalid, file: path, path: place, "two tensors have the same name")
      }
      let folder = try root.requireGroup(FileLayout.models, nexusClass: "NXcollection")
      guard try !folder.names.contains(name) else {
        throw StoreError(.exists, file: path, path: place, "there is a model of that name already")
      }
      do {
        let group = try folder.createGroup(name)
        try group.mark(.model, nexusClass: "NXcollection")
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try group.putText("architecture", String(decoding: encoder.encode(architecture), as: UTF8.self))
        try group.putText("training", String(decoding: encoder.encode(training), as: UTF8.self))
        let values = try group.requireGroup("tensors", nexusClass: "NXcollection")
        for tensor in tensors { try values.putArray(tensor.name, tensor.value) }
        try group.attributes.set("order", to: names)
        try group.requireGroup(FileLayout.provenance, nexusClass: "NXprocess").put(made)
      } catch {
        let cause = error
        if try folder.names.contains(name) { try folder.delete(name) }
        throw cause
      }
    }
    return try model(name)
  }
}
