import Blocks
public import Formats
import Foundation
import Microscopy
import Store

/// Brings the maps of files of any supported format into one Lamella file.
public struct ImportFiles: Sendable {
  public var inputs: [String]
  public var output: String
  /// The map's name; several maps are numbered from it. Taken from the files when nil.
  public var name: String?
  /// What the user says about the inputs that they do not say themselves.
  public var reading = Formats.ImportOptions()
  public var storage = StorageOptions()
  public var note = ""
  /// Whether the output is written in transactions; not so only to measure what they cost.
  var isJournalled = true

  public init(_ inputs: [String], output: String, name: String? = nil) {
    self.inputs = inputs
    self.output = output
    self.name = name
  }

  public struct Report: Codable, Hashable, Sendable {
    public struct ImportedMap: Codable, Hashable, Sendable {
      public var name: String
      /// The file it came from.
      public var source: String
      public var format: String
      public var shape: [Int]
      public var dtype: String
      public var bytes: Int
      public var digest: String?
      public var seconds: Double
      /// What the reader had to decide or leave out.
      public var notes: [String]
    }

    public var file: String
    public var maps: [ImportedMap]
  }

  /// A map that was found in an input, with the name it gets.
  struct Planned {
    var name: String
    var input: String
    var format: String
    var map: Formats.ImportedMap
    /// Its place among the maps of the input; nil when it is the only one.
    var member: Int?
  }

  /// Reads every input's header before it writes anything.
  ///
  /// - Throws: `FormatError` for the inputs, `OutputError` for the output, `Stopped`; maps that were finished before
  ///   that stay in the output.
  public func run(_ observer: Observer = .silent) throws -> Report {
    let planned = try plan()
    var file = try OutputFile(
      output, newMaps: planned.map(\.name), advice: "Give the new map another name with --name.", isJournalled: isJournalled)
    var report = Report(file: output, maps: [])
    var sources: [String: SourceDigest] = [:]
    do {
      for item in planned {
        report.maps.append(
          try add(item, to: file.store, &sources, finished: report.maps.map(\.name), observer))
        try file.commit(observer)
      }
      try file.close(observer)
    } catch {
      file.abandon(planned.map(\.name))
      throw error
    }
    return report
  }

  private func plan() throws -> [Planned] {
    var found: [Planned] = []
    for input in inputs {
      if output.isSameFile(as: input) {
        throw OutputError(
          StoreError(.invalid, file: output, "is an input too", advice: "Choose another file to write to."))
      }
      let reader = try FormatCatalogue.reader(for: input, options: reading)
      let maps = try FormatCatalogue.read(input, options: reading)
      let stem = URL(filePath: input).deletingPathExtension().lastPathComponent
      found += maps.enumerated().map { index, map in
        Planned(
          name: name ?? MapName.from(maps.count == 1 ? stem : map.suggestedName), input: input,
          format: reader.name, map: map, member: maps.count == 1 ? nil : index)
      }
    }
    for (index, name) in MapName.distinct(found.map(\.name)).enumerated() { found[index].name = name }
    return found
  }

  /// - Parameter sources: the files that are hashed meanwhile; several maps may be in one.
  private func add(
    _ item: Planned, to store: Store, _ sources: inout [String: SourceDigest], finished: [String],
    _ observer: Observer
  ) throws -> Report.ImportedMap {
    let start = ContinuousClock.now
    let record = Record(format: item.format, member: item.member, options: reading, storage: storage)
    let made = try Provenance(operation: "import", parameters: record, note: note)
    do throws(StoreError) {
      let paths = item.map.files.isEmpty ? [item.input] : item.map.files
      // Of a file that is nothing but the values, their digest is the file's.
      let bare = (item.map.array as? StridedFile).flatMap { $0.isWholeFile ? $0.bytes.path : nil }
      for path in paths where path != bare && sources[path] == nil { sources[path] = SourceDigest(path, observer) }
      let known = sources
      let watch = observer.bytes("Importing \(item.name)")
      let map = try store.addMap(
        item.name, metadata: item.map.metadata, type: item.map.type, array: item.map.array,
        options: storage.forStore, made: made,
        completing: { made, digest in
          made.inputs = try paths.map { path in
            var input = Provenance.Input(path: "/", sha256: digest, size: item.map.array.byteCount)
            if path != bare, let source = known[path] { input = try source.get() }
            input.file = path.named(from: output)
            return input
          }
        },
        progress: { done, total in
          for source in known.values { source.follow(done, of: total) }
          return watch(done, total)
        })
      return Report.ImportedMap(
        name: item.name, source: item.input, format: item.format, shape: map.shape, dtype: map.type.rawValue,
        bytes: item.map.array.byteCount, digest: try map.digest,
        seconds: start.duration(to: .now) / .seconds(1),
        notes: item.map.notes)
    } catch {
      switch error.kind {
      case .source: throw error
      case .invalid:
        // The array is at fault, not the place it should go to.
        var error = error
        error.file = item.input
        error.path = "/"
        throw error
      case .stopped:
        let kept = finished.isEmpty ? "" : "; finished before: \(finished.joined(separator: ", "))"
        throw Stopped("nothing of the map \(item.name) is in \(output)\(kept)")
      default: throw OutputError(error)
      }
    }
  }

  /// The parameters of an import, as its provenance keeps them.
  struct Record: Codable {
    var format: String
    /// Which map of the file it is, counted from 0, where the file holds several.
    var member: Int?
    var shape: [Int]?
    var dtype: String?
    var byteOrder: String?
    var offset: Int?
    var axes: [AxisDescription]?
    var dataset: String?
    var followsForeignLinks: Bool?
    var frames: Range<Int>?
    var keepsFrames: Bool?
    var separatesDetectors: Bool?
    var correctsDrift: Bool?
    var downsampling: Int?
    var energyCutoff: Double?
    var storage: StorageOptions

    init(format: String, member: Int?, options: Formats.ImportOptions, storage: StorageOptions) {
      self.format = format
      self.member = member
      shape = options.shape
      dtype = options.type?.rawValue
      byteOrder = options.byteOrder.map { "\($0)" }
      offset = options.offset
      axes = options.axes
      dataset = options.dataset
      followsForeignLinks = options.followsForeignLinks ? true : nil
      frames = options.frames
      keepsFrames = options.keepsFrames ? true : nil
      separatesDetectors = options.separatesDetectors ? true : nil
      correctsDrift = options.correctsDrift ? true : nil
      downsampling = options.downsampling == 1 ? nil : options.downsampling
      energyCutoff = options.energyCutoff
      self.storage = storage
    }
  }
}
