import Foundation
import Microscopy
import Store
import XRay

/// The parameters of a quantification, with what the metadata of the spectrum add to them.
struct QuantifySetting: Sendable {
  var quantification: SpectrumQuantification
  /// In words, what the numbers of the result are.
  var notes: [String] = []
  private var warnings: [String] = []
  /// What the detector is taken for.
  private let entrance: DetectorEntrance
  /// g/cm³; nil when it is not known.
  private(set) var density: Double?
  /// Electrons per pixel of each map, or one number for all; nil when they are not known.
  private(set) var doses: [Double]?
  /// Electrons per pixel on average, where the method needs them; nil when they are not known.
  private(set) var dose: Double?

  init(_ parameters: Quantify.Parameters, _ source: SpectrumSource) throws {
    let file = source.holder.store.path
    entrance = parameters.detector ?? .windowless
    let beamEnergy = try source.beamEnergy(parameters.beamEnergy)
    var elements = parameters.elements
    if elements.isEmpty {
      // What the sample holds is not all in the spectrum.
      let known = source.known.elements ?? []
      elements = try source.measurableElements(parameters.beamEnergy)
      let left = known.filter { !elements.contains($0) }
      if !left.isEmpty { notes.append("without \(left.joined(separator: ", ")), which have no line in the spectrum") }
    }
    guard !elements.isEmpty else {
      throw WorkflowError(
        "\(file): no elements are named, and the metadata of \(source.name) name none", advice: "Name them: --elements O,Mg,Si.")
    }
    var detector = source.known.detector(parameters.detector)
    if let angle = parameters.takeOffAngle { detector.takeOffAngle = angle }
    quantification = SpectrumQuantification(
      elements: elements, beamEnergy: beamEnergy, detector: detector)
    quantification.others = parameters.others
    quantification.lines = parameters.lines
    quantification.counting = parameters.counting
    quantification.method = parameters.method
    quantification.reference = parameters.reference
    quantification.table = parameters.factors
    quantification.fit.range = parameters.range
    quantification.fit.ionization = parameters.crossSections ?? .emtables
    quantification.fit.backgroundTerms = parameters.backgroundTerms
    quantification.fit.freeSubshells = parameters.freeSubshells
    quantification.solidAngle = source.known.solidAngle
    doses = parameters.dose.map { [$0] } ?? source.known.doses
    let maps = try source.holder.maps.count
    if let doses, doses.count > 1, doses.count != maps {
      throw WorkflowError(
        "\(file): the doses of \(doses.count) maps are told, and \(source.name) has \(maps)", advice: "Quantify it anew.")
    }
    quantification.electrons = try doses.flatMap { try source.electrons($0) }
    guard parameters.dose == nil || quantification.electrons != nil else {
      throw WorkflowError(
        "\(file): \(source.name) does not tell how many pixels it is the sum of, and --dose is that of one",
        advice: "Quantify a spectrum that lamella spectrum summed, or leave --dose out.")
    }
    setDose(source)
    try setThickness(parameters, source)
    if source.known.signalType == "EDS_SEM" {
      warnings.append(
        "the signal type is EDS_SEM: of a bulk sample thin-film formulas are wrong, it needs φ(ρz) corrections, which Lamella does "
          + "not make")
    }
    if !source.hasKnownVariance {
      notes.append("the variance of the spectrum is not known: errors are as if its values were counted photons")
    }
  }

  private mutating func setDose(_ source: SpectrumSource) {
    guard quantification.method != .cliffLorimer else { return }
    guard let electrons = quantification.electrons else {
      notes.append("the dose is not known, so that counts tell of no mass thickness")
      return
    }
    dose = source.pixels.map { electrons / $0 }
    let origin = source.known.doseSource.map { ", by \($0)" } ?? ", as given"
    notes.append("dose \(Self.text(dose ?? electrons)) electrons" + (dose == nil ? "" : " per pixel") + origin)
  }

  private mutating func setThickness(_ parameters: Quantify.Parameters, _ source: SpectrumSource) throws {
    let sample = source.known
    density = parameters.density ?? sample.density.flatMap { $0 > 0 ? $0 : nil }
    if parameters.thickness != nil || parameters.density != nil {
      guard let thickness = parameters.thickness ?? sample.thickness, let density = parameters.density ?? sample.density else {
        throw WorkflowError(
          "\(source.holder.store.path): absorption needs thickness and density, and the metadata of \(source.name) lack one",
          advice: "Give both: --thickness NM --density G.")
      }
      set(thickness, density, "as given")
    } else if quantification.tellsThickness {
      notes.append("absorption by the mass thickness that the counts and the dose tell")
    } else if let thickness = sample.thickness, let density = sample.density, thickness > 0, density > 0 {
      set(thickness, density, "as the metadata of the map have them")
    } else {
      notes.append("no correction for absorption: thickness and density are not known")
    }
    guard quantification.massThickness.map({ $0 > 0 }) ?? quantification.tellsThickness, parameters.takeOffAngle == nil else {
      return
    }
    let geometry = source.known.geometry
    guard geometry?.takeOffAngle != nil else {
      let what = geometry.map { geometry in
        geometry.elevation == 0 || abs(geometry.elevation) > 90 || !geometry.elevation.isFinite
          ? "the detector's elevation cannot be \(Self.text(geometry.elevation))°"
          : "the film is seen edge-on by the detector at \(Self.text(geometry.elevation))°"
      }
      throw WorkflowError(
        "\(source.holder.store.path): \(what ?? "the detector's elevation is not known"), and absorption depends on it",
        advice: "Give the angle between film and detector with --take-off DEGREES.")
    }
    if let geometry, geometry.alpha != 0 || geometry.beta != 0 {
      let tilt = "the film is tilted by \(Self.text(geometry.alpha))° and \(Self.text(geometry.beta))°"
      notes.append(
        geometry.ignoresTilt
          ? "\(tilt), but the detector's azimuth is not known: the take-off angle is its elevation"
          : "\(tilt): the take-off angle is \(Self.text(quantification.fit.detector.takeOffAngle))°")
    }
  }

