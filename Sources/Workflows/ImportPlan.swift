import Blocks
import Formats
import Foundation
import Microscopy
import Store

/// What an import is going to do: the maps of its inputs with their names, known from the headers.
///
/// No file stays open, unless there is only one.
struct ImportPlan {
  struct PlannedFile {
    var path: String
    var reader: any FormatReader.Type
    /// The files that its maps are read from.
    var files: [String]
    /// Whether the user named it.
    var isNamed: Bool
    /// Those asked for.
    var maps: [PlannedMap]
    /// The maps in the file, asked for or not.
    var mapCount: Int
    /// All its maps, where it is the only file.
    var open: [Formats.ImportedMap]?
  }

  struct PlannedMap {
    var name = ""
    /// Its place among the maps of the file.
    var index: Int
    var suggestedName: String
    var kind: MapKind
    var axes: [Axis]
    var signalType: String
    /// degrees
    var tilt: Double?
    var type: ScalarType
    var byteCount: Int
    var notes: [String]
    /// What it is read from; the first can be read again to find the map at its place.
    var files: [String]

    init(_ map: Formats.ImportedMap, at index: Int, of file: String, isAlone: Bool) {
      self.index = index
      suggestedName = map.suggestedName
      kind = MapKind(map.metadata.axes)
      axes = map.metadata.axes
      signalType = map.metadata.signalType
      tilt = map.metadata.instrument.tiltAlpha
      type = map.type
      byteCount = map.array.byteCount
      notes = map.notes
      let others = map.files.filter { !$0.isSameFile(as: file) }
      files = isAlone && others.count < map.files.count ? map.files : [file] + others
    }

    var shape: [Int] { axes.map(\.size) }
  }

  private(set) var files: [PlannedFile] = []
  /// What was found and cannot be read.
  private(set) var skipped: [ImportFiles.Report.SkippedFile]

  var names: [String] { files.flatMap { $0.maps.map(\.name) } }

  /// Looks at the headers of all inputs.
  ///
  /// - Throws: `FormatError` for an input that the user named, or when nothing can be read; `OutputError` when the output is an
  ///   input; `WorkflowError`; `Stopped`.
  init(_ job: ImportFiles, _ observer: Observer) throws {
    let search = try InputSearch(job.inputs, output: job.output)
    skipped = search.skipped
    let only = search.candidates.count == 1
    for (number, candidate) in search.candidates.enumerated() {
      if observer.isStopped() { throw Stopped("nothing was imported") }
      if !only { observer.report(.init("Looking at the inputs", done: number, of: search.candidates.count, .items)) }
      if candidate.origin == .named {
        if job.output.isSameFile(as: candidate.path) {
          throw OutputError(
            StoreError(.invalid, file: job.output, "is an input too", advice: "Choose another file to write to."))
        }
        files.append(try Self.read(candidate, job, only))
      } else {
        do {
          guard let file = try Self.found(candidate, job, only) else { continue }
          files.append(file)
        } catch {
          skipped.append(.init(candidate.path, error))
        }
      }
    }
    leaveOutCompanions()
    if files.isEmpty { throw nothing(job) }
    try FormatCatalogue.demandUse(of: job.reading, by: files.map(\.reader), file: files[0].path)
    if let select = job.select {
      for index in files.indices { files[index].maps.removeAll { !select.contains($0.kind) } }
      files.removeAll(where: \.maps.isEmpty)
      if files.isEmpty {
        throw WorkflowError(
          "no map of the inputs is of the kind \(select.map(\.rawValue).sorted().joined(separator: ", "))",
          advice: "lamella import --dry-run says of what kind each map is.")
      }
    }
    giveNames(wished: job.name)
  }

  private static func read(_ candidate: InputSearch.Candidate, _ job: ImportFiles, _ keepsOpen: Bool) throws -> PlannedFile {
    try read(candidate, FormatCatalogue.reader(for: candidate.path, options: job.reading), job, keepsOpen)
  }

