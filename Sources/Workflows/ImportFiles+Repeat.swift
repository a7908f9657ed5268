import Formats
import Microscopy
import Store

extension ImportFiles: RepeatableMap {
  static func again(_ made: Provenance, for map: Map, inputs: [InputCheck]) throws -> RepeatedMap {
    let record = try made.repeatable(Record.self, of: map.path)
    guard let first = inputs.first else {
      throw WorkflowError("\(map.path): no file is kept that it was imported from", advice: "Import it anew.")
    }
    guard let place = first.place else {
      throw WorkflowError(
        "\(map.path) cannot be imported again: \(first.file ?? first.path) is neither where it was nor beside \(map.store.path)",
        advice: "Say where it is with --source.")
    }
    let maps = try FormatCatalogue.read(place, options: record.reading)
    let found = record.member.flatMap { maps.indices.contains($0) ? maps[$0] : nil } ?? likeliest(maps, map)
    guard let found else {
      throw WorkflowError("\(place) holds no map", advice: "Say with --source where \(map.path) was imported from.")
    }
    return RepeatedMap(axes: found.metadata.axes, type: found.type, array: found.array)
  }

  /// Which map of a file was imported, where that was not kept: of those of its shape and type the one of its name.
  private static func likeliest(_ maps: [Formats.ImportedMap], _ map: Map) -> Formats.ImportedMap? {
    let fitting = maps.filter { $0.metadata.shape == map.shape && $0.type == map.type }
    return fitting.first { MapName.from($0.suggestedName) == map.name } ?? fitting.first ?? maps.first
  }
}

extension ImportFiles.Record {
  /// What the user said about the file.
  var reading: Formats.ImportOptions {
    var options = Formats.ImportOptions()
    options.format = format
    options.shape = shape
    options.type = dtype.flatMap(ScalarType.init(rawValue:))
    options.byteOrder = byteOrder.flatMap(ByteOrder.init(rawValue:))
    options.offset = offset
    options.axes = axes
    options.dataset = dataset
    options.followsForeignLinks = followsForeignLinks ?? false
    options.frames = frames
    options.keepsFrames = keepsFrames ?? false
    options.separatesDetectors = separatesDetectors ?? false
    options.correctsDrift = correctsDrift ?? false
    options.downsampling = downsampling ?? 1
    options.energyCutoff = energyCutoff
    return options
  }
}
