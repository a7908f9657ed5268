internal import Foundation
internal import Microscopy

/// Scanning microscopes: FEI and Thermo Fisher, Zeiss, TESCAN, Hitachi, JEOL.
extension TIFFDescription {
  /// Sections of settings in a tag of FEI's (34680, 34682); lengths are in metres, angles in radians.
  mutating func readFEI(_ directory: TIFFDirectory) throws(FormatError) {
    var text = try directory.text(34_682)
    if text == nil { text = try directory.text(34_680) }
    guard let text else { return }
    let sections = TIFFText.sections(text)
    let value = { (section: String, key: String) in TIFFText.number(sections[section]?[key]) }
    vendor["fei_metadata"] = TIFFText.tree(sections)
    if let width = value("Scan", "PixelWidth") {
      setPixel(width, value("Scan", "PixelHeight"))
    } else if let width = value("IRBeam", "HFW"), let columns = value("Image", "ResolutionX"), columns > 0 {
      let rows = value("Image", "ResolutionY")
      setPixel(width / columns, value("IRBeam", "VFW").flatMap { height in rows.map { height / $0 } })
    } else if let width = value("EScan", "PixelWidth") ?? value("IScan", "PixelWidth") {
      setPixel(width)
    }
    let beam = sections["Beam"]?["Beam"] ?? "EBeam"
    instrument.acquisitionMode = "SEM"
    instrument.beamEnergy = (value("Beam", "HV") ?? value(beam, "HV")).map { $0 / 1000 }
    instrument.beamCurrent = (value(beam, "BeamCurrent") ?? value("EBeam", "BeamCurrent")).map { $0 * 1e9 }
    instrument.workingDistance = (value("Stage", "WorkingDistance") ?? value(beam, "WD")).map { $0 * 1000 }
    instrument.stageX = value("Stage", "StageX").map { $0 * 1000 }
    instrument.stageY = value("Stage", "StageY").map { $0 * 1000 }
    instrument.stageZ = value("Stage", "StageZ").map { $0 * 1000 }
    instrument.stageRotation = value("Stage", "StageR").map { $0 * 180 / .pi }
    instrument.tiltAlpha = value("Stage", "StageT").map { $0 * 180 / .pi }
    instrument.dwellTime = value("Scan", "Dwelltime") ?? value("EScan", "Dwell")
    instrument.magnification = value("Image", "Magnification")
    instrument.microscope = sections["System"]?["SystemType"]
    instrument.detector = sections["Detectors"]?["Name"]
    instrument.frames = value("Image", "Integrate").flatMap { Int(exactly: $0) }.flatMap { $0 > 0 ? $0 : nil }
    if let date = sections["User"]?["Date"] {
      acquired = WrittenDate.iso8601(date: date, time: sections["User"]?["Time"]) ?? acquired
    }
    authors = sections["User"]?["User"].flatMap { $0.isEmpty ? nil : $0 } ?? authors
    comment = sections["User"]?["UserText"].flatMap { $0.isEmpty ? nil : $0 } ?? comment
  }

