public import Microscopy

/// Lines of one element that are measured together: "Fe Ka", "Nd La", "U Ma", or a whole family, "Sm L".
public struct LineGroup: Hashable, Sendable, CustomStringConvertible {
  public let element: Element
  /// "La"; for a family its letter.
  public let name: String
  /// keV
  public let beamEnergy: Double
  /// At least one.
  public let lines: [EmissionLine]

  /// What a text names, for a beam energy in keV.
  ///
  /// - Parameters:
  ///   - text: an element's symbol and a line, with a space, "_" or "-" between them: "Nd La", "Mg_Ka", "U M5N7", "Fe L".
  ///   - weakest: lines weaker than this against the strongest of their family are left out.
  public init(
    _ text: String, beamEnergy: Double, weakest: Double = 1e-3, model: IonizationModel = .usual
  ) throws(LineError) {
    let words = text.split { " _-".contains($0) }.map(String.init)
    guard words.count == 2 else {
      throw LineError(
        "\"\(text)\" names no line", advice: "Give an element and a line, such as \"Fe Ka\", \"Nd La\" or \"U M\".")
    }
    try self.init(element: words[0], line: words[1], beamEnergy: beamEnergy, weakest: weakest, model: model)
  }

  /// - Parameter line: "Ka", "La1", "L3M5", "L3" or "L".
  public init(
    element symbol: String, line: String, beamEnergy: Double, weakest: Double = 1e-3, model: IonizationModel = .usual
  ) throws(LineError) {
    let element = try Element.known(symbol)
    guard let matches = LineName.matches(line) else {
      throw LineError(
        "\"\(line)\" is no line's name", advice: "Siegbahn's names and IUPAC's are known: Ka, Kb1, La, Ma, L3M5, or K, L, M.")
    }
    let all = EmissionLine.lines(of: element, beamEnergy: beamEnergy, weakest: weakest, model: model)
    let lines = all.filter { matches($0.transition) }
    guard !lines.isEmpty else {
      throw LineError(
        "\(symbol) has no \(LineName.canonical(line)) line at \(beamEnergy) keV",
        advice: all.isEmpty
          ? "There are lines of the elements from B to Cf only." : "lamella elements \(symbol) lists the lines it has.")
    }
    self.init(element: element, name: LineName.canonical(line), beamEnergy: beamEnergy, lines: lines)
  }

  /// - Precondition: there is at least one line.
  public init(element: Element, name: String, beamEnergy: Double, lines: [EmissionLine]) {
    precondition(!lines.isEmpty)
    self.element = element
    self.name = name
    self.beamEnergy = beamEnergy
    self.lines = lines
  }

  /// "Nd La"
  public var description: String { "\(element.symbol) \(name)" }

  public var family: LineFamily { lines[0].family }

  /// keV: the mean of the lines by their strength.
  public var energy: Double { lines.reduce(0) { $0 + $1.energy * $1.crossSection } / crossSection }

  /// cm²: photons of all the lines, per electron and per atom on a square centimetre.
  public var crossSection: Double { lines.reduce(0) { $0 + $1.crossSection } }

  /// The same lines as their detector counts them: Σ σ·ε in cm².
  public func detectedCrossSection(_ detector: SiliconDriftDetector?) -> Double {
    lines.reduce(0) { $0 + $1.crossSection * (detector?.efficiency(at: $1.energy) ?? 1) }
  }

  /// The lines of an element that are best measured between two energies in keV: of Kα, Lα and Mα the first that lies
  /// there; nil where none does.
  public static func principal(
    of element: Element, beamEnergy: Double, in energies: ClosedRange<Double>, model: IonizationModel = .usual
  ) -> LineGroup? {
    for name in ["Ka", "La", "Ma"] {
      if let group = try? LineGroup(element: element.symbol, line: name, beamEnergy: beamEnergy, model: model),
        energies.contains(group.energy)
      {
        return group
      }
    }
    return nil
  }
}

/// Why a name stands for no line.
public struct LineError: Error, Hashable, Sendable, CustomStringConvertible {
  public let problem: String
  public let advice: String

  public init(_ problem: String, advice: String) {
    self.problem = problem
    self.advice = advice
  }

  public var description: String { "\(problem)\n\(advice)" }
}

extension Element {
  /// The element of a symbol.
  public static func known(_ symbol: String) throws(LineError) -> Element {
    if let element = Element(symbol: symbol) { return element }
    let other = Element(symbol: symbol.prefix(1).uppercased() + symbol.dropFirst().lowercased())
    throw LineError(
      "\"\(symbol)\" is no element",
      advice: other.map { "Did you mean \($0.symbol)?" } ?? "Give the symbol of one, such as Fe.")
  }
}
