internal import Microscopy

/// Series of TIA, the imaging and analysis software of FEI microscopes (.ser), with the conditions of their .emi file.
///
/// Each series is a map. An .emi file stands for all series that were saved with it; a series alone takes its conditions from
/// the .emi file beside it, where there is one.
public enum TIAReader: FormatReader {
  public static let name = "FEI TIA"
  public static let extensions = ["emi", "ser"]
  public static let summary =
    "Images, stacks, spectra, line scans and maps of TIA (.ser), with the microscope's conditions from the .emi file."
  public static let options: Set<ReadingOption> = []

  public static func recognises(_ path: String, firstBytes: [UInt8]) -> Bool {
    SeriesHeader.recognises(firstBytes) || ObjectList.recognises(firstBytes)
  }

  public static func read(_ path: String, options: ImportOptions) throws(FormatError) -> [ImportedMap] {
    let bytes = try FileBytes(path, format: name).read(upTo: 64)
    let isDescription = ObjectList.recognises(bytes) || (!SeriesHeader.recognises(bytes) && fileExtension(of: path) == "emi")
    let group = try SeriesGroup(of: path, isDescription: isDescription)
    let members = isDescription ? group.members : group.members.filter { fileName(of: $0.path) == fileName(of: path) }
    var maps: [ImportedMap] = []
    for member in members { maps.append(try map(member, in: group)) }
    return maps
  }

  private static func map(_ member: SeriesGroup.Member, in group: SeriesGroup) throws(FormatError) -> ImportedMap {
    let header = member.header
    let layout = try header.layout()
    let array = SeriesArray(header: header, arrangement: layout.arrangement)
    let (bytes, overflow) = array.shape.reduce((array.elementSize, false)) { product, extent in
      let (next, over) = product.0.multipliedReportingOverflow(by: extent)
      return (next, product.1 || over)
    }
    guard !overflow, bytes <= 1 << 50 else {
      throw FormatError(
        name, file: member.path, offset: 26, field: "DimensionSize", "no disk could hold so many values",
        advice: "The file is damaged: copy it again from its source.")
    }
    var notes = layout.notes + group.notes + (group.objects?.notes ?? [])
    if let objects = group.objects, member.object == nil {
      let rest =
        member.neighbour == nil ? "only the series was read" : "voltage, microscope and user are another's"
      notes.append("\(fileName(of: objects.path)) describes no acquisition of this kind and time: \(rest).")
    }
    return ImportedMap(
      suggestedName: fileStem(of: member.path), metadata: metadata(member, layout, in: group), type: header.first.type,
      array: array, notes: notes, files: [member.path] + (group.objects.map { [$0.path] } ?? []))
  }
}