  /// Zeiss (34118): numbers without names, then names in capitals, each before a line for people: "EHT = 5.00 kV".
  mutating func readZeiss(_ directory: TIFFDirectory, _ page: TIFFPage) throws(FormatError) {
    guard let text = try directory.text(34_118) else { return }
    var unnamed: [Double] = []
    var values: [String: String] = [:]
    var entries: [String: MetadataTree] = [:]
    var key: String?
    for line in text.split(whereSeparator: \.isNewline).map({ $0.trimmingCharacters(in: .whitespaces) }) where !line.isEmpty {
      if line.contains("_"), !line.contains("="), line == line.uppercased() {
        key = line
      } else if let name = key {
        guard let sign = line.firstIndex(of: "=") ?? line.firstIndex(of: ":") else { continue }
        let value = line[line.index(after: sign)...].trimmingCharacters(in: .whitespaces)
        values[name] = value
        entries[name] = ["label": .text(line[..<sign].trimmingCharacters(in: .whitespaces)), "value": .text(value)]
        key = nil
      } else if let number = Double(line) {
        unnamed.append(number)
      }
    }
    entries["unnamed"] = .list(unnamed.map(MetadataTree.real))
    vendor["CZ_SEM"] = .dictionary(entries)
    let quantity = { (name: String) in TIFFText.quantity(values[name]) }
    // The unnamed size is that of a picture of 1,024 columns, and more precise than the named ones.
    if unnamed.count > 3, unnamed[3] > 0 {
      setPixel(unnamed[3] * 1024 / Double(page.form.width))
    } else {
      setPixel(quantity("AP_IMAGE_PIXEL_SIZE") ?? quantity("AP_PIXEL_SIZE"))
    }
    instrument.acquisitionMode = "SEM"
    instrument.beamEnergy = (quantity("AP_ACTUALKV") ?? quantity("AP_MANUALKV")).map { $0 / 1000 }
    instrument.beamCurrent = quantity("AP_IPROBE").map { $0 * 1e9 }
    instrument.workingDistance = quantity("AP_WD").map { $0 * 1000 }
    // "50.00 K X"
    instrument.magnification = TIFFText.number(values["AP_MAG"]).map { values["AP_MAG"]?.contains("K") ?? false ? $0 * 1000 : $0 }
    instrument.stageX = quantity("AP_STAGE_AT_X").map { $0 * 1000 }
    instrument.stageY = quantity("AP_STAGE_AT_Y").map { $0 * 1000 }
    instrument.stageZ = quantity("AP_STAGE_AT_Z").map { $0 * 1000 }
    instrument.stageRotation = TIFFText.number(values["AP_STAGE_AT_R"])
    instrument.tiltAlpha = TIFFText.number(values["AP_STAGE_AT_T"])
    instrument.dwellTime = quantity("DP_DWELL_TIME")
    instrument.detector = values["DP_DETECTOR_CHANNEL"] ?? values["DP_DETECTOR_TYPE"]
    instrument.detectorType = values["DP_DETECTOR_TYPE"]
    instrument.microscope = values["DP_SEM"] ?? values["SV_SERIAL_NUMBER"]
    authors = values["SV_USER_NAME"] ?? authors
    if let date = values["AP_DATE"] { acquired = Self.date(date, values["AP_TIME"]) ?? acquired }
  }

  /// TESCAN: lines of settings inside a binary tag (50431), or beside the image; lengths are in metres, angles in degrees.
  mutating func readTESCAN(_ directory: TIFFDirectory, _ path: String) throws(FormatError) {
    var text: String?
    if let bytes = try directory.bytes(50_431, limit: 1 << 20), let place = Self.find("PixelSizeX=", in: bytes) {
      // The lines are the printable bytes around it.
      let isText = { (byte: UInt8) in byte >= 32 || byte == 9 || byte == 10 || byte == 13 }
      let start = bytes[..<place].lastIndex { !isText($0) }.map { $0 + 1 } ?? 0
      text = decodeText(bytes[start..<(bytes[place...].firstIndex { !isText($0) } ?? bytes.count)])
    } else {
      let stem = path.hasSuffix(".tif") ? String(path.dropLast(4)) : path.hasSuffix(".tiff") ? String(path.dropLast(5)) : path
      for other in ["\(stem)-tif.hdr", "\(stem).hdr"] {
        guard let found = TIFFText.file(other), found.contains("PixelSizeX") else { continue }
        text = found
        files.append(other)
        break
      }
    }
    guard let text else { return }
    let sections = TIFFText.sections(text)
    var values: [String: String] = [:]
    for section in sections.values { values.merge(section) { first, _ in first } }
    let number = { (key: String) in TIFFText.number(values[key]) }
    vendor["TESCAN"] = TIFFText.tree(sections)
    setPixel(number("PixelSizeX"), number("PixelSizeY"))
    instrument.acquisitionMode = "SEM"
    instrument.beamEnergy = number("HV").map { $0 / 1000 }
    instrument.beamCurrent = (number("PredictedBeamCurrent") ?? number("BeamCurrent")).map { $0 * 1e9 }
    instrument.workingDistance = number("WD").map { $0 * 1000 }
    instrument.magnification = number("Magnification")
    instrument.dwellTime = number("DwellTime")
    instrument.stageX = number("StageX").map { $0 * 1000 }
    instrument.stageY = number("StageY").map { $0 * 1000 }
    instrument.stageZ = number("StageZ").map { $0 * 1000 }
    instrument.stageRotation = number("StageRotation")
    instrument.tiltAlpha = number("StageTilt")
    instrument.detector = values["Detector0"] ?? values["Detector"]
    instrument.microscope = values["Device"]
    authors = values["UserName"].flatMap { $0.isEmpty ? nil : $0 } ?? authors
    if let date = values["Date"] { acquired = WrittenDate.iso8601(date: date, time: values["Time"]) ?? acquired }
  }

