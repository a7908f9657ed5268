import Blocks
import Formats
import Foundation
import Microscopy
import Store

/// The doing of an import that was planned.
struct ImportRun {
  let job: ImportFiles
  let plan: ImportPlan
  let members: SeriesPlan?
  let observer: Observer
  /// The names of the maps that are in the output already, by file and map.
  var present: [[String?]]
  /// Whether the series is there as it should be.
  private var hasSeries = false
  /// Whether some of its maps are missing in it.
  private var isSeriesPartial = false
  var report: ImportFiles.Report
  var progress: JobProgress

  /// Looks at the output.
  ///
  /// - Throws: `OutputError`, `Stopped`.
  init(_ job: ImportFiles, _ plan: ImportPlan, _ members: SeriesPlan?, _ observer: Observer) throws {
    self.job = job
    self.plan = plan
    self.members = members
    self.observer = observer
    report = .init(file: job.output, dryRun: job.isRehearsal, maps: [], present: [], skipped: plan.skipped)
    present = plan.files.map { $0.maps.map { _ in nil } }
    progress = JobProgress(observer)
    if FileManager.default.fileExists(atPath: job.output) {
      try writing { _ = try OutputFile.demandStore(job.output) }
      if job.resumes || members != nil { try writing { try lookForPresent() } }
      try writing { try OutputFile.demandUnused(newNames, in: job.output, advice: advice) }
    }
    let bytes = plan.files.indices.map { file in
      plan.files[file].maps.indices.reduce(0) { sum, map in
        let size = plan.files[file].maps[map].byteCount
        return sum + (present[file][map] == nil ? size : 0) + (job.verifies ? size : 0)
      }
    }
    progress.total = bytes.reduce(0, +)
    progress.maps = job.verifies ? plan.names.count : newNames.count
  }

  private var newNames: [String] {
    plan.files.indices.flatMap { file in
      plan.files[file].maps.indices.compactMap { present[file][$0] == nil ? plan.files[file].maps[$0].name : nil }
    }
  }

  private var advice: String {
    job.resumes
      ? "It is not of the same file, read in the same way: give the new map another name with --name."
      : "Give the new map another name with --name, or go on with an import that was cut off with --resume."
  }

  private mutating func lookForPresent() throws {
    var there = try PresentMaps(in: job.output)
    if job.resumes {
      for (number, file) in plan.files.enumerated() {
        for (index, map) in file.maps.enumerated() {
          present[number][index] = try there.name(of: map, record(file, map), observer)
        }
      }
    }
    if let members, let links = try there.series(members.name) {
      let planned = seriesMaps(members)
      // What could not be read before comes in where it belongs, if nothing was made of the series yet.
      isSeriesPartial = job.resumes && links != planned && planned.filter(links.contains) == links
      let isExtensible = try isSeriesPartial && there.isWithoutResults(series: members.name)
      guard job.resumes, links == planned || isExtensible else {
        throw StoreError(
          .exists, file: job.output, path: "/series/\(members.name)", "there is a series of that name already",
          advice: "Give the new series another name with --series, or remove that one first.")
      }
      hasSeries = !isSeriesPartial
    }
    try there.close()
  }

  func name(_ file: Int, _ map: Int) -> String { present[file][map] ?? plan.files[file].maps[map].name }

  private func seriesMaps(_ members: SeriesPlan) -> [String] { members.members.map { name($0.file, $0.map) } }

  private func record(_ file: ImportPlan.PlannedFile, _ map: ImportPlan.PlannedMap) -> ImportFiles.Record {
    .init(
      format: file.reader.name, member: file.mapCount == 1 ? nil : map.index, options: job.reading, storage: job.storage)
  }

  /// Says what would be done.
  mutating func rehearse() -> ImportFiles.Report {
    for (number, file) in plan.files.enumerated() {
      for (index, map) in file.maps.enumerated() {
        if let name = present[number][index] {
          report.present.append(.init(name: name, source: file.path))
        } else {
          report.maps.append(described(map, of: file))
        }
      }
    }
    if let members { report.series = described(members, seriesMaps(members)) }
    return report
  }

  mutating func run() throws -> ImportFiles.Report {
    let isNothingNew = newNames.isEmpty && (members == nil || hasSeries)
    if isNothingNew {
      for number in plan.files.indices {
        do { try verifyPresent(number) } catch let failure as SourceFailure {
          guard !plan.files[number].isNamed else { throw failure.cause }
          report.skipped.append(.init(plan.files[number].path, failure.cause))
        }
      }
      if let members { report.series = described(members, seriesMaps(members)) }
      return report
    }
    var file = try OutputFile(job.output, newMaps: newNames, advice: advice, isJournalled: job.isJournalled)
    do {
      var failures: [any Error] = []
      for number in plan.files.indices {
        do {
          try bringIn(number, &file)
        } catch let failure as SourceFailure {
          guard !plan.files[number].isNamed else { throw failure.cause }
          failures.append(failure.cause)
          report.skipped.append(.init(plan.files[number].path, failure.cause))
        }
      }
      if report.maps.isEmpty, report.present.isEmpty, let first = failures.first { throw first }
      try addSeries(to: file.store)
      try file.close(observer)
    } catch {
      file.abandon(newNames)
      throw error
    }
    return report
  }

  /// What is wrong with an input, so that others may be imported all the same.
  struct SourceFailure: Error { var cause: any Error }

