internal import Microscopy

extension GatanImage {
  /// What the tags say, in the terms of Lamella; the tags themselves are kept whole under `vendor`.
  ///
  /// - Parameter common: the tags of the file but its list of images, which is replaced by this one.
  func metadata(_ layout: Layout, common: MetadataTree) -> MapMetadata {
    var metadata = MapMetadata(title: title, axes: layout.axes, signalType: signalType, quantity: quantity)
    metadata.originalFile = fileName(of: file.path)
    metadata.acquired = acquired
    metadata.authors = tags.text("Session Info", "Operator")
    metadata.sample.description = tags.text("Session Info", "Specimen")
    metadata.instrument = instrument
    metadata.hyperspy = hyperspy
    metadata.vendor = common
    metadata.vendor.replace(["ImageList"], by: ["TagGroup0": group.tree])
    // The image data is the map itself, however small it is.
    metadata.vendor.replace(["ImageList", "TagGroup0", "ImageData", "Data"], by: data.descriptor)
    return metadata
  }

  private var quantity: String {
    let units = brightness?.text("Units") ?? ""
    let kind = signalType.hasPrefix("EDS") ? "X-rays" : units == "e-" ? "Electrons" : "Intensity"
    switch units {
    case "": return kind
    case "e-": return "\(kind) (Counts)"
    default: return "\(kind) (\(units))"
    }
  }

  /// The group of acquisition settings of the signal: "EELS", "EDS" or "CL".
  private var signalGroup: GatanTagGroup? {
    switch signalType {
    case "EELS": tags.group("EELS")
    case "EDS_TEM", "EDS_SEM": tags.group("EDS")
    case "CL": tags.group("CL")
    default: nil
    }
  }

  private var acquired: String? {
    let places: [(date: String?, time: String?)] = [
      (signalGroup?.text("Acquisition", "Date"), signalGroup?.text("Acquisition", "Start time")),
      (tags.text("SI", "Acquisition", "Date"), tags.text("SI", "Acquisition", "Start time")),
      (tags.text("DataBar", "Acquisition Date"), tags.text("DataBar", "Acquisition Time")),
      (signalGroup?.text("Acquisition", "Acquisition begin"), nil),
    ]
    let system = tags.number("DataBar", "Acquisition Time (OS)")
    for (date, time) in places {
      if let date {
        // "4/11/2020 14:41:01" in one text.
        let words = date.split(separator: " ", maxSplits: 1).map(String.init)
        let clock = time ?? (words.count > 1 ? words[1] : nil)
        if let text = WrittenDate.iso8601(date: words.first ?? "", time: clock, fileTime: system) { return text }
      }
    }
    return nil
  }

  private var instrument: Instrument {
    let tags = tags
    var instrument = Instrument()
    let microscope = tags.group("Microscope Info") ?? GatanTagGroup(entries: [])
    // Microscopes without a remote control report zero for what they do not know.
    let known = { (value: Double?) in value.flatMap { $0 > 0 && $0.isFinite ? $0 : nil } }
    instrument.microscope =
      tags.text("Session Info", "Microscope") ?? microscope.text("Name") ?? microscope.text("Microscope")
    instrument.acquisitionMode = acquisitionMode
    instrument.beamEnergy = known(microscope.number("Voltage")).map { $0 / 1000 }
    instrument.beamCurrent = known(microscope.number("Probe Current (nA)"))
    instrument.tiltAlpha = microscope.number("Stage Position", "Stage Alpha")
    // The file has µm.
    let stage = { microscope.number("Stage Position", $0).map { $0 * 1e-3 } }
    instrument.stageX = stage("Stage X")
    instrument.stageY = stage("Stage Y")
    instrument.stageZ = stage("Stage Z")
    // The stage of a scanning electron microscope rotates where that of others tilts.
    let beta = microscope.number("Stage Position", "Stage Beta")
    if isScanningMicroscope { instrument.stageRotation = beta } else { instrument.tiltBeta = beta }
    let indicated = known(microscope.number("Indicated Magnification"))
    if microscope.text("Illumination Mode") == "TEM" {
      // In diffraction the microscope indicates its camera length.
      if microscope.text("Imaging Mode") == "DIFFRACTION" {
        instrument.cameraLength = indicated
      } else {
        instrument.magnification = indicated
      }
    } else {
      if !isScanningMicroscope { instrument.cameraLength = known(microscope.number("STEM Camera Length")) }
      instrument.magnification = indicated
    }
    instrument.detector = tags.text("Acquisition", "Device", "Name") ?? tags.text("DataBar", "Device Name")
    instrument.frames = signalGroup?.integer("Acquisition", "Number of frames")
    switch signalType {
    case "EELS":
      let conditions = tags.group("EELS", "Experimental Conditions")
      instrument.collectionAngle = known(conditions?.number("Collection semi-angle (mrad)"))
      instrument.convergenceAngle = known(conditions?.number("Convergence semi-angle (mrad)"))
      if isScanned { instrument.dwellTime = exposure }
    case "EDS_TEM", "EDS_SEM":
      let eds = tags.group("EDS")
      instrument.azimuthAngle = eds?.number("Detector Info", "Azimuthal angle")
      instrument.elevationAngle = eds?.number("Detector Info", "Elevation angle")
      instrument.solidAngle = known(eds?.number("Solid angle")) ?? known(eds?.number("Detector Info", "Solid angle"))
      instrument.liveTime = eds?.number("Live time")
      instrument.realTime = eds?.number("Real time")
      instrument.detectorType = eds?.text("Detector Info", "Detector type")
      instrument.detector = instrument.detectorType ?? instrument.detector
    default: break
    }
    if instrument.dwellTime == nil {
      // A spectrum image is scanned at a pace of its own, whatever the scan of images is set to.
      let pixel = known(tags.number("SI", "Acquisition", "Pixel time (s)"))
      let sample = known(tags.number("DigiScan", "Sample Time")).map { $0 / 1e6 }
      instrument.dwellTime = signalType.isEmpty ? sample ?? pixel : pixel ?? sample
    }
    return instrument
  }

