internal import Foundation
internal import HDF5
internal import Microscopy

extension Store {
  /// Writes a file of the same content, without the free space and the leftovers of this one.
  ///
  /// Values with a digest are read and compared with it before they count as copied; where their chunks change they go through
  /// the pipeline of imports, within the memory of the options. All else is copied as it is: attributes, hard, soft and external
  /// links, named datatypes, references, datasets of other programs. When anything fails nothing of the copy is left.
  ///
  /// - Parameters:
  ///   - path: replaced where it exists, so a name aside of the one that is meant.
  ///   - progress: takes the bytes of values with a digest done and their total.
  ///   - adding: writes into the copy before it is closed.
  /// - Throws: `damaged` naming the first dataset that does not match its digest; `stopped`.
  public func copy(
    to path: String, _ options: CopyOptions = .init(), progress: ProgressCallback? = nil,
    adding: (_ copy: Store, _ report: CopyReport) throws -> Void = { _, _ in }
  ) throws(StoreError) -> CopyReport {
    do {
      return try guarded(self.path) {
        try FreeSpace.require(try file.byteCount(), for: path)
        let target = try blaming(path) { try File.create(path, replacing: true, access: Store.access) }
        var copying = try FileCopying(self, to: target, options, progress)
        return try blaming(path) {
          let report = try copying.run()
          let copy = Store(path: path, mode: .writing, file: target)
          try adding(copy, report)
          try copy.close()
          return report
        }
      }
    } catch {
      unsafe unlink(path)
      throw error
    }
  }

  /// Lays what fails in a file that is written at that file's door.
  private func blaming<Value>(_ path: String, _ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as HDF5Error where error.object.hasPrefix(path) {
      throw StoreError(error, file: path, path: "/")
    }
  }
}

/// The steps of a copy.
private struct FileCopying {
  let source: Store
  let target: File
  let options: CopyOptions
  let progress: ProgressCallback?
  let copy: FileCopy
  /// The maps by the identity of their values.
  let maps: [ObjectIdentity: Map]
  let unfinishedMaps: Set<String>
  /// Bytes of the values with a digest.
  let total: Int
  var done = 0
  var report = CopyReport()

  init(_ source: Store, to target: File, _ options: CopyOptions, _ progress: ProgressCallback?) throws {
    self.source = source
    self.target = target
    self.options = options
    self.progress = progress
    let maps = try source.maps
    self.maps = try Dictionary(maps.map { (try $0.dataset.identity, $0) }, uniquingKeysWith: { first, _ in first })
    if case .extents(let extents) = options.chunks, !maps.contains(where: { $0.shape.count == extents.count }) {
      throw StoreError(
        .invalid, file: source.path, "chunks of \(extents.count) dimensions fit no map of this file",
        advice: maps.isEmpty ? nil : "There are: \(maps.map { "\($0.name) \($0.shape)" }.joined(separator: ", ")).")
    }
    let root = try source.root
    unfinishedMaps = Set(try source.unfinishedMapNames)
    var total = 0
    try root.visit { (_, node) throws(HDF5Error) in
      guard case .dataset(let dataset) = node, try dataset.attributes.contains(FileLayout.digestAttribute) else {
        return .proceed
      }
      // The total is only shown.
      total &+= max(1, dataset.type.size) &* (try dataset.space.checkedCount ?? 0)
      return .proceed
    }
    self.total = total
    copy = try FileCopy(from: source.file, to: target)
  }

  mutating func run() throws -> CopyReport {
    var waiting = [(from: try source.root, to: try target.root)]
    while let (from, to) = waiting.popLast() {
      var inner: [(from: Group, to: Group)] = []
      for link in try from.links(.creation) {
        if try isChecksums(link, of: from) { continue }
        let place = from.path == "/" ? "/\(link.name)" : "\(from.path)/\(link.name)"
        if let reason = try reasonToLeaveOut(link, of: from) {
          report.leftOut.append(Problem(place, reason))
          continue
        }
        if case .external(let file, let path) = link.target {
          report.outside.append(Problem(place, "leads to \(path) of \(file)"))
        }
        if try copy.relink(link, in: to) { continue }
        switch try from.open(link) {
        case .group(let group): inner.append((group, try copy.copy(group, as: link, in: to)))
        case .dataset(let dataset): try copyDataset(dataset, as: link, in: to)
        // Named datatypes were copied before all else.
        case .datatype: continue
        }
      }
      waiting += inner.reversed()
    }
    try copy.finish()
    return report
  }

  /// Checksums go with the arrays that they are of, so that none is left over.
  private func isChecksums(_ link: Link, of group: Group) throws -> Bool {
    guard case .hard = link.target, group.path == "/", link.name == FileLayout.checksums,
      case .group(let folder) = try group.open(link)
    else { return false }
    return try folder.kind() != .map
  }