  private mutating func set(_ thickness: Double, _ density: Double, _ origin: String) {
    quantification.massThickness = thickness * 1e-7 * density
    notes.append(
      thickness > 0
        ? "absorption in \(Self.text(thickness)) nm of \(Self.text(density)) g/cm³, \(origin), at "
          + "\(Self.text(quantification.fit.detector.takeOffAngle))°"
        : "no correction for absorption")
  }

  /// nm of the film that a composition tells of; nil when it is not known.
  func thickness(_ composition: Quantification.Composition) -> Double? {
    guard let massThickness = composition.massThickness, let density else { return nil }
    return massThickness / density * 1e7
  }

  private func film(_ composition: Quantification.Composition) -> [String] {
    guard let massThickness = composition.massThickness, massThickness > 0 else { return [] }
    let thickness = thickness(composition).map { ", \(Self.text($0)) nm at \(Self.text(density ?? 0)) g/cm³" } ?? ""
    // ± one width at half maximum.
    let isLow = quantification.counting == .windows && quantification.massThickness == nil
    let share = isLow ? ", 2 % low since windows hold 98 % of a line" : ""
    return ["mass thickness \(Self.text(massThickness * 1e6)) µg/cm²\(thickness)\(share)"]
  }

  /// Four digits.
  private static func text(_ value: Double) -> String { String(format: "%.4g", value) }

  /// In words, what makes the numbers of a result doubtful.
  func warnings(_ found: SpectrumQuantification.Result) -> [String] {
    guard found.windows == nil else { return warnings }
    var all = warnings
    if found.fitted.hasStrangeEscape, let escape = found.fitted.escape {
      all.append(
        "where escape peaks would lie is \(Self.text(escape)) times what silicon lets escape: the background or the elements are not "
          + "as thought")
    }
    if found.fitted.devianceByFreedom > Self.doubtfulDeviance {
      all.append(
        "the model leaves much more than noise (deviance/ν \(Self.text(found.fitted.devianceByFreedom))): errors are too small, "
          + "and faint lines may be none. Elements may be missing (--elements, --also), the detector another one (--detector)"
          + (found.composition.massThickness == nil ? ", or the film absorb, whose thickness and density are not known" : ""))
    }
    return all
  }

  /// The deviance per degree of freedom above which a fit is warned of.
  private static let doubtfulDeviance = 2.0

  /// What the numbers of a result are.
  func convention(_ found: SpectrumQuantification.Result) -> String {
    let method =
      switch found.table.method {
      case .cliffLorimer: "Cliff-Lorimer, C_i = k_i I_i a_i / sum"
      case .zeta: "zeta-factors, C_i = zeta_i I_i a_i / sum"
      case .crossSection: "cross-sections, N_i = I_i a_i / sigma_i"
      }
    let counts =
      found.windows == nil
      ? "net counts of the line group by a Poisson maximum-likelihood fit of all lines and bremsstrahlung, errors of its Fisher "
        + "matrix"
      : "net counts of windows, P - r B' with variance P + r^2 B'"
    let propagation =
      found.windows == nil
      ? "var C_i = sum J_ij J_ik cov(I_j, I_k) with the covariances of the fit"
      : "var C_i = C_i^2 [(1-C_i)^2 e_i^2 + sum C_j^2 e_j^2], e_i^2 = (dI_i/I_i)^2 + (dk_i/k_i)^2"
    let errors =
      "errors are one standard deviation: " + propagation
      + (found.table.isCalculated ? ", with dk_i only in atomic_percent_error_with_factors" : "")
      + "; atomic_percent_error_paper is C/sqrt(N) (Chen et al. 2024)"
    let sections =
      "ionisation cross-sections of lines: \(quantification.fit.ionization.rawValue); \(entrance.text)"
    return
      (warnings(found).map { "warning: \($0)" } + [method, "factors \(found.table.source)", sections, counts] + notes
      + film(found.composition) + [errors]).joined(separator: "; ")
  }
}
