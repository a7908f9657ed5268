internal import Foundation
internal import Microscopy

/// Transmission microscopes and cameras: TVIPS, Olympus, JEOL, Hamamatsu.
extension TIFFDescription {
  /// The header of EM-MENU (37706), of fixed layout: 46 fields of the first version and those of the second.
  mutating func readTVIPS(_ directory: TIFFDirectory) throws(FormatError) {
    guard let entry = directory.entry(37_706) else { return }
    let start = entry.size > 8 ? entry.place : entry.offset
    guard start <= directory.file.size - Self.tvipsSize else { return }
    let bytes = try directory.file.read(upTo: Self.tvipsSize, from: start)
    guard bytes.count == Self.tvipsSize else { return }
    var reader = ByteReader(
      bytes, byteOrder: directory.byteOrder, base: start, format: TIFFReader.name, file: directory.file.path)
    guard try reader.integer(UInt32.self) == 2 else { return }
    try reader.seek(to: 244)
    var values: [String: MetadataTree] = [:]
    for (name, kind, count) in Self.tvipsFields {
      switch kind {
      case "text":
        let text = try reader.utf16Text(count / 2)
        values[name] = .text(String(text.prefix { $0 != "\0" }))
      case "integer": values[name] = .integer(Int64(try reader.integer(Int32.self)))
      case "skip": try reader.skip(count)
      default:
        var numbers: [MetadataTree] = []
        for _ in 0..<count { numbers.append(.real(Double(try reader.float32()))) }
        values[name] = numbers.count == 1 ? numbers[0] : .list(numbers)
      }
    }
    guard try reader.integer(UInt32.self) == 0xAAAA_AAAA else { return }
    vendor["TVIPS"] = .dictionary(values)
    let number = { (name: String) in values[name]?.number.flatMap { $0.isFinite && $0 > 0 ? $0 : nil } }
    let isDiffraction = values["TemMode"]?.number == 3
    if isDiffraction {
      notes.append("The microscope was in diffraction: what a pixel stands for is not told.")
    } else {
      setPixel(number("PixelSizeX").map { $0 * 1e-9 }, number("PixelSizeY").map { $0 * 1e-9 })
    }
    instrument.acquisitionMode = "TEM"
    instrument.beamEnergy = number("TemHighTension").map { $0 / 1000 }
    if isDiffraction {
      instrument.cameraLength = number("TemMagnification")
    } else {
      instrument.magnification = number("TemMagnification")
    }
    instrument.detector = values["CameraType"]?.text.flatMap { $0.isEmpty ? nil : $0 }
    instrument.microscope = values["TemType"]?.text.flatMap { $0.isEmpty ? nil : $0 }
    if let exposure = number("ExposureTime") {
      hyperspy.replace(["Acquisition_instrument", "TEM", "Detector", "Camera", "exposure"], by: .real(exposure / 1000))
    }
    if case .list(let stage)? = values["TemStagePosition"], stage.count == 5 {
      let place = stage.map { $0.number.flatMap { $0.isFinite ? $0 : nil } }
      instrument.stageX = place[0].map { $0 * 1000 }
      instrument.stageY = place[1].map { $0 * 1000 }
      instrument.stageZ = place[2].map { $0 * 1000 }
      instrument.tiltAlpha = place[3]
      instrument.tiltBeta = place[4]
    }
    comment = values["Comment"]?.text.flatMap { $0.isEmpty ? nil : $0 } ?? comment
    // The year, the month and the day in 16, 8 and 8 bits; seconds since midnight.
    if let day = number("Date").flatMap({ Int(exactly: $0) }), (1900...2200).contains(day >> 16) {
      let seconds = min(max(0, Int(values["Time"]?.number ?? 0)), 86_399)
      acquired = String(
        format: "%04d-%02d-%02dT%02d:%02d:%02d", day >> 16, day >> 8 & 255, day & 255, seconds / 3600, seconds / 60 % 60,
        seconds % 60)
    }
  }

