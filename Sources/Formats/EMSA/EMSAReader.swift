internal import Blocks
internal import Microscopy

/// Reads EMSA/MAS spectra (ISO 22029): one spectrum per file, as Y values or as pairs of X and Y.
///
/// The energy axis is that of the header (OFFSET, XPERCHAN), as HyperSpy takes it; without a header it is that of the X values.
public enum EMSAReader: FormatReader {
  public static let name = EMSAFile.format
  public static let extensions = ["msa", "emsa", "ems", "mas", "emm"]
  public static let summary = "A spectrum in the text format of ISO 22029."
  public static let options: Set<ReadingOption> = []
  private static let greatestSize = 1 << 30

  public static func recognises(_ path: String, firstBytes: [UInt8]) -> Bool {
    let start = decodeText(firstBytes.prefix(512)).uppercased()
    guard let line = start.split(whereSeparator: \.isNewline).first(where: { $0.contains("#FORMAT") }) else { return false }
    return line.contains("EMSA") || line.contains("22029") || line.contains("SPECTRAL DATA")
  }

  public static func read(_ path: String, options: ImportOptions) throws(FormatError) -> [ImportedMap] {
    let bytes = try FileBytes(path, format: name)
    guard bytes.size <= greatestSize else {
      throw FormatError(
        name, file: path, offset: greatestSize, "has \(bytes.size) bytes, more than any spectrum",
        advice: "Import a map as .rpl, .npy or with --shape and --dtype.")
    }
    let file = try EMSAFile(try bytes.read(0, bytes.size), file: path)
    var notes: [String] = []
    let (x, y) = try columns(of: file)
    var axis = Axis(name: file.text("XLABEL") ?? "", size: y.count, role: .signal)
    axis.units = units(file.text("XUNITS"))
    if let scale = file.number("XPERCHAN"), scale != 0 {
      axis.scale = scale
      axis.offset = file.number("OFFSET") ?? x?.first ?? 0
      if let x {
        let deviation = zip(0..., x).map { abs(axis.value(at: $0) - $1) }.max() ?? 0
        if deviation > abs(scale) / 2 {
          notes.append(
            "The X values depart from OFFSET + XPERCHAN·channel by up to \(deviation) \(axis.units); the header is used.")
        }
      }
    } else if let x {
      axis = calibrated(axis, by: x)
    } else if let offset = file.number("OFFSET") {
      axis.offset = offset
    }
    if let points = file.number("NPOINTS"), points != Double(y.count) {
      notes.append("The header promises \(Int(clamping: points)) points and the file has \(y.count); all are read.")
    }
    var metadata = file.metadata(axis: axis)
    metadata.originalFile = fileName(of: path)
    if metadata.acquired == nil, let date = file.text("DATE") {
      notes.append("The date '\(date)' with the time '\(file.text("TIME") ?? "")' is not understood; it is kept as it is.")
    }
    return [
      ImportedMap(
        suggestedName: metadata.title.isEmpty ? fileStem(of: path) : metadata.title, metadata: metadata, type: .float64,
        array: MemoryArray(shape: [y.count], y), notes: notes)
    ]
  }

  /// The X values, where the file has them, and the Y values.
  private static func columns(of file: EMSAFile) throws(FormatError) -> (x: [Double]?, y: [Double]) {
    let isPairs: Bool
    switch file.text("DATATYPE")?.uppercased() {
    case "XY": isPairs = true
    case "Y": isPairs = false
    default: isPairs = file.text("NCOLUMNS") == nil && file.valuesPerLine == 2
    }
    guard isPairs else {
      guard file.hasHeader || file.valuesPerLine == 1 else {
        throw FormatError(
          EMSAFile.format, file: file.file, offset: file.firstLineOffset,
          "has lines of \(file.firstLineCount) values and no header that explains them",
          advice: "Give a file of one column (Y) or two (X and Y), or one with an EMSA/MAS header.")
      }
      return (nil, file.values)
    }
    guard file.values.count.isMultiple(of: 2) else {
      throw FormatError(
        EMSAFile.format, file: file.file, offset: file.byteCount,
        "has \(file.values.count) values, and pairs of X and Y need an even number",
        advice: "The file is cut short or a value is missing: copy it again from its source.")
    }
    let indices = stride(from: 0, to: file.values.count, by: 2)
    return (indices.map { file.values[$0] }, indices.map { file.values[$0 + 1] })
  }

  /// An axis through the X values: uniform when none departs by more than a hundredth of a channel.
  private static func calibrated(_ axis: Axis, by x: [Double]) -> Axis {
    var axis = axis
    guard let first = x.first, let last = x.last, x.allSatisfy(\.isFinite) else { return axis }
    guard x.count > 1 else {
      axis.offset = first
      return axis
    }
    let step = (last - first) / Double(x.count - 1)
    axis.offset = first
    axis.scale = step
    let deviation = zip(0..., x).map { abs(axis.value(at: $0) - $1) }.max() ?? 0
    if step == 0 || deviation > abs(step) / 100 {
      axis.values = x
      axis.scale = 1
      axis.offset = 0
    }
    return axis
  }

  /// The unit in "Energy Loss (eV)", as the standard of 2022 writes it, or the whole text.
  private static func units(_ text: String?) -> String {
    guard let text else { return "" }
    if text.hasSuffix(")"), let open = text.lastIndex(of: "(") {
      return String(text[text.index(after: open)...].dropLast())
    }
    return text
  }
}

extension Int {
  /// The whole number nearest to zero side of a value, within the range of the type; zero for what is no number.
  init(clamping value: Double) {
    self = value.isNaN ? 0 : Int(exactly: value.rounded(.towardZero)) ?? (value < 0 ? .min : .max)
  }
}
