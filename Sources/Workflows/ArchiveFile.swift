import Foundation
import Microscopy
public import Store

/// Writes a file anew for keeping: every digest compared, read back, with a manifest inside and beside it and an RO-Crate.
public struct ArchiveFile: Sendable {
  public var file: String
  public var output: String
  public var layout: CopyOptions
  /// An address or a text; nil where none is to be stated.
  public var license: String?

  public init(_ file: String, output: String) {
    self.file = file
    self.output = output
    layout = CopyOptions()
    layout.chunks = .chosen
    layout.isForKeeping = true
  }

  public struct Report: Codable, Hashable, Sendable {
    public var file: String
    public var archive: String
    public var manifest: String
    public var crate: String
    public var bytesBefore: Int
    public var bytes: Int
    /// Of the whole archive.
    public var sha256: String
    public var content: CopyReport
    public var metadata: [Completeness]
  }

  /// The manifest beside the archive.
  private var manifestPath: String { output + ".manifest.txt" }
  private var folder: URL { URL(filePath: output).absoluteURL.deletingLastPathComponent() }
  private var cratePath: String { folder.appending(path: ResearchCrate.fileName).path(percentEncoded: false) }
  private var name: String { URL(filePath: output).lastPathComponent }

  /// - Throws: `StoreError` when something is wrong with the file, naming a dataset that does not match its digest;
  ///   `OutputError`; `Stopped`. No file is left that was not finished.
  public func run(_ observer: Observer = .silent) throws -> Report {
    let date = Date().formatted(.iso8601)
    var crate = try writing { try checkOutput(date: date) }
    let store = try Store.open(file)
    let before = try FileStatus(file)
    var manifest = ArchiveManifest(
      name: name, source: URL(filePath: file).lastPathComponent, date: date, inventory: [], completeness: [],
      content: CopyReport())
    let copy = VerifiedCopy(source: store, path: output, options: layout)
    let content = try copy.write(observer) { copy, report in
      manifest.content = report
      manifest.inventory = try copy.inventory
      manifest.completeness = try copy.completeness
      try copy.setManifest(manifest.text)
    }
    try store.close()
    let manifestAside = manifestPath.makeAside()
    let crateAside = cratePath.makeAside()
    var made = [copy.aside, manifestAside, crateAside]
    do {
      let whole = try hash(copy.aside, observer)
      manifest.file = whole
      try Data(manifest.text.utf8).write(to: URL(filePath: manifestAside))
      let text = try hash(manifestAside, observer)
      let archive = try Store.open(copy.aside)
      try crate.add(archive, named: name, bytes: whole.bytes, sha256: whole.sha256)
      try archive.close()
      crate.addFile(
        name + ".manifest.txt", bytes: text.bytes, sha256: text.sha256,
        ["encodingFormat": "text/plain", "description": .text("What \(name) holds, with the digest of every dataset")])
      let entities = try crate.json()
      try entities.write(to: URL(filePath: crateAside))
      // The archive comes last: until it is there, the same command begins anew.
      try manifestAside.takePlace(of: manifestPath)
      made.append(manifestPath)
      try crateAside.takePlace(of: cratePath)
      try copy.aside.takePlace(of: output, replacing: false)
      return Report(
        file: file, archive: output, manifest: manifestPath, crate: cratePath, bytesBefore: before.bytes,
        bytes: whole.bytes, sha256: whole.sha256, content: content, metadata: manifest.completeness)
    } catch {
      for path in made { unsafe unlink(path) }
      throw error is Stopped ? error : OutputError(error)
    }
  }

  /// Refuses before anything is written; answers the crate that the archive goes into.
  private func checkOutput(date: String) throws -> ResearchCrate {
    for path in [output, manifestPath] where FileManager.default.fileExists(atPath: path) {
      // What an archive left that was cut off before it was in its place.
      if path == manifestPath, try ArchiveManifest.isManifest(path, of: name) { continue }
      throw StoreError(
        .exists, file: path, path.isSameFile(as: file) ? "is the file to archive" : "is there already",
        advice: "Choose another file to write to.")
    }
    guard FileManager.default.fileExists(atPath: cratePath) else {
      return ResearchCrate(folderName: folder.lastPathComponent, date: date, license: license)
    }
    var crate = try ResearchCrate(reading: cratePath)
    try crate.update(date: date, license: license, at: cratePath)
    return crate
  }

  private func hash(_ path: String, _ observer: Observer) throws -> (bytes: Int, sha256: String) {
    do {
      let whole = try Provenance.Input.wholeFile(path, progress: observer.bytes("Hashing \(output)"))
      guard let sha256 = whole.sha256, let bytes = whole.size else {
        throw StoreError(.file, file: path, "its SHA-256 could not be computed")
      }
      return (bytes, sha256)
    } catch let error as StoreError where error.kind == .stopped {
      throw Stopped("\(file) is as it was, and nothing else was written")
    }
  }
}

/// Says what a curator would miss in the metadata of a file.
public struct CheckCompleteness: Sendable {
  public var file: String

  public init(_ file: String) { self.file = file }

  public struct Report: Codable, Hashable, Sendable {
    public var file: String
    public var complete: Bool
    public var metadata: [Completeness]
  }

  public func run() throws -> Report {
    let store = try Store.open(file)
    let metadata = try store.completeness
    try store.close()
    return Report(file: file, complete: metadata.allSatisfy { $0.missing.isEmpty }, metadata: metadata)
  }
}
