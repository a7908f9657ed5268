internal import Blocks
internal import Microscopy

/// A scan as the events of its pixels (.pts): X-rays, and images where they were kept, of any number of frames.
struct JEOLPoints: Sendable {
  static let signature: [UInt8] = [48, 1, 0, 0] + Array("PTTDFILE".utf8)

  let file: FileBytes
  let tags: JEOLTag
  /// The group of files that belong to one acquisition.
  let group: String
  let memo: String
  /// Days.
  let created: Double
  let grid: JEOLScanGrid
  let stream: JEOLEventStream
  private(set) var notes: [String] = []

  init(_ file: FileBytes) throws(FormatError) {
    self.file = file
    var header = ByteReader(try file.read(upTo: 512), format: file.format, file: file.path)
    guard try Array(header.take(Self.signature.count)) == Self.signature else {
      throw FormatError(
        file.format, file: file.path, offset: 0, "the file does not begin as a point list of Analysis Station does",
        advice: "Check that this is a .pts file of Analysis Station.")
    }
    try header.skip(8)
    let tagsOffset = Int(try header.integer(UInt32.self, nil, "place of the tags"))
    try header.skip(4)
    let dataOffset = Int(try header.integer(UInt32.self, nil, "place of the events"))
    let length = Int(try header.integer(UInt32.self, nil, "length of the events"))
    group = JEOLText.field(try header.take(128))
    memo = JEOLText.field(try header.take(132))
    created = try header.float64()
    guard dataOffset <= file.size, dataOffset >= header.position else {
      throw FormatError(
        file.format, file: file.path, offset: 28, field: "place of the events",
        "the events begin at byte \(dataOffset) and the file has \(file.size) bytes",
        advice: "The file is cut short or damaged: copy it again from its source.")
    }
    tags = try JEOLTagReader.read(file, at: tagsOffset + 12, before: dataOffset)
    stream = JEOLEventStream(file, offset: dataOffset)
    let data = Self.data(tags)
    let sizes = (data?.tag("Meas Cond", "Pixels")?.text ?? "").split(separator: "x").map { Int($0) }
    guard sizes.count == 2, let width = sizes[0], let height = sizes[1],
      (1...JEOLScanGrid.markCount).contains(width), (1...JEOLScanGrid.markCount).contains(height)
    else {
      throw FormatError(
        file.format, file: file.path, offset: data?.tag("Meas Cond")?.offset ?? tagsOffset, field: "Meas Cond.Pixels",
        "is missing, or not of the form 512x512, up to 4096x4096",
        advice: "The file is damaged: copy it again from its source.")
    }
    grid = JEOLScanGrid(width: width, height: height)
    // The length is that of the events, or of the whole file.
    let end = max(0, length - dataOffset == stream.wordCount * 2 ? length : dataOffset + length)
    if length != file.size, end > file.size {
      notes.append("The file is cut short: \(end - file.size) bytes of the events that it announces are missing.")
    }
    if !(file.size - dataOffset).isMultiple(of: 2) { notes.append("The last byte is half an event and was left out.") }
  }

  private static func data(_ tags: JEOLTag) -> JEOLTag? {
    tags.tag("PTTD Data", "AnalyzableMap MeasData") ?? tags.tag("EDS Data", "AnalyzableMap MeasData")
  }

  /// The conditions and the outcome of the measurement.
  var data: JEOLTag? { Self.data(tags) }
  var settings: JEOLTag? { tags.tag("PTTD Param", "Params")?.page("PARAMPAGE0") }
  var processor: JEOLTag? { tags.tag("PTTD Param", "Params")?.page("PARAMPAGE1") }
  /// The sum spectrum as the program showed it.
  var sumSpectrum: JEOLTag? { tags.tag("EDS Data", "AnalyzableMap MeasData", "Data", "EDXRF") }

  /// The name of the setting of the pulse processor.
  var template: JEOLTag? {
    guard let name = data?.tag("Meas Cond", "Tpl")?.text else { return nil }
    return processor?.tag("Tpl", name)
  }

  /// The last row that is scanned: an area of aim may leave out the others.
  private var lastRow: Int {
    guard let area = data?.tag("Meas Cond", "Aim Area")?.numbers, area.count == 4, area[1] <= area[3],
      let last = Int(exactly: area[3]), last < grid.height
    else { return grid.height - 1 }
    return last
  }

  private var lastColumn: Int {
    guard let area = data?.tag("Meas Cond", "Aim Area")?.numbers, area.count == 4, area[0] <= area[2],
      let last = Int(exactly: area[2]), last < grid.width
    else { return grid.width - 1 }
    return last
  }

  /// Frames that were scanned to their end, of all those in the file.
  ///
  /// A frame begins with the first row that any of them has, and ends in the last; with images its last pixel is there too.
  func completeFrames(_ scan: JEOLScan) -> [Int] {
    func row(_ row: JEOLEventIndex.Row) -> Int { Int(scan.grid.rows[Int(row.y)]) }
    let index = scan.index
    let firstRow = index.frames.map { row(index.rows[$0.rows.lowerBound]) }.min() ?? 0
    return index.frames.indices.filter { number in
      let frame = index.frames[number]
      return row(index.rows[frame.rows.lowerBound]) == firstRow
        && Int(scan.grid.rows[frame.lastY]) >= lastRow
        && (frame.images == 0 || Int(scan.grid.columns[frame.lastX]) >= lastColumn)
    }
  }

  func scan() throws(FormatError) -> JEOLScan {
    let index = try JEOLEventIndex(stream, step: grid.coarsestStep, isSingleRow: grid.height == 1)
    var grid = grid
    grid.fit(greatestColumn: index.greatestX, greatestRow: index.greatestY)
    return JEOLScan(stream: stream, grid: grid, index: index)
  }
}
