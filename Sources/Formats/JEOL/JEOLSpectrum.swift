internal import Blocks
internal import Microscopy

/// A spectrum (.eds): a header of fixed places, the counts, and a footer of elements, quantities and detector settings.
///
/// The layout was found out by the developers of HyperSpy.
struct JEOLSpectrum: Sendable {
  static let dataOffset = 458

  let file: FileBytes
  let channelCount: Int
  /// Days.
  let created: Double
  let title: String
  let user: String
  /// keV
  let scale: Double
  /// keV
  let offset: Double
  /// s
  let liveTime: Double
  /// s
  let realTime: Double
  let header: MetadataTree
  private(set) var footer = JEOLSpectrumFooter()
  private(set) var notes: [String] = []

  /// Numbers at fixed places, and a date that an instrument may have written.
  static func recognises(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= dataOffset else { return false }
    var reader = ByteReader(bytes, format: "", file: "")
    guard (try? reader.integer(UInt32.self)) == 2, (try? reader.seek(to: 10)) != nil,
      let date = try? reader.float64(), JEOLText.date(date) != nil, (try? reader.seek(to: 130)) != nil,
      (try? reader.integer(UInt32.self)) == 1, (try? reader.seek(to: 214)) != nil
    else { return false }
    return (try? reader.integer(UInt32.self)) == 7
  }

  init(_ file: FileBytes) throws(FormatError) {
    self.file = file
    var reader = ByteReader(try file.read(upTo: Self.dataOffset), format: file.format, file: file.path)
    guard Self.recognises(reader.bytes) else {
      throw reader.error("the file does not begin as a spectrum of Analysis Station does")
    }
    try reader.seek(to: 10)
    created = try reader.float64()
    title = JEOLText.field(try reader.take(80))
    user = JEOLText.field(try reader.take(32))
    try reader.skip(4)
    var header: [String: MetadataTree] = ["Title": .text(title), "User": .text(user), "Created": .real(created)]
    func number(_ name: String) throws(FormatError) -> Double {
      let value = try reader.float64(nil, name)
      header[name] = .real(value)
      return value
    }
    func numbers(_ name: String, _ count: Int) throws(FormatError) {
      var values: [MetadataTree] = []
      for _ in 0..<count { values.append(.real(try reader.float64(nil, name))) }
      header[name] = .list(values)
    }
    func count(_ name: String) throws(FormatError) -> Int {
      let value = Int(try reader.integer(Int32.self, nil, name))
      header[name] = .integer(Int64(value))
      return value
    }
    try numbers("Measurement", 10)
    try reader.skip(12)
    for name in ["Esc", "Fano F", "E Noise", "CH Res"] { _ = try number(name) }
    liveTime = try number("LiveTime")
    realTime = try number("RealTime")
    for name in ["DeadTime", "CountRate"] { _ = try number(name) }
    for name in ["CountRate", "DeadTime"] {
      _ = try count("\(name) n")
      try numbers("\(name) sum", 2)
      _ = try number("\(name) mean")
      try reader.skip(8)
    }
    scale = try number("CoefA")
    offset = try number("CoefB")
    header["State"] = .text(JEOLText.field(try reader.take(32)))
    try reader.skip(4)
    _ = try number("Preset")
    header["Tpl"] = .text(JEOLText.field(try reader.take(32)))
    let channels = try count("NumCH")
    guard channels > 0, channels <= (file.size - Self.dataOffset) / 4 else {
      throw FormatError(
        file.format, file: file.path, offset: Self.dataOffset - 4, field: "NumCH",
        "\(channels) channels of 4 bytes do not fit into the \(file.size - Self.dataOffset) bytes left",
        advice: "The file is cut short or damaged: copy it again from its source.")
    }
    channelCount = channels
    self.header = .dictionary(header)
    // What describes the spectrum is worth less than the spectrum.
    do throws(FormatError) {
      footer = try JEOLSpectrumFooter(file, at: Self.dataOffset + 4 * channels)
      if footer.parameters.isEmpty { notes.append("The settings of the detector are not in the file.") }
    } catch {
      notes.append("What follows the counts is damaged and was left out: \(error.problem).")
    }
  }

  func map() throws(FormatError) -> ImportedMap {
    let counts = try StridedFile(
      file, offset: Self.dataOffset, shape: [channelCount], type: .int32, byteOrder: .little)
    return ImportedMap(
      suggestedName: title.isEmpty ? "EDS" : "EDS \(title)", metadata: metadata, type: .int32, array: counts,
      notes: notes, files: [file.path])
  }

  private var metadata: MapMetadata {
    let parameters = footer.parameters
    let isCalibrated = scale.isFinite && scale != 0 && offset.isFinite
    let axis = Axis(
      name: "Energy", size: channelCount, scale: isCalibrated ? scale : 1, offset: isCalibrated ? offset : 0,
      units: isCalibrated ? "keV" : "", role: .signal)
    let beam = JEOLBeam(
      energy: parameters["AccKV"]?.number, current: parameters["AccNA"]?.number,
      workingDistance: parameters["WorkD"]?.number, microscope: parameters["SEM"]?.text)
    var metadata = MapMetadata(title: "EDX", axes: [axis], signalType: beam.signalType, quantity: "X-rays (Counts)")
    metadata.originalFile = fileName(of: file.path)
    metadata.acquired = JEOLText.date(created)
    metadata.authors = user.isEmpty ? nil : user
    metadata.notes = title.isEmpty ? nil : title
    metadata.sample.elements = footer.elements
    metadata.instrument = beam.instrument(isScanned: false)
    metadata.instrument.liveTime = JEOLBeam.positive(liveTime)
    metadata.instrument.realTime = JEOLBeam.positive(realTime)
    metadata.instrument.take(detector: parameters)
    metadata.vendor = .dictionary(["Header": header, "Footer": footer.tree])
    return metadata
  }
}

extension Instrument {
  /// The settings of the detector, which spectra and scans name alike.
  mutating func take(detector parameters: MetadataTree) {
    func angle(_ name: String) -> Double? { parameters[name]?.number.flatMap { $0.isFinite ? JEOLText.shortest($0) : nil } }
    detectorType = parameters["DetT"]?.text.flatMap { $0.isEmpty ? nil : $0 }
    azimuthAngle = angle("DirAng")
    elevationAngle = angle("ElevAng")
    energyResolution = parameters["MnKaRES"]?.number.flatMap(JEOLBeam.positive)
  }
}
