internal import Blocks
internal import Microscopy

/// MRC and CCP4 files: images, stacks, tilt series, volumes and movies, with what extended headers say of their sections.
///
/// Beside the movies and images of Direct Electron cameras the settings of the camera are looked for; a scan is then a map.
public enum MRCReader: FormatReader {
  public static let name = "MRC"
  public static let extensions = ["mrc", "mrcs", "map", "ccp4", "st", "rec", "ali"]
  public static let summary =
    "Images, stacks, tilt series and volumes, and 4D-STEM movies of Direct Electron cameras with the settings beside them."
  public static let options: Set<ReadingOption> = []

  public static func recognises(_ path: String, firstBytes: [UInt8]) -> Bool { MRCHeader.recognises(firstBytes) }

  public static func read(_ path: String, options: ImportOptions) throws(FormatError) -> [ImportedMap] {
    let header = try MRCHeader(path)
    let info = try DirectElectronInfo(beside: path)
    var notes = info?.notes ?? []
    var records: MRCExtension?
    do throws(FormatError) {
      records = try MRCExtension(header)
    } catch {
      notes.append("The extended header was left out: \(error.problem).")
    }
    let values = try header.values(isUnsigned: info == nil ? nil : true)
    notes += values.notes
    var metadata: MapMetadata
    let array: any ArraySource
    if let info, !values.isColour {
      var layout: DirectElectronInfo.Layout
      if fileName(of: path).lowercased().hasSuffix("_movie.mrc") {
        layout = info.layout(of: values.array)
      } else {
        let (axes, found) = header.axes(pixel: nil, tilts: nil)
        layout = DirectElectronInfo.Layout(axes: axes, array: grid(values, axes), notes: found)
        info.calibrate(&layout, header.extents, isCamera: fileStem(of: path).hasSuffix("_final"))
      }
      notes += layout.notes
      metadata = MapMetadata(axes: layout.axes)
      array = layout.array
      info.describe(&metadata)
    } else {
      let (axes, found) = header.axes(pixel: records?.pixel, tilts: records?.tilts)
      notes += found
      metadata = MapMetadata(axes: axes)
      array = grid(values, axes)
    }
    if values.isColour { metadata.axes.append(Axis(name: "rgb", size: 3, role: .signal)) }
    metadata.originalFile = fileName(of: path)
    if let record = records?.first {
      record.describe(&metadata)
      // Each section of a tilt series has its own.
      if records?.tilts != nil { metadata.instrument.tiltAlpha = nil }
    } else if let records {
      records.describe(&metadata)
    }
    var vendor: [String: MetadataTree] = ["std_header": header.tree]
    if let records, !records.records.isEmpty { vendor["extended_header"] = .list(records.records) }
    if let info { vendor["de_metadata"] = info.tree }
    metadata.vendor = .dictionary(vendor)
    return [
      ImportedMap(
        suggestedName: fileStem(of: path), metadata: metadata, type: values.type, array: array, notes: notes,
        files: info.map { [path, $0.path] + ($0.positionsPath.map { [$0] } ?? []) } ?? [])
    ]
  }

  /// Sections as the axes have them: one section is an image.
  private static func grid(_ values: MRCHeader.Values, _ axes: [Axis]) -> any ArraySource {
    let grid = axes.dropLast(2).map(\.size)
    return grid.count == 1 ? values.array : FrameGrid(values.array, grid)
  }
}
