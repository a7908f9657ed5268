internal import Microscopy

/// What follows the counts of a spectrum: elements with their lines, quantities, and the settings of the detector.
struct JEOLSpectrumFooter: Sendable {
  /// Symbols of the selected elements, in the order of the file.
  private(set) var elements: [String] = []
  private(set) var parameters = MetadataTree.empty
  private(set) var tree = MetadataTree.empty

  /// Bytes after the counts that are looked at; elements take a few hundred each.
  private static let maximalLength = 1 << 20

  init() {}

  init(_ file: FileBytes, at place: Int) throws(FormatError) {
    var reader = ByteReader(
      try file.read(upTo: Self.maximalLength, from: place), base: place, format: file.format, file: file.path)
    try reader.skip(4, "footer")
    var tree: [String: MetadataTree] = [:]
    var excluded: [MetadataTree] = []
    for _ in 0..<(try Self.count(&reader, size: 2, "Excluded elements")) {
      excluded.append(.integer(Int64(try reader.integer(UInt16.self))))
    }
    if !excluded.isEmpty { tree["Excluded elements"] = .list(excluded) }
    var selected: [String: MetadataTree] = [:]
    for _ in 0..<(try Self.count(&reader, size: 100, "Selected elements")) {
      let (name, element) = try Self.element(&reader, &elements)
      selected[name] = element
    }
    if !selected.isEmpty { tree["Selected elements"] = .dictionary(selected) }
    let quantities = try Self.count(&reader, size: 122, "Quantities")
    if quantities > 0 {
      try reader.skip(28, "Quantities")
      var list: [MetadataTree] = []
      for _ in 0..<quantities { list.append(try Self.quantity(&reader)) }
      tree["Quantities"] = .list(list)
    }
    if reader.remaining >= 4, try reader.integer(Int32.self) == 5 {
      parameters = try Self.parameters(&reader)
      tree["Parameters"] = parameters
    }
    self.tree = .dictionary(tree)
  }

  private static func count(_ reader: inout ByteReader, size: Int, _ field: String) throws(FormatError) -> Int {
    let count = Int(try reader.integer(Int32.self, nil, field))
    guard count >= 0, count <= reader.remaining / size else {
      throw reader.error("\(field): \(count) do not fit into the \(reader.remaining) bytes left", field: field)
    }
    return count
  }

  private static func element(
    _ reader: inout ByteReader, _ symbols: inout [String]
  ) throws(FormatError) -> (name: String, MetadataTree) {
    try reader.skip(4, "Selected elements")
    let number = Int(try reader.integer(UInt16.self))
    try reader.skip(8)
    var element: [String: MetadataTree] = ["Z": .integer(Int64(number))]
    element["Roi_min"] = .integer(Int64(try reader.integer(UInt16.self)))
    element["Roi_max"] = .integer(Int64(try reader.integer(UInt16.self)))
    try reader.skip(14)
    element["Energy"] = .real(try reader.float64())
    try reader.skip(24)
    let name = JEOLText.field(try reader.take(32))
    try reader.skip(4)
    var lines: [String: MetadataTree] = [:]
    for _ in 0..<(try count(&reader, size: 20, "Lines")) {
      try reader.skip(4)
      var line: [String: MetadataTree] = ["energy": .real(try reader.float64())]
      line["Z"] = .integer(Int64(try reader.integer(UInt16.self)))
      let symbol = try text(&reader)
      let transition = try text(&reader)
      line["detection"] = .integer(Int64(try reader.integer(Int32.self)))
      lines["\(symbol)_\(transition)"] = .dictionary(line)
    }
    element["Lines"] = .dictionary(lines)
    if let symbol = Element(atomicNumber: number)?.symbol, !symbols.contains(symbol) { symbols.append(symbol) }
    return (name, .dictionary(element))
  }

  private static func text(_ reader: inout ByteReader) throws(FormatError) -> String {
    JEOLText.decode(try reader.take(Int(try reader.integer(UInt8.self)), "Lines"))
  }

  private static func quantity(_ reader: inout ByteReader) throws(FormatError) -> MetadataTree {
    try reader.skip(4, "Quantities")
    var values: [String: MetadataTree] = ["Z": .integer(Int64(try reader.integer(UInt16.self)))]
    try reader.skip(8)
    values["Energy"] = .real(try reader.float64())
    try reader.skip(8)
    for name in ["Mass1 (%)", "Error", "Atom (%)"] { values[name] = .real(try reader.float64()) }
    values["Name"] = .text(JEOLText.field(try reader.take(16)))
    values["Mass2 (%)"] = .real(try reader.float64())
    values["K"] = .real(try reader.float64())
    values["Counts"] = .real(try reader.float64())
    try reader.skip(32, "Quantities")
    return .dictionary(values)
  }

  private enum Field {
    case text(Int)
    case real
    case word
    case skipped(Int)
  }

  private static let fields: [(String, Field)] = [
    ("DetT", .text(16)), ("SEM", .text(16)), ("Port", .text(16)), ("AccKV", .real), ("AccNA", .real), ("", .skipped(38)),
    ("MnKaRES", .real), ("WorkD", .real), ("InsD", .real), ("XtiltAng", .real), ("TakeAng", .real), ("IncAng", .real),
    ("", .skipped(4)), ("ScanSize", .real), ("DT_64", .word), ("DT_128", .word), ("DT_256", .word), ("DT_512", .word),
    ("DT_1K", .word), ("DetH", .real), ("DirAng", .real), ("XtalAng", .real), ("ElevAng", .real), ("ValidSize", .real),
    ("WinCMat", .text(4)), ("WinCZ", .word), ("WinCThic", .real), ("WinChem", .text(16)), ("WinChem_nelem", .word),
    ("WinChem_Z1", .word), ("WinChem_Z2", .word), ("WinChem_Z3", .word), ("WinChem_Z4", .word), ("WinChem_Z5", .word),
    ("WinChem_m1", .real), ("WinChem_m2", .real), ("WinChem_m3", .real), ("WinChem_m4", .real), ("WinChem_m5", .real),
    ("WinThic", .real), ("WinDens", .real), ("SpatMat", .text(4)), ("SpatZ", .word), ("SpatThic", .real),
    ("SiDead", .real), ("SiThic", .real),
  ]

  private static func parameters(_ reader: inout ByteReader) throws(FormatError) -> MetadataTree {
    var values: [String: MetadataTree] = [:]
    for (name, field) in fields {
      switch field {
      case .text(let count): values[name] = .text(JEOLText.field(try reader.take(count, name)))
      case .real: values[name] = .real(JEOLText.shortest(try reader.float64(nil, name)))
      case .word: values[name] = .integer(Int64(try reader.integer(UInt16.self, nil, name)))
      case .skipped(let count): try reader.skip(count, "Parameters")
      }
    }
    return .dictionary(values)
  }
}
