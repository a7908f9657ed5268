import Foundation
import Store

/// The file that new maps go into: created where it is absent, added to where it is a Lamella file.
struct OutputFile {
  let store: Store
  private let isNew: Bool

  /// Refuses before anything is written: a path that holds anything but a Lamella file, and names that are taken in it.
  ///
  /// - Parameters:
  ///   - newMaps: the names of the maps to come.
  ///   - advice: what to do about a name that is taken.
  /// - Throws: `OutputError`.
  init(_ path: String, newMaps: [String], advice: String, isJournalled: Bool = true) throws {
    let isNew = !FileManager.default.fileExists(atPath: path)
    self.isNew = isNew
    store = try writing {
      if isNew { return try Store.create(path, isJournalled: isJournalled) }
      try Self.demandUnused(newMaps, in: path, advice: advice)
      return try Store.open(path, .writing, isJournalled: isJournalled)
    }
  }

  private static func demandUnused(_ names: [String], in path: String, advice: String) throws {
    let taken: [String]
    do {
      let store = try Store.open(path)
      taken = try store.mapNames
      try store.close()
    } catch {
      guard error.kind == .foreign else { throw error }
      throw StoreError(
        .foreign, file: path, "is there already and is no Lamella file: nothing was written",
        advice: "Choose another file to write to.")
    }
    for name in names where taken.contains(name) {
      throw StoreError(
        .exists, file: path, path: "/\(name)", "there is a map of that name already", advice: advice)
    }
  }

  /// Closes the file after work that went well.
  ///
  /// - Throws: `OutputError`.
  func close() throws { try writing { try store.close() } }

  /// Closes the file after work that failed, and removes it when it was created for that work and keeps no map.
  ///
  /// It is silent: the error that led here is the one to tell.
  func abandon() {
    do {
      let keepsMaps = try !store.mapNames.isEmpty
      try store.close()
      if isNew, !keepsMaps { store.remove() }
    } catch {
      // What cannot be closed goes back to its last commit, which may be that of an empty file.
      if isNew, !store.keepsMaps { store.remove() }
    }
  }
}

extension Store {
  /// Whether the file, opened anew, holds a finished map; yes where that cannot be told.
  fileprivate var keepsMaps: Bool {
    do {
      try abandon()
      return try !Store.open(path).mapNames.isEmpty
    } catch {
      return true
    }
  }

  /// Closes and removes the file; silent, like `OutputFile.abandon()`.
  func remove() {
    do {
      try abandon()
    } catch {
      // What does not get into a file that goes is no loss.
    }
    unsafe unlink(path)
  }
}