  private mutating func bringIn(_ number: Int, _ output: inout OutputFile) throws {
    let file = plan.files[number]
    guard present[number].contains(nil) else { return try verifyPresent(number) }
    let maps: [Formats.ImportedMap]
    do {
      maps = try open(file)
    } catch {
      progress.skip(file.maps.reduce(0) { $0 + $1.byteCount })
      throw SourceFailure(cause: error)
    }
    var sources: [String: SourceDigest] = [:]
    for (index, map) in file.maps.enumerated() {
      guard present[number][index] == nil else { continue }
      var added = try add(map, maps[map.index], of: file, to: output.store, &sources)
      try output.commit(observer)
      if job.verifies { (added.verified, added.mismatch) = try verify(map.name, map, maps[map.index], of: file) }
      report.maps.append(added)
    }
    try verifyPresent(number, maps)
  }

  /// The maps of a file whose turn has come.
  func open(_ file: ImportPlan.PlannedFile) throws -> [Formats.ImportedMap] {
    if let maps = file.open { return maps }
    let maps = try FormatCatalogue.read(file.path, options: job.reading(by: file.reader))
    let isAsPlanned =
      maps.count == file.mapCount
      && file.maps.allSatisfy { maps[$0.index].metadata.shape == $0.shape && maps[$0.index].type == $0.type }
    guard isAsPlanned else {
      throw WorkflowError("\(file.path): changed while other files were imported", advice: "Import it when it is complete.")
    }
    return maps
  }

  /// - Parameter sources: the files that are hashed meanwhile; several maps may be in one.
  private mutating func add(
    _ planned: ImportPlan.PlannedMap, _ map: Formats.ImportedMap, of file: ImportPlan.PlannedFile, to store: Store,
    _ sources: inout [String: SourceDigest]
  ) throws -> ImportFiles.Report.ImportedMap {
    let start = ContinuousClock.now
    let made = try Provenance(operation: "import", parameters: record(file, planned), note: job.note)
    let finished = report.maps.map(\.name)
    let array = SourceArray(map.array, file: file.path)
    progress.begin(planned.name, byteCount: planned.byteCount)
    do throws(StoreError) {
      let paths = planned.files
      // Of a file that is nothing but the values, their digest is the file's.
      let bare = (map.array as? StridedFile).flatMap { $0.isWholeFile ? $0.bytes.path : nil }
      for path in paths where path != bare && sources[path] == nil { sources[path] = SourceDigest(path, observer) }
      let known = sources
      let watch = progress.callback
      let output = job.output
      let added = try store.addMap(
        planned.name, metadata: map.metadata, type: map.type, array: array, options: job.storage.forStore, made: made,
        completing: { made, digest in
          made.inputs = try paths.map { path in
            var input = Provenance.Input(path: "/", sha256: digest, size: map.array.byteCount)
            if path != bare, let source = known[path] { input = try source.get() }
            input.file = path.named(from: output)
            return input
          }
        },
        progress: { done, total in
          for source in known.values { source.follow(done, of: total) }
          return watch(done, total)
        })
      progress.end()
      var result = described(planned, of: file)
      result.digest = try added.digest
      result.seconds = start.duration(to: .now) / .seconds(1)
      return result
    } catch {
      switch error.kind {
      case .source:
        progress.end()
        throw SourceFailure(cause: array.failure ?? error)
      case .invalid:
        // The array is at fault, not the place it should go to.
        var error = error
        error.file = file.path
        error.path = "/"
        progress.end()
        throw SourceFailure(cause: error)
      case .stopped: throw Stopped("nothing of the map \(planned.name) is in \(job.output)\(Self.kept(finished))")
      default: throw OutputError(error)
      }
    }
  }

  /// What stays of an import that is stopped.
  private static func kept(_ finished: [String]) -> String {
    if finished.isEmpty { return "" }
    let names = finished.count > 5 ? "\(finished.count) maps" : finished.joined(separator: ", ")
    return "; finished before: \(names); the same command with --resume goes on"
  }

  private func described(_ map: ImportPlan.PlannedMap, of file: ImportPlan.PlannedFile) -> ImportFiles.Report.ImportedMap {
    .init(
      name: map.name, source: file.path, format: file.reader.name, kind: map.kind, shape: map.shape, dtype: map.type.rawValue,
      bytes: map.byteCount, seconds: 0, notes: map.notes)
  }

  private func described(_ members: SeriesPlan, _ maps: [String]) -> ImportFiles.Report.SeriesOfMaps {
    let tilts = members.members.filter { maps.contains(name($0.file, $0.map)) }.map { plan.files[$0.file].maps[$0.map].tilt }
    return .init(name: members.name, maps: maps, tiltAlpha: Set(tilts).count > 1 ? tilts : nil)
  }

  /// Makes the series of the maps that came in.
  private mutating func addSeries(to store: Store) throws {
    guard let members else { return }
    let there = Set(report.maps.map(\.name) + report.present.map(\.name))
    let maps = seriesMaps(members).filter(there.contains)
    if maps.isEmpty { return }
    if !hasSeries {
      try writing {
        if isSeriesPartial { try store.removeSeries(members.name) }
        _ = try store.addSeries(members.name, maps.map { .init($0) })
      }
    }
    report.series = described(members, maps)
  }
}
