internal import Microscopy

extension JEOLPoints {
  private var document: JEOLTag? { data?.tag("Doc") }

  private var beam: JEOLBeam {
    let conditions = data?.tag("MeasCond")
    return JEOLBeam(
      energy: conditions?.tag("AccKV")?.number, current: conditions?.tag("AccNA")?.number,
      magnification: conditions?.tag("Mag")?.number, workingDistance: conditions?.tag("WD")?.number,
      microscope: settings?.tag("SEM")?.text)
  }

  /// s, for one visit of one pixel
  private var dwellTime: Double? {
    document?.tag("DwellTime(msec)")?.number.flatMap(JEOLBeam.positive).map { $0 / 1000 }
  }

  /// keV; channel numbers of the stream begin below zero, at the place where the processor put it.
  private var energyAxis: Axis {
    guard let scale = document?.tag("CoefA")?.number, let offset = document?.tag("CoefB")?.number, scale.isFinite,
      offset.isFinite, scale != 0
    else { return Axis(name: "Energy", size: JEOLScanArray.channelCount, role: .signal) }
    let zero = template?.tag("DigZ")?.number ?? 0
    return Axis(
      name: "Energy", size: JEOLScanArray.channelCount, scale: scale, offset: offset - scale * zero, units: "keV",
      role: .signal)
  }

  private func positions(_ array: JEOLScanArray, _ role: Axis.Role) -> [Axis] {
    let extent = JEOLBeam.micrometres(
      scanSize: settings?.tag("ScanSize")?.number, magnification: data?.tag("MeasCond", "Mag")?.number)
    let grid = array.scan.grid
    let pixel = grid.pixelSize
    var axes = [("y", grid.height, pixel.height), ("x", grid.width, pixel.width)].map { name, size, part in
      Axis(name: name, size: size, scale: extent.map { $0 * part } ?? 1, units: extent == nil ? "" : "µm", role: role)
    }
    if array.keepsFrames {
      let pixels = Double(grid.width * grid.height)
      axes.insert(
        Axis(
          name: "Frame", size: array.frames.count, scale: dwellTime.map { $0 * pixels } ?? 1,
          offset: dwellTime.map { $0 * pixels * Double(array.frames.first ?? 0) } ?? 0, units: dwellTime == nil ? "" : "s",
          role: .navigation), at: 0)
    }
    return axes
  }

  func metadata(of array: JEOLScanArray, _ times: Times, _ shifts: [JEOLScan.Shift]) -> MapMetadata {
    var metadata: MapMetadata
    switch array.content {
    case .counts:
      metadata = common(
        "EDS extracted from \(fileName(of: file.path))", positions(array, .navigation) + [energyAxis], times)
      metadata.signalType = beam.signalType
      metadata.quantity = "X-rays (Counts)"
    case .images:
      metadata = common("S(T)EM Image extracted from \(fileName(of: file.path))", positions(array, .signal), times)
      metadata.quantity = "Intensity"
      metadata.instrument.liveTime = nil
      metadata.instrument.realTime = nil
    }
    metadata.instrument.frames = array.frames.count
    if shifts.contains(where: { $0 != .init() }) {
      metadata.vendor.replace(
        ["jeol_pts_frame_shifts"], by: .list(shifts.map { [.integer(Int64($0.y)), .integer(Int64($0.x))] }))
    }
    return metadata
  }

  func sumSpectrumMetadata(_ count: Int) -> MapMetadata {
    var axis = Axis(name: "Energy", size: count, role: .signal)
    if energyAxis.units == "keV", let offset = document?.tag("CoefB")?.number {
      axis.scale = energyAxis.scale
      axis.offset = offset
      axis.units = "keV"
    }
    var metadata = common("Sum spectrum of \(fileName(of: file.path))", [axis], nil)
    metadata.signalType = beam.signalType
    metadata.quantity = "X-rays (Counts)"
    return metadata
  }

  /// What is known of the whole scan.
  ///
  /// Times are those of the header when all frames are read, else the ticks in the stream of those that are.
  private func common(_ title: String, _ axes: [Axis], _ times: Times?) -> MapMetadata {
    var metadata = MapMetadata(title: title, axes: axes)
    metadata.originalFile = fileName(of: file.path)
    metadata.acquired = JEOLText.date(created)
    metadata.notes = memo.isEmpty ? nil : memo
    metadata.instrument = beam.instrument(isScanned: true)
    metadata.instrument.dwellTime = dwellTime
    if let settings { metadata.instrument.take(detector: settings.tree) }
    if times?.isWhole ?? true {
      metadata.instrument.liveTime = document?.tag("LiveTime")?.number.flatMap(JEOLBeam.positive)
      metadata.instrument.realTime = document?.tag("RealTime")?.number.flatMap(JEOLBeam.positive)
      metadata.instrument.frames = document?.tag("Sweep")?.integer
    } else if let times {
      metadata.instrument.liveTime = times.live
      metadata.instrument.realTime = times.real
    }
    metadata.vendor = tags.tree
    metadata.vendor.replace(["GroupName"], by: .text(group))
    metadata.vendor.replace(["Memo"], by: .text(memo))
    if let array = sumSpectrum?.array {
      metadata.vendor.replace(["EDS Data", "AnalyzableMap MeasData", "Data", "EDXRF"], by: array.descriptor)
    }
    return metadata
  }
}
