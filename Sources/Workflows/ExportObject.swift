import Blocks
import Formats
import Foundation
import Microscopy
import Store

/// Writes a map, an array or a table of a result in the format that the extension of the output names.
public struct ExportObject: Sendable {
  public var file: String
  /// `rock` for a map; `rock/results/nmf/spectra` for an array, `rock/results/nmf/spectra/2` for its second component;
  /// `rock/results/nmf` for the array of a result that the format can hold, `rock/results/truth/phases` for a table.
  public var path: String
  public var output: String
  /// Whether files that are there are replaced.
  public var replaces = false

  public init(_ file: String, path: String, output: String) {
    self.file = file
    self.path = path
    self.output = output
  }

  public struct Report: Codable, Hashable, Sendable {
    public var path: String
    public var shape: [Int]
    public var dtype: String
    public var files: [String]
  }

  /// - Throws: `StoreError`, `OutputError`, `Stopped`; a file appears under its name when it is complete, and not before.
  public func run(_ observer: Observer = .silent) throws -> Report {
    let isStore = URL(filePath: output).pathExtension.lowercased() == "hspy"
    if output.isSameFile(as: file) { try demandFree([output]) }
    let store = try Store.open(file)
    if let (path, columns) = try table(in: store) {
      try demandFree([output])
      try writing { try write(columns) }
      try store.close()
      return Report(
        path: path, shape: [columns.first?.values.count ?? 0, columns.count], dtype: "table", files: [output])
    }
    let writer = isStore ? nil : try writing { try ExportCatalogue.writer(for: output) }
    let found = try StoredObject(path, in: store) { object in
      writer.map { $0.refusal(of: object) == nil } ?? true
    }
    let object = found.object
    let phase = "Exporting \(found.path)"
    let files = try writing(from: file) {
      if isStore {
        try demandFree([output])
        return try write(found, observer.bytes(phase))
      }
      var watched = object
      watched.array = WatchedArray(object.array, phase, observer)
      do {
        return try write(watched, refusedAsAWhole: writer?.refusal(of: object) != nil)
      } catch is CancellationError {
        throw Stopped(notWritten)
      }
    }
    try store.close()
    return Report(path: found.path, shape: object.array.shape, dtype: object.type.rawValue, files: files)
  }

  /// Refuses before anything is written what the outputs would replace.
  private func demandFree(_ outputs: [String]) throws {
    for output in outputs { try OutputFile.demandFree(output, input: file, replaces: replaces) }
  }

  private var notWritten: String { "\(output) was not written" }

  /// As a Lamella file of its own, which is a HyperSpy file too.
  private func write(_ found: StoredObject, _ progress: @escaping ProgressCallback) throws -> [String] {
    let object = found.object
    let aside = output.makeAside()
    let target = try Store.create(aside, replacing: true)
    do {
      var source = found.input
      source.file = file.named(from: output)
      let made = try Provenance(operation: "export", parameters: ["path": path], inputs: [source])
      try target.addMap(
        found.name, metadata: object.metadata, type: object.type, array: object.array, made: made,
        progress: progress)
      try target.close()
      try aside.takePlace(of: output, replacing: replaces)
      return [output]
    } catch {
      target.remove()
      if let error = error as? StoreError, error.kind == .stopped { throw Stopped(notWritten) }
      throw error
    }
  }

  /// In one file where the format holds it all, else in one per component.
  private func write(_ object: ExportedMap, refusedAsAWhole: Bool) throws -> [String] {
    guard refusedAsAWhole, object.isStack else {
      try demandFree(ExportCatalogue.writer(for: output).files(at: output))
      return try ExportCatalogue.write(object, to: output)
    }
    let place = URL(filePath: output)
    let stem = place.deletingPathExtension().relativePath
    let outputs = (0..<object.array.shape[0]).map { "\(stem)-\($0 + 1).\(place.pathExtension)" }
    for output in outputs { try demandFree(ExportCatalogue.writer(for: output).files(at: output)) }
    return try outputs.enumerated().flatMap { try ExportCatalogue.write(object.component($0), to: $1) }
  }
}
