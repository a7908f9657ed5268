internal import Microscopy

/// The fields of NeXus's base classes, and of those of the application definition NXem, in the terms of Lamella.
extension NeXusFields {
  /// Fills what is not known yet.
  func fill(_ metadata: inout MapMetadata) {
    metadata.acquired = metadata.acquired ?? acquired
    metadata.notes = metadata.notes ?? text("experiment_description", in: ["NXentry", "NXem", "NXsubentry"])
    if metadata.authors == nil {
      let names = texts("name", in: "NXuser")
      if !names.isEmpty { metadata.authors = names.joined(separator: ", ") }
    }
    fill(&metadata.sample)
    fill(&metadata.instrument)
    if metadata.signalType.isEmpty { metadata.signalType = signalType(metadata) }
  }

  private var acquired: String? {
    guard let text = text("start_time", "timestamp_local", "collection_time") else { return nil }
    let digits = text.prefix(4)
    guard digits.count == 4, digits.allSatisfy(\.isNumber), text.dropFirst(4).first == "-" else { return nil }
    return text
  }

  private func fill(_ sample: inout Sample) {
    let group = ["NXsample"]
    sample.name = sample.name ?? text("name", in: group)
    sample.description = sample.description ?? text("description", in: group)
    sample.thickness = sample.thickness ?? quantity("thickness", in: group, unit: "nm")
    sample.density = sample.density ?? quantity("density", in: group, unit: "g/cm3")
    guard sample.elements.isEmpty else { return }
    let types = value("atom_types", in: "NXsample")
    if case .list(let symbols)? = types {
      sample.elements = symbols.compactMap(\.text)
    } else if let symbols = types?.text {
      sample.elements = symbols.split { ", ;".contains($0) }.map(String.init)
    } else if let formula = text("chemical_formula", in: group) {
      sample.elements = Self.elements(formula)
    }
  }

  /// The symbols of a formula such as "Fe2 O3" or "(Mg Fe) Si O3", each once; none where there is anything else in it.
  static func elements(_ formula: String) -> [String] {
    var symbols: [String] = []
    for character in formula {
      if character.isUppercase {
        symbols.append(String(character))
      } else if character.isLowercase {
        guard let last = symbols.last, last.count == 1 else { return [] }
        symbols[symbols.count - 1] = last + String(character)
      } else if !character.isNumber, !" .()[]".contains(character) {
        return []
      }
    }
    var seen: Set<String> = []
    return symbols.filter { seen.insert($0).inserted }
  }

  /// Whether the beam is one of electrons, as far as the file says what it is.
  private var isElectronBeam: Bool {
    let probe = text("probe", in: ["NXsource", "NXbeam"])?.lowercased()
    if let probe { return probe.contains("electron") }
    let type = text("type", in: ["NXsource"])?.lowercased() ?? ""
    return !["synchrotron", "neutron", "x-ray", "muon", "laser"].contains { type.contains($0) }
  }

  private func fill(_ instrument: inout Instrument) {
    let own = ["NXinstrument", "NXem_instrument"]
    let model = [text("vendor", in: ["NXfabrication"]), text("model", in: ["NXfabrication"])].compactMap(\.self)
    instrument.microscope =
      instrument.microscope ?? text("name", in: own) ?? (model.isEmpty ? nil : model.joined(separator: " "))
    if isElectronBeam { fillBeam(&instrument) }
    func set(_ field: WritableKeyPath<Instrument, Double?>, _ value: Double?) {
      if instrument[keyPath: field] == nil { instrument[keyPath: field] = value }
    }
    set(\.convergenceAngle, quantity("semi_convergence_angle", "convergence_semi_angle", "convergence_angle", unit: "mrad"))
    set(\.collectionAngle, quantity("semi_collection_angle", "collection_semi_angle", "collection_angle", unit: "mrad"))
    set(\.cameraLength, quantity("camera_length", unit: "mm"))
    set(\.magnification, number("magnification"))
    set(\.workingDistance, quantity("working_distance", unit: "mm"))
    set(\.dwellTime, quantity("dwell_time", "pixel_time", unit: "s"))
    set(\.liveTime, quantity("live_time", unit: "s"))
    set(\.realTime, quantity("real_time", "count_time", unit: "s"))
    let stage = ["NXstage_lab", "NXmanipulator", "NXpositioner", "NXsample"]
    set(\.tiltAlpha, quantity("tilt1", "tilt_1", "alpha_tilt", "tilt_alpha", in: stage, unit: "deg"))
    set(\.tiltBeta, quantity("tilt2", "tilt_2", "beta_tilt", "tilt_beta", in: stage, unit: "deg"))
    let holder = ["NXstage_lab", "NXmanipulator", "NXpositioner"]
    set(\.stageRotation, quantity("rotation", in: holder, unit: "deg"))
    set(\.stageX, quantity("x", "stage_x", in: holder, unit: "mm"))
    set(\.stageY, quantity("y", "stage_y", in: holder, unit: "mm"))
    set(\.stageZ, quantity("z", "stage_z", in: holder, unit: "mm"))
    // What is said of several detectors is said of none of the maps in particular.
    guard groupCount(of: "NXdetector") <= 1 else { return }
    let detector = ["NXdetector"]
    instrument.detector = instrument.detector ?? text("description", "name", "local_name", in: detector)
    instrument.detectorType = instrument.detectorType ?? text("type", in: detector)
    set(\.elevationAngle, quantity("elevation_angle", "take_off_angle", in: detector, unit: "deg"))
    set(\.azimuthAngle, quantity("azimuth_angle", "azimuthal_angle", in: detector, unit: "deg"))
    set(\.solidAngle, quantity("solid_angle", in: detector, unit: "sr"))
    set(\.energyResolution, quantity("energy_resolution", in: detector, unit: "eV"))
  }

  private func fillBeam(_ instrument: inout Instrument) {
    if instrument.beamEnergy == nil {
      instrument.beamEnergy =
        quantity("voltage", "acceleration_voltage", "accelerating_voltage", "beam_energy", unit: "keV")
        ?? quantity("energy", "incident_energy", in: ["NXsource", "NXbeam", "NXelectron_gun"], unit: "keV")
    }
    if instrument.beamCurrent == nil {
      instrument.beamCurrent =
        quantity("beam_current", "probe_current", unit: "nA") ?? quantity("current", in: ["NXsource"], unit: "nA")
    }
  }

  /// By the class or the name of a process around the spectra, and the beam.
  private func signalType(_ metadata: MapMetadata) -> String {
    guard metadata.signalAxes.count == 1, metadata.signalAxes[0].units.lowercased().hasSuffix("ev") else { return "" }
    switch text("definition")?.lowercased() {
    case "nxem_eels", "nxeels": return "EELS"
    case "nxem_eds", "nxeds":
      guard let energy = metadata.instrument.beamEnergy else { return "" }
      return Instrument.isScanningMicroscope(beamEnergy: energy) ? "EDS_SEM" : "EDS_TEM"
    default: return ""
    }
  }
}
