internal import Blocks
internal import Foundation
internal import Microscopy

/// Writes one spectrum as EMSA/MAS (ISO 22029, version TC202v2.0), values as pairs of X and Y.
///
/// Real values keep the digits that tell them apart.
public enum EMSAWriter: FormatWriter {
  public static let name = EMSAFile.format
  public static let extensions = ["msa", "emsa"]

  public static func refusal(of map: ExportedMap) -> String? {
    let long = map.metadata.axes.filter { $0.size != 1 }
    guard map.array.elementCount > 0 else { return "there are no values" }
    guard long.count <= 1 else { return "it holds one spectrum, and this has \(long.count) dimensions" }
    if long.contains(where: { $0.values != nil }) { return "its axis is uniform, and this one is not" }
    return map.type.isComplex ? "its values are real, and these are complex" : nil
  }

  @discardableResult
  public static func write(_ map: ExportedMap, to path: String) throws -> [String] {
    let file = try AtomicFile(path, format: name)
    let axis =
      map.metadata.axes.first { $0.size != 1 } ?? map.metadata.axes.last ?? Axis(name: "", size: 1, role: .signal)
    var text = header(map.metadata, axis)
    for (index, value) in map.type.texts(try map.array.read(map.array.wholeBox)).enumerated() {
      text += "\(axis.value(at: index)), \(value)\n"
    }
    try file.write(latinText: text + "#ENDOFDATA   : End Of Data and File\n")
    try file.commit()
    return [path]
  }

  private static func header(_ metadata: MapMetadata, _ axis: Axis) -> String {
    let (date, time) = dateAndTime(metadata.acquired)
    let instrument = metadata.instrument
    let (label, units) = labelAndUnits(metadata.quantity.isEmpty ? "Intensity" : metadata.quantity)
    var fields: [(String, String?)] = [
      ("FORMAT", "EMSA/MAS Spectral Data File"), ("VERSION", "TC202v2.0"), ("TITLE", metadata.title), ("DATE", date),
      ("TIME", time), ("OWNER", metadata.authors ?? ""), ("NPOINTS", "\(axis.size)"), ("NCOLUMNS", "1"),
      ("XUNITS", axis.units), ("YUNITS", units), ("YLABEL", label),
      ("DATATYPE", "XY"), ("XPERCHAN", "\(axis.scale)"), ("OFFSET", "\(axis.offset)"), ("XLABEL", axis.name),
      ("SIGNALTYPE", signalType(metadata.signalType)),
    ]
    let numbers: [(String, Double?)] = [
      ("BEAMKV", instrument.beamEnergy), ("PROBECUR", instrument.beamCurrent), ("MAGCAM", instrument.magnification),
      ("CONVANGLE", instrument.convergenceAngle), ("COLLANGLE", instrument.collectionAngle),
      ("THICKNESS", metadata.sample.thickness), ("DWELLTIME", instrument.dwellTime.map { $0 * 1000 }),
      ("XTILTSTGE", instrument.tiltAlpha), ("YTILTSTGE", instrument.tiltBeta), ("ELEVANGLE", instrument.elevationAngle),
      ("AZIMANGLE", instrument.azimuthAngle), ("SOLIDANGL", instrument.solidAngle), ("LIVETIME", instrument.liveTime),
      ("REALTIME", instrument.realTime),
    ]
    fields += numbers.map { ($0.0, $0.1.map { "\($0)" }) }
    fields += (metadata.notes ?? "").split(whereSeparator: \.isNewline).map { ("COMMENT", String($0)) }
    fields.append(("SPECTRUM", "Spectral Data Starts Here"))
    return fields.compactMap { key, value in
      guard let value else { return nil }
      let oneLine = value.components(separatedBy: .newlines).joined(separator: " ")
      return "#\(key.padding(toLength: 12, withPad: " ", startingAt: 0)): \(oneLine)\n"
    }.joined()
  }

  /// The two parts of "Electrons (Counts)"; both are the whole text when it has none.
  private static func labelAndUnits(_ quantity: String) -> (label: String, units: String) {
    guard quantity.hasSuffix(")"), let open = quantity.lastIndex(of: "(") else { return (quantity, quantity) }
    let label = quantity[..<open].trimmingCharacters(in: .whitespaces)
    return (label, String(quantity[quantity.index(after: open)...].dropLast()))
  }

  private static func signalType(_ type: String) -> String {
    if type.hasPrefix("EDS") { return "EDS" }
    return switch type {
    case "EELS": "ELS"
    case "CL": "CLS"
    default: type
    }
  }

  /// "01-OCT-1991" and "12:00" of a time in ISO 8601; empty when there is none.
  private static func dateAndTime(_ acquired: String?) -> (date: String, time: String) {
    let months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
    let parts = (acquired ?? "").split(separator: "T", maxSplits: 1).map(String.init)
    let date = (parts.first ?? "").split(separator: "-").map(String.init)
    guard date.count == 3, let month = Int(date[1]), (1...12).contains(month) else { return ("", "") }
    return ("\(date[2])-\(months[month - 1])-\(date[0])", parts.count > 1 ? String(parts[1].prefix(8)) : "")
  }
}