  /// Hitachi and JEOL write a text of the same name beside the image.
  mutating func readSidecar(_ path: String) {
    guard let dot = path.lastIndex(of: ".") else { return }
    let other = "\(path[..<dot]).txt"
    guard let text = TIFFText.file(other) else { return }
    if text.contains("[SemImageFile]") {
      readHitachi(TIFFText.sections(text))
    } else if text.contains("$CM_") || text.contains("$SEM_") {
      readJEOL(text)
    } else {
      return
    }
    files.append(other)
  }

  private mutating func readHitachi(_ sections: [String: [String: String]]) {
    vendor["Hitachi"] = TIFFText.tree(sections)
    let values = sections["SemImageFile"] ?? [:]
    // Nanometres where no unit is written.
    setPixel(TIFFText.number(values["PixelSize"]).map { $0 * 1e-9 })
    instrument.acquisitionMode = "SEM"
    instrument.beamEnergy = TIFFText.quantity(values["AcceleratingVoltage"]).map { $0 / 1000 }
    instrument.workingDistance = TIFFText.number(values["WorkingDistance"]).map { number in
      // "8200 um" and "8.2 mm".
      values["WorkingDistance"]?.contains("mm") ?? false ? number : number * 1e-3
    }
    instrument.magnification = TIFFText.number(values["Magnification"])
    instrument.microscope = values["InstructName"] ?? values["InstrumentName"]
    instrument.detector = values["SignalName"]
    if let date = values["Date"] { acquired = WrittenDate.iso8601(date: date, time: values["Time"]) ?? acquired }
  }

  /// "$CM_ACCEL_VOLT 15.00": the size of a pixel is that of the bar in the picture by its columns.
  private mutating func readJEOL(_ text: String) {
    var values: [String: String] = [:]
    for line in text.split(whereSeparator: \.isNewline) where line.hasPrefix("$") {
      let parts = line.drop { $0 == "$" }.split(maxSplits: 1, whereSeparator: \.isWhitespace)
      if let key = parts.first {
        values[String(key)] = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
      }
    }
    vendor["JEOL"] = .dictionary(values.mapValues { MetadataTree.value(written: $0) })
    if let bar = TIFFText.number(values["SM_MICRON_BAR"]), bar > 0, let length = TIFFText.quantity(values["SM_MICRON_MARKER"]) {
      setPixel(length / bar)
    }
    instrument.acquisitionMode = "SEM"
    instrument.beamEnergy = TIFFText.number(values["CM_ACCEL_VOLT"])
    instrument.magnification = TIFFText.number(values["CM_MAG"])
    instrument.workingDistance = TIFFText.number(values["SM_WD"])
    instrument.detector = values["CM_SIGNAL"]
    instrument.microscope = values["CM_INSTRUMENT"]
    authors = values["CM_OPERATOR"].flatMap { $0.isEmpty ? nil : $0 } ?? authors
    title = values["CM_TITLE"] ?? title
    comment = values["CM_COMMENT"].flatMap { $0.isEmpty ? nil : $0 } ?? comment
    if let date = values["CM_DATE"] {
      acquired = WrittenDate.iso8601(date: date.replacingOccurrences(of: "/", with: "-"), time: values["CM_TIME"]) ?? acquired
    }
  }

  /// "14 Feb 2013" and "11:46:17".
  private static func date(_ day: String, _ time: String?) -> String? {
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let parts = day.split(whereSeparator: \.isWhitespace)
    guard parts.count == 3, let month = months.firstIndex(of: String(parts[1].prefix(3))) else {
      return WrittenDate.iso8601(date: day, time: time)
    }
    return WrittenDate.iso8601(date: "\(parts[2])-\(month + 1)-\(parts[0])", time: time)
  }

  /// Where a text begins in bytes.
  static func find(_ text: String, in bytes: [UInt8]) -> Int? {
    let mark = Array(text.utf8)
    guard bytes.count >= mark.count else { return nil }
    return (0...bytes.count - mark.count).first { bytes[$0] == mark[0] && bytes[$0..<$0 + mark.count].elementsEqual(mark) }
  }
}
