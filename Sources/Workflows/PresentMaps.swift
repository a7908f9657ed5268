import Formats
import Foundation
import Store

/// The maps of a file that an import would bring in once more: from the same files, read in the same way.
struct PresentMaps {
  private let store: Store
  private let output: String
  private let maps: [(map: Map, made: Provenance, record: ImportFiles.Record)]
  private var taken: Set<String> = []
  /// Whether files are those that were read; each is looked at once.
  private var known: [Question: Bool] = [:]

  private struct Question: Hashable {
    var input: Provenance.Input
    var started: String
    var path: String
  }

  /// - Throws: `StoreError` when the file cannot be read.
  init(in output: String) throws {
    self.output = output
    store = try Store.open(output)
    maps = try store.maps.compactMap { map in
      guard let made = try map.provenance, made.operation == "import" else { return nil }
      do {
        return (map, made, try made.parameters(as: ImportFiles.Record.self))
      } catch {
        // Of a version that kept others: it is not known to be the same.
        return nil
      }
    }
  }

  /// The name of a map that is in the file; the one of the name it would get first.
  ///
  /// A file that lies where it lay, with its size and a date before the import, is the same; others are read and compared by
  /// SHA-256.
  mutating func name(
    of map: ImportPlan.PlannedMap, _ record: ImportFiles.Record, _ observer: Observer
  ) throws -> String? {
    let likely = maps.filter { !taken.contains($0.map.name) && $0.record.readsTheSame(as: record) }
    for candidate in likely.filter({ $0.map.name == map.name }) + likely.filter({ $0.map.name != map.name }) {
      guard candidate.made.inputs.count == map.files.count else { continue }
      let isSame = try zip(candidate.made.inputs, map.files).allSatisfy { try self.isSame($0, candidate.made, $1, observer) }
      guard isSame else { continue }
      taken.insert(candidate.map.name)
      return candidate.map.name
    }
    return nil
  }

  private mutating func isSame(
    _ input: Provenance.Input, _ made: Provenance, _ path: String, _ observer: Observer
  ) throws -> Bool {
    let question = Question(input: input, started: made.started, path: path)
    if let answer = known[question] { return answer }
    let answer = try check(input, made, path, observer)
    known[question] = answer
    return answer
  }

  private func check(_ input: Provenance.Input, _ made: Provenance, _ path: String, _ observer: Observer) throws -> Bool {
    guard input.path == "/", let file = input.file else { return false }
    let identity = FileIdentity(path)
    let progress = observer.bytes("Reading \(path)")
    do {
      if FileIdentity(store.place(of: file)) == identity {
        let found = try store.check(input, of: made, .recorded, progress: progress)
        return found.state == .same && found.place.map { FileIdentity($0) } == identity
      }
      guard input.sha256 != nil, URL(filePath: file).lastPathComponent == URL(filePath: path).lastPathComponent
      else { return false }
      let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber
      guard input.size == nil || input.size == size?.intValue else { return false }
      return try Provenance.Input.wholeFile(path, progress: progress).sha256 == input.sha256
    } catch let error as StoreError where error.kind == .stopped {
      throw Stopped("\(output) is as it was")
    }
  }

  /// The maps of a series; nil where there is none of that name.
  func series(_ name: String) throws -> [String]? {
    try store.series.first { $0.name == name }.map { try $0.links }
  }

  func isWithoutResults(series name: String) throws -> Bool {
    let series = try store.series(name)
    return try series.results.isEmpty && series.unfinishedResults.isEmpty
  }

  func close() throws { try store.close() }
}
