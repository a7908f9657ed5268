internal import Microscopy

/// Files of JEOL's Analysis Station: projects (.ASW), point lists (.pts), maps, images, spectra and previews.
///
/// A project gives the maps of all its files. Point lists are streams of events: their cubes are decoded part by part.
public enum JEOLReader: FormatReader {
  public static let name = "JEOL Analysis Station"
  public static let extensions = ["asw", "pts", "eds", "map", "img", "apb"]
  public static let summary =
    "Projects of Analysis Station: X-ray scans with their frames, element maps, images and spectra, together or each alone."
  public static let options: Set<ReadingOption> = [.frames, .keepsFrames, .correctsDrift, .followsLinks]

  /// Files that are left out with the reason; further ones are named or counted.
  private static let maximalRefusals = 8

  private enum Kind { case project, points, image, spectrum, preview }

  private static func kind(_ firstBytes: [UInt8]) -> Kind? {
    if firstBytes.starts(with: JEOLPoints.signature) { return .points }
    if firstBytes.starts(with: JEOLImage.signature) { return .image }
    if firstBytes.starts(with: JEOLPreview.signature) { return .preview }
    if JEOLProject.recognises(firstBytes) { return .project }
    return JEOLSpectrum.recognises(firstBytes) ? .spectrum : nil
  }

  public static func recognises(_ path: String, firstBytes: [UInt8]) -> Bool { kind(firstBytes) != nil }

  public static func read(_ path: String, options: ImportOptions) throws(FormatError) -> [ImportedMap] {
    let file = try FileBytes(path, format: name)
    if kind(try file.read(upTo: FormatCatalogue.firstByteCount)) == .project {
      return try read(try JEOLProject(file), options)
    }
    return try read(file, options).maps
  }

  /// The maps of a file that is no project, and the group of files that it belongs to.
  private static func read(
    _ file: FileBytes, _ options: ImportOptions
  ) throws(FormatError) -> (maps: [ImportedMap], group: String) {
    switch kind(try file.read(upTo: FormatCatalogue.firstByteCount)) {
    case .points:
      let points = try JEOLPoints(file)
      return (try points.maps(options), points.group)
    case .image:
      let image = try JEOLImage(file)
      return (try image.maps(), image.group)
    case .preview:
      let preview = try JEOLPreview(file)
      return (try preview.maps(), preview.group)
    case .spectrum: return ([try JEOLSpectrum(file).map()], "")
    case .project:
      throw FormatError(
        name, file: file.path, offset: 0, "a project lies in a project", advice: "Read the inner project by itself.")
    case nil:
      throw FormatError(
        name, file: file.path, offset: 0, "the file is of no kind that Analysis Station writes",
        advice: "Projects (.ASW), point lists (.pts), maps, images, spectra (.eds) and previews (.apb) can be read.")
    }
  }

  private static func read(_ project: JEOLProject, _ options: ImportOptions) throws(FormatError) -> [ImportedMap] {
    var folder = JEOLProjectFolder(of: project.file.path, followsForeignLinks: options.followsForeignLinks)
    let hasViews = Set(project.entries.map { "\($0.numbers.0)/\($0.numbers.1)" }).count > 1
    var maps: [ImportedMap] = []
    var groups: [String] = []
    var places: [(stem: String, name: String)] = []
    var elements: [String: [String]] = [:]
    var seen: Set<String> = []
    var missing: [String] = []
    var refused: [FormatError] = []
    for entry in project.entries {
      let path: String
      switch folder.place(of: entry.name) {
      case .found(let place): path = place
      case .missing:
        missing.append(entry.name)
        continue
      case .outside:
        refused.append(
          FormatError(
            name, file: entry.name, offset: entry.tag.offset, field: "Filename", "lies outside of the project's folder",
            advice: "Copy it into the folder, or read it by itself."))
        continue
      }
      guard seen.insert(path).inserted else { continue }
      do throws(FormatError) {
        let (found, group) = try read(try FileBytes(path, format: name), options)
        for var map in found {
          places.append((fileStem(of: path), map.suggestedName))
          add(entry, of: project, to: &map, hasViews: hasViews)
          maps.append(map)
          groups.append(group)
          for element in map.metadata.sample.elements where !elements[group, default: []].contains(element) {
            elements[group, default: []].append(element)
          }
        }
      } catch {
        refused.append(error)
      }
    }
    guard !maps.isEmpty else { throw nothing(of: project, missing, refused) }
    // What several files of a project hold is told apart by them.
    let wishes = Dictionary(maps.map { ($0.suggestedName, 1) }, uniquingKeysWith: +)
    for index in maps.indices where wishes[maps[index].suggestedName, default: 0] > 1 {
      maps[index].suggestedName = "\(places[index].stem) \(places[index].name)"
    }
    // A scan is told its elements by the maps that were made of it.
    for index in maps.indices where !groups[index].isEmpty && maps[index].metadata.signalType.hasPrefix("EDS") {
      if maps[index].metadata.sample.elements.isEmpty { maps[index].metadata.sample.elements = elements[groups[index]] ?? [] }
    }
    if !missing.isEmpty {
      maps[0].notes.append("\(missing.count) files of the project are missing: \(list(missing)).")
    }
    for error in refused.prefix(maximalRefusals) {
      maps[0].notes.append("\(fileName(of: error.file)) was left out: \(error.problem).")
    }
    if refused.count > maximalRefusals {
      let others = refused.dropFirst(maximalRefusals)
      maps[0].notes.append("And \(others.count) more: \(list(others.map { fileName(of: $0.file) })).")
    }
    return maps
  }

  private static func nothing(of project: JEOLProject, _ missing: [String], _ refused: [FormatError]) -> FormatError {
    let problem =
      project.entries.isEmpty
      ? "the project names no files"
      : missing.isEmpty
        ? "none of its files can be read; the first, \(fileName(of: refused[0].file)): \(refused[0].problem)"
        : "none of its files can be read; \(missing.count) are missing: \(list(missing))"
    return FormatError(
      name, file: project.file.path, offset: project.tags.tag("SampleInfo")?.offset ?? 0, field: "SampleInfo", problem,
      advice: "Copy the project together with the folders beside it, or read its files one by one.")
  }

  private static func list(_ names: [String]) -> String {
    names.prefix(4).joined(separator: ", ") + (names.count > 4 ? " and \(names.count - 4) more" : "")
  }

  private static func add(
    _ entry: JEOLProject.Entry, of project: JEOLProject, to map: inout ImportedMap, hasViews: Bool
  ) {
    let view = entry.view.tag("Memo")?.text ?? ""
    if hasViews, !view.isEmpty { map.suggestedName = "\(view) \(map.suggestedName)" }
    map.files = [project.file.path] + map.files
    map.metadata.sample.name = entry.sample.tag("Memo")?.text.flatMap { $0.isEmpty ? nil : $0 }
    // Without a stage under control these are what the holder's drawing says; a TEM has no such stage.
    if map.metadata.instrument.acquisitionMode == "SEM" {
      map.metadata.instrument.stageZ = entry.view.tag("StageZ")?.number
      map.metadata.instrument.tiltAlpha = entry.view.tag("Tilt")?.number
      map.metadata.instrument.stageRotation = entry.view.tag("Rotation")?.number
    }
    map.metadata.vendor.replace(["asw"], by: project.tree(of: entry))
  }
}