  /// Keeps the checksums of the chunks of a dataset that was copied as it is.
  private func copyChecksums(of dataset: Dataset, digest: String) throws {
    guard let grid = try dataset.chunkGrid(), grid.count > 1 else { return }
    if let checksums = try grid.checksums(digest: digest, in: source.file) {
      try grid.keep(checksums, digest: digest, in: target)
    } else if options.isForKeeping,
      let checksums = try dataset.computeChecksums(threads: options.threads, proceeds: { progress?(done, total) != .stop })
    {
      try grid.keep(checksums, digest: digest, in: target)
    }
  }

  /// Why a link stays behind; nil when it is copied.
  private func reasonToLeaveOut(_ link: Link, of group: Group) throws -> String? {
    guard case .hard = link.target else { return nil }
    if link.name.hasPrefix("."), isFolderOfObjects(group.path) { return "was being written when a program ended" }
    guard options.isForKeeping else { return nil }
    let isMap = group.path == "/" || group.path == "/\(FileLayout.experiments)"
    if isMap, unfinishedMaps.contains(link.name) { return "its import was never finished" }
    if group.path.hasSuffix("/\(FileLayout.results)"), isFolderOfObjects(group.path),
      case .group(let result) = try group.open(link), try result.kind() == .result, try !result.isComplete()
    {
      return "its making was never finished"
    }
    return nil
  }

  /// Whether a path is one where objects of ours lie side by side, and a name with a dot is a leftover.
  private func isFolderOfObjects(_ path: String) -> Bool {
    let words = path.split(separator: "/").map(String.init)
    switch words.count {
    case 0: return true
    case 1: return [FileLayout.experiments, FileLayout.series, FileLayout.models].contains(words[0])
    case 2: return [FileLayout.images, FileLayout.masks, FileLayout.results].contains(words[1])
    case 3: return words[0] == FileLayout.series && words[2] == FileLayout.results
    default: return false
    }
  }

  private mutating func copyDataset(_ dataset: Dataset, as link: Link, in group: Group) throws {
    guard let digest: String = try dataset.attributes.readIfPresent(FileLayout.digestAttribute) else {
      report.withoutDigest += 1
      return try copy.copy(dataset, as: link, in: group)
    }
    let found: String?
    if let chunks = try newChunks(of: dataset) {
      let reader = try DatasetReader(dataset)
      let axes = try maps[dataset.identity]?.axes ?? []
      let written = try group.stream(
        reader, name: link.name, type: reader.type, axes: axes, options: options.forImport(chunks: chunks)
      ) { [done, total, progress] bytes, _ in progress?(done &+ bytes, total) ?? .proceed }
      found = try written.attributes.read(FileLayout.digestAttribute)
      try copy.take(written, asCopyOf: dataset, without: { _ in false })
      report.rewritten += 1
    } else {
      found = try DatasetDigest(dataset).compute(memory: options.memory, threads: options.threads) {
        [done, total, progress] bytes in progress?(done &+ bytes, total) != .stop
      }
      try copy.copy(dataset, as: link, in: group)
      if found == digest { try copyChecksums(of: dataset, digest: digest) }
    }
    guard found == digest else {
      throw StoreError(
        .damaged, file: source.path, path: dataset.path,
        "the values have changed since they were written: their SHA-256 is \(found ?? "unknown"), not \(digest)",
        advice: "Take the file from a backup; lamella verify lists what else has changed.")
    }
    report.compared += 1
    done &+= try dataset.byteCount()
    guard progress?(done, total) != .stop else { throw CancellationError() }
  }

  /// The chunks that a dataset is to have; nil when it is copied as it is stored.
  private func newChunks(of dataset: Dataset) throws -> [Int]? {
    guard let type = ScalarType(dataset.type), let stored = dataset.chunkShape else { return nil }
    let space = try dataset.space
    // What can grow is another program's, which may count on it.
    guard !space.shape.contains(0), space.maxShape == space.shape.map(Optional.some) else { return nil }
    var chunks = stored
    if let map = maps[try dataset.identity] {
      switch options.chunks {
      case .asStored: break
      case .chosen: chunks = ChunkShape.choose(axes: map.axes, elementSize: type.size)
      case .extents(let extents) where extents.count == map.shape.count:
        chunks = zip(extents, map.shape).map { min($0, $1) }
      case .extents: break
      }
    }
    if chunks == stored {
      guard let level = options.level, dataset.filters != .standard(level: min(level, 9)) || level > 9 else { return nil }
      guard ChunkShape.problem(chunks, shape: space.shape, elementSize: type.size) == nil else { return nil }
    }
    return chunks
  }
}
