internal import Microscopy

/// The 1,024 bytes that every MRC file begins with.
///
/// Layout: MRC2014 (A. Cheng et al., J. Struct. Biol. 192 (2015) 146), which holds CCP4 maps and the stacks of IMOD and
/// SerialEM as well.
struct MRCHeader: Sendable {
  let file: FileBytes
  let byteOrder: ByteOrder
  /// Columns, rows, sections: the fastest first.
  let extents: [Int]
  let mode: Int
  /// Of the first column, row and section.
  let starts: [Int]
  /// Intervals along x, y and z that the cell has.
  let intervals: [Int]
  /// Å, along x, y and z.
  let cell: [Double]
  /// Which of x, y and z (0, 1, 2) columns, rows and sections are.
  let order: [Int]
  /// Least, greatest and mean value; not known when the least is above the greatest.
  let statistics: [Double]
  let spaceGroup: Int
  /// Bytes between this header and the values.
  let extendedSize: Int
  /// What they are: "FEI1", "SERI"; empty when not named.
  let extendedKind: String
  let version: Int
  /// Å
  let origin: [Double]
  let labels: [String]
  /// The whole header.
  let bytes: [UInt8]

  static let size = 1024

  /// Whether a file has the stamp "MAP " and numbers that make sense with it.
  static func recognises(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= size, bytes[208..<211].elementsEqual(Array("MAP".utf8)), [0x20, 0x00].contains(bytes[211]) else {
      return false
    }
    return byteOrder(bytes) != nil
  }

  /// The order in which the header makes sense: that of its machine stamp, where both do.
  private static func byteOrder(_ bytes: [UInt8]) -> ByteOrder? {
    let orders: [ByteOrder] = bytes[212] == 0x11 ? [.big, .little] : [.little, .big]
    return orders.first { order in
      let number = { (index: Int) in
        let four = bytes[index * 4..<index * 4 + 4]
        let value = (order == .little ? Array(four.reversed()) : Array(four)).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return Int(Int32(bitPattern: value))
      }
      let axes = (16...18).map(number)
      return (0...2).allSatisfy { number($0) > 0 } && (0...127).contains(number(3))
        && (axes.sorted() == [1, 2, 3] || axes == [0, 0, 0])
    }
  }

  init(_ path: String) throws(FormatError) {
    file = try FileBytes(path, format: MRCReader.name)
    bytes = try file.read(upTo: Self.size)
    guard bytes.count == Self.size, let byteOrder = Self.byteOrder(bytes) else {
      throw FormatError(
        MRCReader.name, file: path, offset: 0, field: "NX, NY, NZ, MODE", "this is no header of an MRC file",
        advice: "The file is damaged or of another format: name its format, or copy it again from its source.")
    }
    self.byteOrder = byteOrder
    var reader = ByteReader(bytes, byteOrder: byteOrder, format: MRCReader.name, file: path)
    func integers(_ count: Int) throws(FormatError) -> [Int] {
      var values: [Int] = []
      for _ in 0..<count { values.append(Int(try reader.integer(Int32.self))) }
      return values
    }
    func reals(_ count: Int) throws(FormatError) -> [Double] {
      var values: [Double] = []
      for _ in 0..<count { values.append(Double(try reader.float32())) }
      return values
    }
    extents = try integers(3)
    mode = try integers(1)[0]
    starts = try integers(3)
    intervals = try integers(3)
    cell = try reals(3)
    try reader.skip(12)
    let axes = try integers(3)
    order = axes == [0, 0, 0] ? [0, 1, 2] : axes.map { $0 - 1 }
    statistics = try reals(3)
    let symmetry = try integers(2)
    // Before MRC2014 the space group had 16 bits, with a count of bytes behind it.
    spaceGroup = symmetry[0] & 0xFFFF
    extendedSize = symmetry[1]
    guard extendedSize >= 0, extendedSize <= file.size - Self.size else {
      throw FormatError(
        MRCReader.name, file: path, offset: 92, field: "NSYMBT",
        "an extended header of \(extendedSize) bytes does not fit into the \(file.size) bytes of the file",
        advice: "The file is cut short or damaged: copy it again from its source.")
    }
    let kind = bytes[104..<108]
    extendedKind = kind.allSatisfy { (32..<127).contains($0) } ? decodeText(kind).filter { $0 != " " } : ""
    try reader.seek(to: 108)
    version = try integers(1)[0]
    try reader.seek(to: 196)
    origin = try reals(3)
    try reader.seek(to: 220)
    let count = min(max(0, try integers(1)[0]), 10)
    var labels: [String] = []
    for _ in 0..<count {
      let text = try reader.text(80)
      labels.append(String(text.prefix { $0 != "\0" }.reversed().drop { $0 == " " }.reversed()))
    }
    self.labels = labels
  }

  var dataOffset: Int { Self.size + extendedSize }

  /// What IMOD says of bytes: whether they have a sign; nil when it did not write the file.
  var imodSign: Bool? {
    var reader = ByteReader(Array(bytes[152..<160]), byteOrder: byteOrder, format: MRCReader.name, file: file.path)
    guard let stamp = try? reader.integer(Int32.self), stamp == 1_146_047_817, let flags = try? reader.integer(Int32.self)
    else { return nil }
    return flags & 1 == 1
  }

  func error(_ problem: String, at offset: Int, field: String, advice: String? = nil) -> FormatError {
    FormatError(
      MRCReader.name, file: file.path, offset: offset, field: field, problem,
      advice: advice ?? "The file is damaged, or of a kind that is not known: convert it with the program that wrote it.")
  }
}
