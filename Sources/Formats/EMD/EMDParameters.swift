internal import Microscopy

/// What a file of the EMD family says of microscope, sample, user, calibration and simulation, wherever its dialect puts it.
struct EMDParameters {
  /// All attributes and small datasets of the file.
  let tree: MetadataTree
  let dialect: EMDFile.Dialect
  private let microscope: [String: MetadataTree]
  private let calibration: [String: MetadataTree]
  /// Prismatic's own, by the letters of its command line.
  private let simulation: [String: MetadataTree]

  init(_ tree: MetadataTree, _ dialect: EMDFile.Dialect) {
    self.tree = tree
    self.dialect = dialect
    microscope = Self.branch("microscope", of: tree)
    calibration = Self.branch("calibration", of: tree)
    simulation = dialect == .prismatic ? Self.branch("simulation_parameters", of: tree) : [:]
  }

  /// The first branch of a name, the uppermost first, that says something.
  private static func branch(_ name: String, of tree: MetadataTree) -> [String: MetadataTree] {
    var level = [tree]
    for _ in 0..<6 {
      var next: [MetadataTree] = []
      for node in level {
        guard case .dictionary(let members) = node else { continue }
        for (key, value) in members.sorted(by: { $0.key < $1.key }) {
          if key.lowercased() == name, case .dictionary(let found) = value, !found.isEmpty { return found }
          next.append(value)
        }
      }
      level = next
    }
    return [:]
  }

  /// The first key that has a value, of a branch.
  private func value(_ branch: [String: MetadataTree], _ keys: [String]) -> (key: String, value: MetadataTree)? {
    for key in keys {
      if let value = branch[key]?.plain, value.firstNumber != nil || !(value.firstText ?? "").isEmpty { return (key, value) }
    }
    return nil
  }

  private func text(_ branch: [String: MetadataTree], _ keys: String...) -> String? {
    value(branch, keys)?.value.firstText
  }

  /// A quantity in a unit: a number with its unit under a key of its own, or a text with both.
  ///
  /// - Parameter bare: the unit of a number without one; such numbers are left alone when it is nil.
  private func quantity(
    _ branch: [String: MetadataTree], _ keys: [String], in unit: String, bare: (Double) -> String?
  ) -> Double? {
    guard let (key, value) = value(branch, keys) else { return nil }
    let stated = (branch["\(key)_units"]?.plain ?? branch[key]?["units"])?.firstText ?? ""
    if let number = value.firstNumber {
      return (stated.isEmpty ? bare(number) : stated).flatMap { PhysicalUnit.convert(number, from: $0, to: unit) }
    }
    guard let text = value.firstText else { return nil }
    let number = Double(text)
    return PhysicalUnit.value(of: text, in: unit, bare: stated.isEmpty ? number.flatMap(bare) : stated)
  }

  func fill(_ metadata: inout MapMetadata) {
    fillInstrument(&metadata.instrument)
    let sample = Self.branch("sample", of: tree)
    metadata.sample.name = text(sample, "name", "sample", "material", "specimen")
    metadata.sample.description = text(sample, "description", "preparation")
    let user = Self.branch("user", of: tree)
    metadata.authors = text(user, "name", "user", "operator", "user_name")
    let comments = Self.branch("comments", of: tree).sorted { $0.key < $1.key }.compactMap { $0.value.plain.firstText }
    if !comments.isEmpty { metadata.notes = comments.joined(separator: "\n") }
    metadata.vendor = tree
    if !simulation.isEmpty {
      var named: [String: MetadataTree] = [:]
      for (key, value) in simulation { named[Self.prismaticNames[key] ?? key] = value }
      metadata.vendor.replace(["simulation_parameters"], by: .dictionary(named))
    }
  }

  private func fillInstrument(_ instrument: inout Instrument) {
    instrument.microscope = text(microscope, "name", "microscope", "microscope_name", "model")
    let voltages = ["accelerating_voltage", "voltage", "high_tension", "beam_energy", "accelerating voltage", "beam energy"]
    // No microscope has less than 2 kV and more than 2000.
    instrument.beamEnergy = quantity(microscope, voltages, in: "keV") { $0 >= 2000 ? "eV" : "keV" }.flatMap { $0 > 0 ? $0 : nil }
    let convergence = ["convergence_semiangle_mrad", "convergence_semiangle", "convergence_angle"]
    instrument.convergenceAngle =
      quantity(microscope, convergence, in: "mrad") { _ in "mrad" }
      ?? quantity(calibration, convergence, in: "mrad") { _ in "mrad" }
    instrument.cameraLength = quantity(microscope, ["camera_length", "camera length"], in: "mm") { _ in nil }
    instrument.beamCurrent = quantity(microscope, ["beam_current", "probe_current"], in: "nA") { _ in nil }
    instrument.dwellTime = quantity(microscope, ["dwell_time"], in: "s") { _ in "s" }
    instrument.magnification = value(microscope, ["magnification"])?.value.firstNumber
    instrument.detector = text(microscope, "detector", "camera")
    guard dialect == .prismatic else { return }
    instrument.acquisitionMode = "STEM"
    instrument.microscope = instrument.microscope ?? "Prismatic simulation"
    instrument.beamEnergy = simulation["E"]?.firstNumber ?? instrument.beamEnergy
    instrument.convergenceAngle = simulation["sa"]?.firstNumber ?? instrument.convergenceAngle
  }

