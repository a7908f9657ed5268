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
  /// g/cm³; nil when it is not known.
  private(set) var density: Double?
  /// Electrons per pixel, where the method needs them; nil when they are not known.
  private(set) var dose: Double?

  init(_ parameters: Quantify.Parameters, _ source: SpectrumSource) throws {
    let file = source.holder.store.path
    let beamEnergy = try source.beamEnergy(parameters.beamEnergy)
    var elements = parameters.elements
    if elements.isEmpty {
      // What the sample holds is not all in the spectrum.
      let known = source.metadata.sample.elements
      elements = try source.measurableElements(parameters.beamEnergy)
      let left = known.filter { !elements.contains($0) }
      if !left.isEmpty { notes.append("without \(left.joined(separator: ", ")), which have no line in the spectrum") }
    }
    guard !elements.isEmpty else {
      throw WorkflowError(
        "\(file): no elements are named, and the metadata of \(source.name) name none", advice: "Name them: --elements O,Mg,Si.")
    }
    var detector = source.detector
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
    quantification.solidAngle = source.metadata.instrument.solidAngle
    quantification.electrons = parameters.dose.map { $0 * (source.pixels ?? 1) } ?? source.electrons
    try setDose(parameters, source)
    try setThickness(parameters, source)
    if source.metadata.signalType == "EDS_SEM" {
      warnings.append(
        "the signal type is EDS_SEM: of a bulk sample thin-film formulas are wrong, it needs φ(ρz) corrections, which Lamella does "
          + "not make")
    }
    if !source.hasKnownVariance {
      notes.append("the variance of the spectrum is not known: errors are as if its values were counted photons")
    }
  }

  private mutating func setDose(_ parameters: Quantify.Parameters, _ source: SpectrumSource) throws {
    guard quantification.method != .cliffLorimer else { return }
    guard let electrons = quantification.electrons else {
      notes.append("the dose is not known, so that counts tell of no mass thickness")
      return
    }
    if parameters.dose == nil, let doses = try source.doses, doses.upperBound > 1.02 * doses.lowerBound {
      warnings.append(
        "the maps of the series got \(Self.text(doses.lowerBound)) to \(Self.text(doses.upperBound)) electrons per pixel, and all "
          + "are taken to have got what the first did; --dose gives another number")
    }
    dose = source.pixels.map { electrons / $0 }
    notes.append("dose \(Self.text(dose ?? electrons)) electrons" + (dose == nil ? "" : " per pixel"))
  }

  private mutating func setThickness(_ parameters: Quantify.Parameters, _ source: SpectrumSource) throws {
    let sample = source.metadata.sample
    density = parameters.density ?? sample.density.flatMap { $0 > 0 ? $0 : nil }
    if parameters.thickness != nil || parameters.density != nil {
      guard let thickness = parameters.thickness ?? sample.thickness, let density = parameters.density ?? sample.density else {
        throw WorkflowError(
          "\(source.holder.store.path): absorption needs thickness and density, and the metadata of \(source.name) lack one",
          advice: "Give both: --thickness NM --density G.")
      }
      set(thickness, density, "as given")
    } else if quantification.electrons != nil, parameters.method != .cliffLorimer,
      quantification.table != nil
        || quantification.solidAngle != nil
    {
      notes.append("absorption by the mass thickness that the counts and the dose tell")
    } else if let thickness = sample.thickness, let density = sample.density, thickness > 0, density > 0 {
      set(thickness, density, "as the metadata of the map have them")
    } else {
      notes.append("no correction for absorption: thickness and density are not known")
    }
    let isAbsorbing = quantification.massThickness ?? 0 > 0
    if isAbsorbing, parameters.takeOffAngle == nil, source.metadata.instrument.elevationAngle == nil {
      throw WorkflowError(
        "\(source.holder.store.path): the detector's elevation is not known, and absorption depends on it",
        advice: "Give it with --take-off DEGREES.")
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
    guard found.windows == nil, found.fitted.hasStrangeEscape, let escape = found.fitted.escape else { return warnings }
    return warnings + [
      "where escape peaks would lie is \(Self.text(escape)) times what silicon lets escape: the background or the elements are not "
        + "as thought"
    ]
  }

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
    let errors =
      "errors are one standard deviation: var C_i = C_i^2 [(1-C_i)^2 e_i^2 + sum C_j^2 e_j^2], e_i^2 = (dI_i/I_i)^2 + "
      + "(dk_i/k_i)^2"
      + (found.table.isCalculated ? ", with dk_i only in atomic_percent_error_with_factors" : "")
      + "; atomic_percent_error_paper is C/sqrt(N) (Chen et al. 2024)"
    let sections = "ionisation cross-sections of lines: \(quantification.fit.ionization.rawValue)"
    return
      (warnings(found).map { "warning: \($0)" } + [method, "factors \(found.table.source)", sections, counts] + notes
      + film(found.composition) + [errors]).joined(separator: "; ")
  }
}
