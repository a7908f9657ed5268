import Foundation
import Store

/// The file that new maps go into: created where it is absent, added to where it is a Lamella file.
struct OutputFile {
  let store: Store
  private let isNew: Bool
  private var hasCommitted = false

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

  /// Refuses names that maps of the file have.
  ///
  /// - Throws: `StoreError`.
  static func demandUnused(_ names: [String], in path: String, advice: String) throws {
    let store = try demandStore(path)
    let taken = Set(try store.mapNames)
    try store.close()
    for name in names where taken.contains(name) {
      throw StoreError(
        .exists, file: path, path: "/\(name)", "there is a map of that name already", advice: advice)
    }
  }

  /// Refuses what is no Lamella file.
  ///
  /// - Throws: `StoreError`.
  static func demandStore(_ path: String) throws -> Store {
    do {
      return try Store.open(path)
    } catch {
      guard error.kind == .foreign else { throw error }
      throw StoreError(
        .foreign, file: path, "is there already and is no Lamella file: nothing was written",
        advice: "Choose another file to write to.")
    }
  }

  /// The rule for a recipe that is written beside the file, before there is one to write.
  ///
  /// - Throws: `OutputError`.
  static func demandPlace(_ output: String, input: String, replaces: Bool) throws {
    try demandFree(output, input: input, replaces: replaces)
    let folder = URL(filePath: output).deletingLastPathComponent().path
    guard FileManager.default.isWritableFile(atPath: folder) else {
      throw OutputError(
        StoreError(
          .file, file: output, "cannot be written: \(folder) is no folder that can be written to",
          advice: "Name another place."))
    }
  }

  /// The rule for files that are written whole: refuses to replace the file that is read, a Lamella file with all it holds, and
  /// any other unless that is wanted.
  ///
  /// - Throws: `OutputError`.
  static func demandFree(_ output: String, input: String, replaces: Bool) throws {
    func refusal(_ problem: String, _ advice: String) -> OutputError {
      OutputError(StoreError(.exists, file: output, problem, advice: advice))
    }
    guard FileManager.default.fileExists(atPath: output) else { return }
    if output.isSameFile(as: input) { throw refusal("is the file that is read", "Choose another file to write to.") }
    if try writing({ try Store.isStore(output) }) {
      throw refusal(
        "is a Lamella file, which would be replaced with all it holds",
        "Choose another file to write to, or remove this one first.")
    }
    if !replaces { throw refusal("is there already", "Choose another file, or give --replace.") }
  }

  /// Keeps what was written so far, whatever happens to the rest.
  ///
  /// - Throws: `OutputError`.
  mutating func commit(_ observer: Observer) throws {
    try writing { try store.commit(observer) }
    hasCommitted = true
  }

  /// Closes the file after work that went well.
  ///
  /// - Throws: `OutputError`.
  mutating func close(_ observer: Observer) throws {
    try commit(observer)
    try writing { try store.close() }
  }

  /// Closes the file after work that failed, as the last commit left it, and removes it when it was created for that work and
  /// nothing of it was committed.
  ///
  /// It is silent: the error that led here is the one to tell.
  ///
  /// - Parameter maps: those that were being written; what periodic commits kept of them goes.
  func abandon(_ maps: [String]) {
    // While it is still ours: after the closing another program may be writing to it.
    if isNew, !hasCommitted { unsafe unlink(store.path) }
    do {
      try store.abandon()
      if isNew, !hasCommitted { return }
      let unfinished = try Set(Store.open(store.path).unfinishedMapNames).intersection(maps)
      if unfinished.isEmpty { return }
      let again = try Store.open(store.path, .writing)
      try again.discardUnfinishedMaps(unfinished)
      try again.close()
    } catch {
      // What stays is marked as unfinished.
    }
  }
}

extension Store {
  /// Closes and removes the file; silent, like `OutputFile.abandon(_:)`.
  func remove() {
    unsafe unlink(path)
    do {
      try abandon()
    } catch {
      // What does not get into a file that goes is no loss.
    }
  }
}