  private static let tvipsFields: [(String, String, Int)] =
    [("ImageName", "text", 160), ("ImageFolder", "text", 160)]
    + ["ImageSizeX", "ImageSizeY", "ImageSizeZ", "ImageSizeE", "ImageDataType", "Date", "Time"].map { ($0, "integer", 1) }
    + [
      ("Comment", "text", 1024), ("ImageHistory", "text", 1024), ("Scaling", "real", 16), ("ImageStatistics", "skip", 256),
      ("ImageType", "integer", 1), ("ImageDisplayType", "integer", 1), ("PixelSizeX", "real", 1), ("PixelSizeY", "real", 1),
      ("ImageDistanceZ", "real", 1), ("ImageDistanceE", "real", 1), ("ImageMisc", "real", 32), ("TemType", "text", 160),
      ("TemHighTension", "real", 1), ("TemAberrations", "real", 32), ("TemEnergy", "real", 32), ("TemMode", "integer", 1),
      ("TemMagnification", "real", 1), ("TemMagnificationCorrection", "real", 1), ("PostMagnification", "real", 1),
      ("TemStageType", "integer", 1), ("TemStagePosition", "real", 5), ("TemImageShift", "real", 2),
      ("TemBeamShift", "real", 2), ("TemBeamTilt", "real", 2), ("TilingParameters", "real", 7),
      ("TemIllumination", "real", 3), ("TemShutter", "integer", 1), ("TemMisc", "real", 32), ("CameraType", "text", 160),
      ("PhysicalPixelSizeX", "real", 1), ("PhysicalPixelSizeY", "real", 1), ("OffsetX", "integer", 1),
      ("OffsetY", "integer", 1), ("BinningX", "integer", 1), ("BinningY", "integer", 1), ("ExposureTime", "real", 1),
      ("Gain", "real", 1), ("ReadoutRate", "real", 1), ("FlatfieldDescription", "text", 160), ("Sensitivity", "real", 1),
      ("Dose", "real", 1), ("CamMisc", "real", 32), ("FeiMicroscopeInformation", "text", 1024),
      ("FeiSpecimenInformation", "text", 1024),
    ]

  /// Both versions, and the four bytes that close the second.
  static let tvipsSize =
    244 + tvipsFields.reduce(0) { $0 + ($1.1 == "real" || $1.1 == "integer" ? 4 * $1.2 : $1.2) } + 4

  /// Olympus Soft Imaging (33560): a structure whose pixel size has its power of ten beside it, and a text (33471).
  mutating func readOlympus(_ directory: TIFFDirectory) throws(FormatError) {
    if let text = try directory.text(33_471) {
      vendor["Olympus_SIS_INI"] = TIFFText.tree(TIFFText.sections(text))
    }
    guard let entry = directory.entry(33_560), entry.offset <= directory.file.size - 60, entry.offset > 0 else { return }
    let file = directory.file
    // Little-endian whatever the file is.
    var reader = ByteReader(try file.read(entry.offset, 60), base: entry.offset, format: TIFFReader.name, file: file.path)
    guard try reader.text(4) == "SIS0" else { return }
    try reader.skip(6)
    var date: [Int] = []
    for _ in 0..<5 { date.append(Int(try reader.integer(Int16.self))) }
    try reader.skip(6)
    let name = String(try reader.text(32).prefix { $0 != "\0" })
    let count = Int(try reader.integer(Int16.self))
    var values: [String: MetadataTree] = ["name": .text(name)]
    let (minute, hour, day, month, year) = (date[0], date[1], date[2], date[3] + 1, date[4] + 1900)
    if (1970...2200).contains(year), (1...12).contains(month), (1...31).contains(day), (0..<24).contains(hour),
      (0..<60).contains(minute)
    {
      acquired = String(format: "%04d-%02d-%02dT%02d:%02d:00", year, month, day, hour, minute)
    }
    guard (1...1000).contains(count) else { return }
    let bytes = try file.read(upTo: 8 * count, from: entry.offset + 60)
    var list = ByteReader(bytes, base: entry.offset + 60, format: TIFFReader.name, file: file.path)
    while list.remaining >= 8 {
      let kind = try list.integer(Int16.self)
      try list.skip(2)
      let place = Int(try list.integer(UInt32.self))
      guard kind == 1, place <= file.size - 112 else { continue }
      var block = ByteReader(try file.read(place, 112), base: place, format: TIFFReader.name, file: file.path)
      try block.skip(10)
      let power = Double(try block.integer(Int16.self))
      let x = try block.float64()
      let y = try block.float64()
      try block.skip(8)
      let magnification = try block.float64()
      try block.skip(2)
      let camera = String(try block.text(34).prefix { $0 != "\0" })
      let picture = String(try block.text(32).prefix { $0 != "\0" })
      values["pixelsizex"] = .real(x * pow(10, power))
      values["pixelsizey"] = .real(y * pow(10, power))
      values["magnification"] = .real(magnification)
      values["cameraname"] = .text(camera)
      values["picturetype"] = .text(picture)
      setPixel(x * pow(10, power), y * pow(10, power))
      if magnification > 0, magnification.isFinite { instrument.magnification = magnification }
      if !camera.isEmpty { instrument.detector = camera }
      break
    }
    vendor["Olympus_SIS_metadata"] = .dictionary(values)
  }