  /// A file that the user did not name; nil where it is of no format.
  private static func found(
    _ candidate: InputSearch.Candidate, _ job: ImportFiles, _ keepsOpen: Bool
  ) throws -> PlannedFile? {
    let isDescribed = job.reading.format != nil || job.reading.shape != nil || job.reading.type != nil
    if candidate.origin == .matched, isDescribed { return try read(candidate, job, keepsOpen) }
    guard let reader = try FormatCatalogue.readerOfFound(candidate.path, options: job.reading) else { return nil }
    if try Store.isStore(candidate.path) {
      throw WorkflowError("\(candidate.path): is a Lamella file already", advice: "Name it to import its maps.")
    }
    let file = try read(candidate, reader, job, keepsOpen)
    if let empty = file.maps.first(where: { $0.shape.contains(0) }) {
      throw WorkflowError("\(candidate.path): the array \(empty.suggestedName) is empty", advice: "Check the source.")
    }
    return file
  }

  private static func read(
    _ candidate: InputSearch.Candidate, _ reader: any FormatReader.Type, _ job: ImportFiles, _ keepsOpen: Bool
  ) throws -> PlannedFile {
    let maps = try FormatCatalogue.read(candidate.path, options: job.reading(by: reader))
    var files: [String] = []
    for file in maps.flatMap(\.files) where !files.contains(file) { files.append(file) }
    let planned = maps.enumerated().map { PlannedMap($1, at: $0, of: candidate.path, isAlone: maps.count == 1) }
    return PlannedFile(
      path: candidate.path, reader: reader, files: files.isEmpty ? [candidate.path] : files,
      isNamed: candidate.origin == .named, maps: planned, mapCount: maps.count, open: keepsOpen ? maps : nil)
  }

  /// Leaves out the files that were found and that another one is read from too, such as the .raw of an .rpl.
  ///
  /// Of files that name each other the one that names more of them stays, then the one whose ending the format is known by.
  private mutating func leaveOutCompanions() {
    func rank(_ index: Int) -> (Int, Int, Int, Int) {
      let file = files[index]
      let ending = URL(filePath: file.path).pathExtension.lowercased()
      return (file.isNamed ? 0 : 1, -file.files.count, file.reader.extensions.firstIndex(of: ending) ?? .max, index)
    }
    var taken: Set<FileIdentity> = []
    var kept: Set<Int> = []
    for index in files.indices.sorted(by: { rank($0) < rank($1) }) {
      let own = FileIdentity(files[index].path)
      guard files[index].isNamed || !taken.contains(own) else { continue }
      kept.insert(index)
      taken.insert(own)
      taken.formUnion(files[index].files.map { FileIdentity($0) })
    }
    files = files.indices.filter(kept.contains).map { files[$0] }
    skipped.removeAll { taken.contains(FileIdentity($0.file)) }
  }

  private func nothing(_ job: ImportFiles) -> WorkflowError {
    guard let first = skipped.first else {
      return WorkflowError(
        "\(job.inputs.joined(separator: ", ")): there is no file of any known format", advice: FormatCatalogue.supportedFormats)
    }
    let others = skipped.count == 1 ? "" : " (and \(skipped.count - 1) others)"
    return WorkflowError(
      "no file can be imported: \(first.file): \(first.problem)\(others)", advice: "Name a file by itself to learn more about it."
    )
  }

  private mutating func giveNames(wished: String?) {
    let names = MapName.names(
      of: files.map { file in
        MapName.Source(path: file.path, isAlone: file.mapCount == 1, suggestions: file.maps.map(\.suggestedName))
      }, wished: wished)
    for (file, own) in names.enumerated() {
      for (map, name) in own.enumerated() { files[file].maps[map].name = name }
    }
  }
}

extension String {
  var firstLine: String { split(separator: "\n").first.map(String.init) ?? self }
}