  /// Sets calibrations and units right where the file's own parameters know better than its axes.
  func correct(_ axes: inout [Axis], notes: inout [String]) {
    switch dialect {
    case .prismatic: correctPrismatic(&axes, &notes)
    case .earlyPy4DSTEM, .emd1: calibrate(&axes)
    case .ncem: break
    }
  }

  /// Prismatic counts in Å and in radians, and labels its axes nm and mrad.
  ///
  /// Evidence: the step of the probe and the thickness of a slice, which its manual has in Å, and the step of the detector's
  /// angle, which it has in mrad, stand as the same numbers on axes with these labels, and as a thousandth.
  private func correctPrismatic(_ axes: inout [Axis], _ notes: inout [String]) {
    let isEqual = { (a: Double, b: Double?) in b.map { $0 > 0 && abs(a - $0) <= 1e-4 * $0 } ?? false }
    let steps = ["R_x": "rx", "R_y": "ry", "R_z": "s"]
    let isAngstrom = axes.contains { axis in
      axis.units == "nm" && steps[axis.name].map { isEqual(axis.scale, simulation[$0]?.firstNumber) } ?? false
    }
    let isRadian = { (axis: Axis) in axis.units == "mrad" && isEqual(axis.scale * 1000, simulation["d"]?.firstNumber) }
    for index in axes.indices {
      if isAngstrom, axes[index].units == "nm" { axes[index].units = "Å" }
      if isAngstrom, axes[index].units == "1/nm" { axes[index].units = "1/Å" }
      if isRadian(axes[index]) {
        axes[index].units = "rad"
        notes.append("Prismatic labels the angles mrad; its own parameters show that they are radians, which the axis says.")
      }
    }
    if isAngstrom {
      notes.append("Prismatic labels its lengths nm; its own parameters show that they are Å, which the axes say.")
    }
  }

  /// Axes in pixels get the calibration of the file.
  private func calibrate(_ axes: inout [Axis]) {
    for index in axes.indices where ["", "pixels", "pixel", "px"].contains(axes[index].units.lowercased()) {
      guard let space = axes[index].name.first, space == "R" || space == "Q", axes[index].values == nil else { continue }
      let names = space == "R" ? ["R_pixel_size", "R_pix_size"] : ["Q_pixel_size", "Q_pix_size", "K_pix_size"]
      guard let (key, value) = value(calibration, names), let size = value.firstNumber, size.isFinite, size > 0,
        let units = calibration[key.replacing("_size", with: "_units")]?.plain.firstText.map(EMDUnit.spelling),
        !units.isEmpty, !units.hasPrefix("pixel")
      else { continue }
      // The axis counts pixels.
      axes[index].scale *= size
      axes[index].offset *= size
      axes[index].units = units
    }
  }

  /// Depths that Prismatic's images are of, in Å; nil where the parameters and their number do not agree.
  ///
  /// An image is made every so many slices, the first at the start that was asked for.
  func depthAxis(name: String, count: Int) -> Axis? {
    guard let slices = simulation["ns"]?.firstNumber, let thickness = simulation["s"]?.firstNumber,
      let start = simulation["zs"]?.firstNumber, case .list(let tiles)? = simulation["t"], tiles.count == 3,
      let tile = tiles[2].number, let cell = simulation["c"]?.firstNumber
    else { return nil }
    let step = slices * thickness
    let total = tile * cell
    guard step > 0, step.isFinite, abs(total - Double(count) * step) <= 1e-4 * total else { return nil }
    return Axis(name: name, size: count, scale: step, offset: start == 0 ? step : start, units: "Å", role: .navigation)
  }

  /// The names of Prismatic's parameter files for the letters of its command line.
  private static let prismaticNames = [
    "i": "filenameAtoms", "a": "algorithm", "fx": "interpolationFactorX", "fy": "interpolationFactorY", "F": "numFP",
    "ns": "numSlices", "te": "includeThermalEffects", "oc": "includeOccupancy", "3D": "save3DOutput", "4D": "save4DOutput",
    "2D": "integrationAngle", "DPC": "saveDPC_CoM", "ps": "savePotentialSlices", "nqs": "nyquistSampling",
    "px": "realspacePixelSizeX", "py": "realspacePixelSizeY", "P": "potBound", "s": "sliceThickness", "zs": "zStart",
    "E": "E0", "A": "alphaBeamMax", "rx": "probeStepX", "ry": "probeStepY", "df": "probeDefocus", "sa": "probeSemiangle",
    "d": "detectorAngleStep", "tx": "probeXtilt", "ty": "probeYtilt", "c": "cellDimension", "t": "tile", "wx": "scanWindowX",
    "wy": "scanWindowY", "wxr": "scanWindowX_r", "wyr": "scanWindowY_r",
  ]
}
