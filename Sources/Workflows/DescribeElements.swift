import Microscopy
public import XRay

/// Tells what is known of elements: their lines, edges and ionisation for a beam energy, and their Cliff-Lorimer factors.
public struct DescribeElements: Sendable {
  /// At least one.
  public var symbols: [String]
  /// keV
  public var beamEnergy: Double
  /// The line that factors are relative to: "Si Ka".
  public var reference = "Si Ka"
  /// Nil for one that counts every photon.
  public var detector: SiliconDriftDetector?
  public var model = IonizationModel.usual
  /// Factors are of all the element's lines that lie within so many keV of those that are named; 0 for these alone.
  public var reach = 0.35

  public init(_ symbols: [String], beamEnergy: Double = 200) {
    self.symbols = symbols
    self.beamEnergy = beamEnergy
  }

  public struct Report: Codable, Hashable, Sendable {
    public struct Line: Codable, Hashable, Sendable {
      /// In the notation of IUPAC.
      public var line: String
      public var siegbahn: String?
      public var family: String
      /// keV
      public var energy: Double
      /// eV
      public var width: Double
      /// Against the strongest line of the family.
      public var relativeIntensity: Double
      /// cm²
      public var crossSection: Double
      /// Of photons that arrive at the detector, those it counts; none without a detector.
      public var efficiency: Double?
    }

    public struct Shell: Codable, Hashable, Sendable {
      public var name: String
      /// keV
      public var edge: Double
      /// cm²
      public var crossSection: Double
      /// cm², with those that decays of deeper shells leave.
      public var vacancies: Double
      public var fluorescenceYield: Double
    }

    public struct Factor: Codable, Hashable, Sendable {
      public var line: String
      /// In the notation of IUPAC.
      public var lines: [String]
      /// keV, of the group.
      public var energy: Double
      public var reference: String
      public var referenceLines: [String]
      public var weight: Double
      public var atomic: Double
      /// The relative standard uncertainty.
      public var relativeError: Double
      /// Lines of other groups that a window of the reach takes in: "Lb".
      public var merged: [String]
      /// The factors by which quantification goes, of the group and the reference group alone.
      public var aloneWeight: Double
      public var aloneAtomic: Double
    }

    public struct Item: Codable, Hashable, Sendable {
      public var symbol: String
      public var atomicNumber: Int
      /// g/mol
      public var atomicWeight: Double
      public var lines: [Line]
      public var subshells: [Shell]
      public var kFactors: [Factor]
    }

    public var beamEnergy: Double
    public var crossSections: String
    public var units: [String: String]
    public var elements: [Item]
  }

  /// - Throws: `LineError` for what is no element and no line; `WorkflowError` for a beam energy that makes none.
  public func run() throws -> Report {
    guard beamEnergy > 0, beamEnergy <= 1e6 else {
      throw WorkflowError(
        "a beam of \(beamEnergy) keV", advice: "Give an energy above 0 and up to 1000000 keV, such as 200.")
    }
    let elements = try symbols.map { try Element.known($0) }
    let reference = try LineGroup(reference, beamEnergy: beamEnergy, model: model)
    return Report(
      beamEnergy: beamEnergy, crossSections: model.rawValue,
      units: [
        "energy": "keV", "edge": "keV", "width": "eV", "cross_section": "cm²", "vacancies": "cm²", "atomic_weight": "g/mol",
        "beam_energy": "keV",
      ],
      elements: elements.map { item($0, reference) })
  }

  private func item(_ element: Element, _ reference: LineGroup) -> Report.Item {
    let lines = EmissionLine.lines(of: element, beamEnergy: beamEnergy, model: model)
    return Report.Item(
      symbol: element.symbol, atomicNumber: element.atomicNumber, atomicWeight: element.atomicWeight,
      lines: lines.map { line in
        let strongest = lines.filter { $0.family == line.family }.reduce(0) { max($0, $1.crossSection) }
        return Report.Line(
          line: line.transition, siegbahn: line.siegbahn, family: line.family.rawValue, energy: line.energy,
          width: line.width * 1e3, relativeIntensity: line.crossSection / strongest, crossSection: line.crossSection,
          efficiency: detector?.efficiency(at: line.energy))
      },
      subshells: ShellIonization.of(element, beamEnergy: beamEnergy, model: model).map {
        Report.Shell(
          name: $0.shell.description, edge: $0.edge, crossSection: $0.crossSection, vacancies: $0.vacancies,
          fluorescenceYield: $0.fluorescenceYield)
      },
      kFactors: ["Ka", "Kb", "La", "Ma", "K", "L", "M"].compactMap { name in
        guard let group = try? LineGroup(element: element.symbol, line: name, beamEnergy: beamEnergy, model: model) else {
          return nil
        }
        let whole = widened(group)
        let wide = widened(reference)
        let factor = KFactor(whole, reference: wide, detector: detector)
        let alone = KFactor(group, reference: reference, detector: detector)
        return Report.Factor(
          line: group.description, lines: whole.lines.map(\.transition), energy: whole.energy,
          reference: reference.description, referenceLines: wide.lines.map(\.transition), weight: factor.weight,
          atomic: factor.atomic, relativeError: factor.relativeError, merged: merged(whole, group), aloneWeight: alone.weight,
          aloneAtomic: alone.atomic)
      })
  }

  /// The names of the groups that a window adds to one.
  private func merged(_ whole: LineGroup, _ group: LineGroup) -> [String] {
    let added = Set(whole.lines.map(\.transition)).subtracting(group.lines.map(\.transition))
    let names = ["Ka", "Kb", "La", "Lb", "Lg", "Ll", "Ln", "Ma", "Mb", "Mg", "Mz"].filter { name in
      LineName.matches(name).map { added.contains(where: $0) } ?? false
    }
    return names.isEmpty ? added.sorted() : names
  }

  private func widened(_ group: LineGroup) -> LineGroup {
    guard reach > 0 else { return group }
    let all = EmissionLine.lines(of: group.element, beamEnergy: beamEnergy, model: model)
    let lines = all.filter { group.lines.contains($0) || abs($0.energy - group.energy) <= reach }
    return LineGroup(element: group.element, name: group.name, beamEnergy: beamEnergy, lines: lines)
  }
}
