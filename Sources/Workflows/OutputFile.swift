import Foundation
import Store

/// The file that new maps go into: created where it is absent, added to where it is a Lamella file.
struct OutputFile {
  let store: Store
  private let isNew: Bool

  /// - Throws: `OutputError` when the path holds anything but a Lamella file.
  init(_ path: String) throws {
    isNew = !FileManager.default.fileExists(atPath: path)
    let isNew = isNew
    store = try writing { isNew ? try Store.create(path) : try Self.opened(path) }
  }

  private static func opened(_ path: String) throws -> Store {
    do {
      return try Store.open(path, .writing)
    } catch where error.kind == .foreign {
      throw StoreError(
        .foreign, file: path, "is there already and is no Lamella file: nothing was written",
        advice: "Choose another file to write to.")
    }
  }

  /// Refuses names that are taken before any work is done.
  func demandUnused(_ names: [String], advice: String) throws {
    let taken = try store.mapNames
    for name in names where taken.contains(name) {
      throw OutputError(
        StoreError(.exists, file: store.path, path: "/\(name)", "there is a map of that name already", advice: advice))
    }
  }

  /// Closes the file, and removes it when it was created for work that left no map in it.
  func close() throws {
    let isUnused = try isNew && store.mapNames.isEmpty
    try store.close()
    if isUnused { try FileManager.default.removeItem(atPath: store.path) }
  }
}