  /// JEOL's TEM software: an XML report as the description of the image.
  mutating func readJEOLReport(_ text: String, _ directory: TIFFDirectory) throws(FormatError) {
    let bytes = Array(text.utf8.filter { $0 != 1 })
    guard let report = try? MetadataTree.xml(bytes, format: TIFFReader.name, file: directory.file.path)["TemReporter"] else {
      return
    }
    vendor["TemReporter"] = report
    func value(_ path: String) -> MetadataTree? { report[path: path] }
    func number(_ path: String) -> Double? { value(path)?.number ?? TIFFText.number(value(path)?.text) }
    let mode = value("ImageFormingSystem.ModeString")?.text
    let isScanning = ["eosASID", "modeASID"].contains(value("Eos.EosMode")?.text)
    instrument.acquisitionMode = isScanning ? "STEM" : "TEM"
    instrument.beamEnergy = number("ElectronGun.AccelerationVoltage").map { $0 / 1000 }
    // µA in the file.
    instrument.beamCurrent = number("ElectronGun.BeamCurrent").map { $0 * 1000 }
    instrument.microscope = value("Instruments")?.text
    instrument.tiltAlpha = number("GonioStage.StagePosition.TX")
    instrument.tiltBeta = number("GonioStage.StagePosition.TY")
    instrument.stageZ = number("GonioStage.MZ").map { $0 * 1e-6 }
    let selected = number("ImageFormingSystem.SelectorValue")
    if let date = value("DateTime")?.text, date.count >= 19 {
      acquired = String(date.prefix(19)) + (date.suffix(6).first.map { "+-".contains($0) } ?? false ? date.suffix(6) : "")
    }
    let resolution = (try directory.number(282), try directory.number(283))
    guard let across = resolution.0, let down = resolution.1, across > 0, down > 0 else { return }
    // Metres on the camera.
    let unit = try directory.integer(296) == 2 ? 0.0254 : 0.01
    if mode == "DIFF" {
      let lengths = ["mm": 1e-3, "cm": 1e-2, "m": 1]
      let factor = lengths[value("ImageFormingSystem.SelectorUnitString")?.text ?? ""] ?? 1e-3
      instrument.cameraLength = selected.map { $0 * factor * 1000 }
      if let length = selected.map({ $0 * factor }), length > 0, let energy = instrument.beamEnergy, energy > 0 {
        let perMetre = 1e-9 / (length * Self.wavelength(keV: energy))
        x = Step(scale: unit / across * perMetre, units: "1/nm")
        y = Step(scale: unit / down * perMetre, units: "1/nm")
      }
    } else {
      instrument.magnification = selected
      if mode == "MAG", !isScanning, let magnification = selected, magnification > 0 {
        setPixel(unit / across / magnification, unit / down / magnification)
      }
    }
  }

  /// Metres, relativistic.
  private static func wavelength(keV energy: Double) -> Double {
    let (mass, charge, light, planck) = (9.109_383_701_5e-31, 1.602_176_634e-19, 299_792_458.0, 6.626_070_15e-34)
    let joules = charge * energy * 1000
    return planck / (2 * mass * joules * (1 + joules / (2 * mass * light * light))).squareRoot()
  }

  /// Streak cameras of Hamamatsu: the values of both axes are numbers of single precision elsewhere in the file.
  mutating func readStreak(_ text: String, _ directory: TIFFDirectory, _ page: TIFFPage) throws(FormatError) {
    var sections: [String: [String: String]] = [:]
    for line in text.split(whereSeparator: \.isNewline) where line.hasPrefix("[") {
      guard let close = line.firstIndex(of: "]") else { continue }
      let name = String(line[line.index(after: line.startIndex)..<close])
      // Commas within quotation marks belong to the value.
      var isQuoted = false
      let fields = line[line.index(after: close)...].split { character in
        if character == "\"" { isQuoted.toggle() }
        return character == "," && !isQuoted
      }
      for field in fields {
        guard let sign = field.firstIndex(of: "=") else { continue }
        sections[name, default: [:]][String(field[..<sign])] = field[field.index(after: sign)...]
          .trimmingCharacters(in: CharacterSet(charactersIn: "\" "))
      }
    }
    guard let scaling = sections["Scaling"] else { return }
    vendor["Hamamatsu"] = TIFFText.tree(sections)
    func axis(_ letter: String, _ name: String, _ size: Int) throws(FormatError) -> Axis {
      var axis = Axis(name: name, size: size, units: scaling["Scaling\(letter)Unit"] ?? "", role: .signal)
      guard let file = scaling["Scaling\(letter)ScalingFile"], file.hasPrefix("#"),
        let place = Int(file.dropFirst().prefix { $0.isNumber }), place <= directory.file.size - 4 * size
      else {
        axis.units = ""
        return axis
      }
      var reader = ByteReader(
        try directory.file.read(place, 4 * size), base: place, format: TIFFReader.name, file: directory.file.path)
      var values: [Double] = []
      for _ in 0..<size { values.append(Double(try reader.float32())) }
      guard values.allSatisfy(\.isFinite) else { return axis }
      let step = size > 1 ? (values[size - 1] - values[0]) / Double(size - 1) : 1
      if step != 0, values.enumerated().allSatisfy({ abs($0.element - values[0] - step * Double($0.offset)) < abs(step) * 0.01 })
      {
        axis.scale = step
        axis.offset = values[0]
      } else {
        axis.values = values
      }
      return axis
    }
    axes = (y: try axis("Y", "Time", page.form.height), x: try axis("X", "Wavelength", page.form.width))
  }
}