  private var isScanned: Bool { tags.group("DigiScan") != nil }

  /// s: the integration time, or the exposure times the number of frames, which maps have instead.
  private var exposure: Double? {
    guard let acquisition = signalGroup?.group("Acquisition") else { return nil }
    return acquisition.number("Integration time (s)")
      ?? acquisition.number("Exposure (s)").map { $0 * (acquisition.number("Number of frames") ?? 1) }
  }

  /// What HyperSpy has a place for and `MapMetadata` has no field for.
  private var hyperspy: MetadataTree {
    let tags = tags
    var tree = MetadataTree.empty
    func put(_ path: [String], _ value: MetadataTree?) {
      if let value, !(value.text?.isEmpty ?? false) { tree.replace(path, by: value) }
    }
    func put(_ path: [String], _ value: Double?) { put(path, value.map(MetadataTree.real)) }
    let noise = ["Signal", "Noise_properties", "Variance_linear_model"]
    put(noise + ["gain_factor"], brightness?.number("Scale"))
    put(noise + ["gain_offset"], brightness?.number("Origin"))
    switch signalType {
    case "EELS":
      let detector = ["Acquisition_instrument", "TEM", "Detector", "EELS"]
      if !isScanned { put(detector + ["exposure"], exposure) }
      put(detector + ["frame_number"], tags.value("EELS", "Acquisition", "Number of frames"))
      put(detector + ["spectrometer"], tags.value("EELS Spectrometer", "Instrument name"))
      let aperture = tags.text("EELS Spectrometer", "Aperture label")?.filter { "0123456789.".contains($0) }
      put(detector + ["aperture_size"], aperture.flatMap(Double.init))
    case "CL":
      putCathodoluminescence(into: &tree)
    case "EDS_TEM", "EDS_SEM": break
    default:
      if !isScanned {
        put(
          ["Acquisition_instrument", "TEM", "Camera", "exposure"],
          tags.number("Acquisition", "Parameters", "Detector", "exposure (s)"))
      }
    }
    return tree
  }

  private func putCathodoluminescence(into tree: inout MetadataTree) {
    let tags = tags
    func put(_ path: [String], _ value: MetadataTree?) {
      if let value, !(value.text?.isEmpty ?? false) { tree.replace(["Acquisition_instrument"] + path, by: value) }
    }
    if let format = imageTags.value("Meta Data", "Format") { tree.replace(["Signal", "format"], by: format) }
    let mode = tags.value("Meta Data", "Acquisition Mode")
    put(["Spectrometer", "acquisition_mode"], mode)
    switch mode?.text {
    case "Parallel dispersive": put(["Detector", "detector_type"], "CCD")
    case "Serial dispersive": put(["Detector", "detector_type"], "PMT")
    default: break
    }
    let monarc = tags.group("Acquisition", "Monarc Spectrometer")
    let acquisition = tags.group("CL", "Acquisition")
    let high = tags.group("Acquisition", "Parameters", "High Level")
    put(
      ["Spectrometer", "Grating", "groove_density"],
      acquisition?.value("Dispersion grating (lines/mm)")
        ?? monarc?.value("Grating").flatMap { $0.number ?? $0.text.flatMap(Double.init) }.map(MetadataTree.real))
    put(["Spectrometer", "entrance_slit_width"], monarc?.value("Slit Width"))
    put(["Spectrometer", "bandpass"], monarc?.value("Bandpass"))
    put(["Spectrometer", "central_wavelength"], acquisition?.value("Central wavelength (nm)"))
    put(["Spectrometer", "start_wavelength"], acquisition?.value("Start wavelength (nm)"))
    put(["Spectrometer", "step_size"], acquisition?.value("Step-size (nm)"))
    put(["Detector", "exposure_per_frame"], acquisition?.value("Exposure (s)"))
    put(["Detector", "frames"], acquisition?.value("Number of frames"))
    put(["Detector", "integration_time"], acquisition?.value("Dwell time (s)") ?? exposure.map(MetadataTree.real))
    put(["Detector", "saturation_fraction"], acquisition?.value("Saturation fraction"))
    put(["Detector", "binning"], high?.value("Binning"))
    put(["Detector", "sensor_roi"], high?.value("CCD Read Area"))
    put(["Detector", "processing"], high?.value("Processing"))
    put(["Detector", "pixel_size"], tags.value("Acquisition", "Device", "CCD", "Pixel Size (um)"))
    put(["Detector", "pmt_voltage"], monarc?.value("PMT HV"))
    let scan = tags.group("SI", "Acquisition")
    put(["Spectrum_image", "mode"], scan?.value("SI Application Mode", "Name"))
    let drift = scan?.group("Artefact Correction", "Spatial Drift")
    put(["Spectrum_image", "drift_correction_periodicity"], drift?.value("Periodicity"))
    put(["Spectrum_image", "drift_correction_units"], drift?.value("Units"))
  }
}

extension MetadataTree {
  /// Sets the value at a path of keys; dictionaries are made on the way.
  mutating func replace(_ path: [String], by value: MetadataTree) {
    guard let key = path.first else {
      self = value
      return
    }
    var values: [String: MetadataTree] = [:]
    if case .dictionary(let own) = self { values = own }
    // A dictionary in two places would be copied whole for each change.
    self = .null
    values[key, default: .empty].replace(Array(path.dropFirst()), by: value)
    self = .dictionary(values)
  }
}
