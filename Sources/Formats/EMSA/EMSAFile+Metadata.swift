internal import Microscopy

extension EMSAFile {
  /// Everything the header says of the spectrum.
  func metadata(axis: Axis) -> MapMetadata {
    var metadata = MapMetadata(title: joinedText("TITLE") ?? "", axes: [axis], signalType: signalType)
    let label = text("YLABEL") ?? text("YUNITS") ?? ""
    metadata.quantity = label
    if let units = text("YUNITS"), units != label { metadata.quantity = "\(label) (\(units))" }
    metadata.acquired = acquired
    metadata.authors = text("OWNER")
    metadata.notes = joinedText("COMMENT", separator: "\n")
    metadata.sample.thickness = number("THICKNESS")
    metadata.instrument = instrument
    metadata.vendor = tree
    return metadata
  }

  private var instrument: Instrument {
    var instrument = Instrument()
    instrument.beamEnergy = number("BEAMKV")
    instrument.beamCurrent = number("PROBECUR")
    instrument.convergenceAngle = number("CONVANGLE")
    instrument.collectionAngle = number("COLLANGLE")
    instrument.dwellTime = number("DWELLTIME").map { $0 / 1000 }
    instrument.liveTime = number("LIVETIME")
    instrument.realTime = number("REALTIME")
    instrument.elevationAngle = number("ELEVANGLE")
    instrument.azimuthAngle = number("AZIMANGLE")
    instrument.solidAngle = number("SOLIDANGL")
    instrument.tiltAlpha = number("XTILTSTGE")
    instrument.tiltBeta = number("YTILTSTGE")
    instrument.detector = text("EDSDET") ?? text("ELSDET")
    let mode = text("OPERMODE")?.uppercased()
    switch mode {
    case "IMAG", "DIFFR": instrument.acquisitionMode = "TEM"
    case "SCIMG", "SCDIF": instrument.acquisitionMode = signalType == "EDS_SEM" ? "SEM" : "STEM"
    default: break
    }
    // MAGCAM is a magnification, or in diffraction a camera length in millimetres.
    if mode == "DIFFR" || mode == "SCDIF" {
      instrument.cameraLength = number("MAGCAM")
    } else {
      instrument.magnification = number("MAGCAM")
    }
    return instrument
  }

  /// HyperSpy's word. An X-ray spectrum is taken for one of a scanning microscope up to 30 kV, the most these reach.
  private var signalType: String {
    switch text("SIGNALTYPE")?.uppercased() {
    case "EDS", "EDX": number("BEAMKV").map(Instrument.isScanningMicroscope(beamEnergy:)) == true ? "EDS_SEM" : "EDS_TEM"
    case "ELS", "EELS": "EELS"
    case "CLS": "CL"
    case "EDS_SEM": "EDS_SEM"
    case "EDS_TEM": "EDS_TEM"
    default: ""
    }
  }

  /// From "01-OCT-1991" and "12:00" or "12:00:05"; nil when either is anything else.
  private var acquired: String? {
    guard let date = text("DATE") else { return nil }
    let months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
    let parts = date.split(separator: "-").map(String.init)
    guard parts.count == 3, let day = Int(parts[0]), (1...31).contains(day),
      let month = months.firstIndex(of: parts[1].uppercased()), let year = Int(parts[2]), (1900...9999).contains(year)
    else { return nil }
    let isoDate = "\(year)-\(twoDigits(month + 1))-\(twoDigits(day))"
    guard let time = text("TIME") else { return isoDate }
    let numbers = time.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
    guard numbers.count == 2 || numbers.count == 3, (0...23).contains(numbers[0]),
      numbers.dropFirst().allSatisfy((0...59).contains)
    else { return nil }
    return "\(isoDate)T\((numbers + [0]).prefix(3).map(twoDigits).joined(separator: ":"))"
  }

  private func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
