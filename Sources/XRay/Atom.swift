internal import Microscopy
internal import Synchronization

/// What becomes of the vacancies of an atom's inner shells, whatever made them.
struct Atom: Sendable {
  struct Decay: Sendable {
    let shell: Subshell
    let transition: String
    /// keV
    let energy: Double
    /// keV
    let width: Double
    /// Photons per vacancy.
    let yield: Double
  }

  let element: Element
  /// Vacancies of the second subshell that a vacancy of the first leaves at once, by Auger and Coster-Kronig decay and by
  /// emission of a photon.
  let transfers: [[Double]]
  let decays: [Decay]

  private init(_ element: Element) {
    self.element = element
    let inner = Subshell.inner
    transfers = inner.map { Self.transfers(element, from: $0) }
    decays = inner.flatMap { Self.decays(element, $0) }
  }

  /// The vacancies of each inner subshell, in cm² per atom, once those of deeper ones have decayed.
  func vacancies(_ ionizations: [Double]) -> [Double] {
    var vacancies = ionizations
    for to in vacancies.indices {
      for from in 0..<to { vacancies[to] += vacancies[from] * transfers[from][to] }
    }
    return vacancies
  }

  /// The cross-sections for ionisation of the inner subshells, in cm².
  func ionizations(beamEnergy: Double, model: IonizationModel) -> [Double] {
    Subshell.inner.map { IonizationFit.of(element, $0)?.crossSection(at: beamEnergy, model: model) ?? 0 }
  }

  /// The transfers of a subshell to each inner one.
  private static func transfers(_ element: Element, from: Subshell) -> [Double] {
    let inner = Subshell.inner
    let augerYield = AtomicTables.augerYield(element, from)
    let fluorescenceYield = AtomicTables.fluorescenceYield(element, from)
    var transfers = inner.map { $0 > from ? AtomicTables.costerKronig(element, from: from, to: $0) : 0 }
    for line in AtomicTables.lines(filling: from) {
      guard let to = Subshell(line.from), to.index < inner.count else { continue }
      transfers[to.index] += fluorescenceYield * AtomicTables.radiativeRate(element, line.number)
    }
    for one in inner where one > from {
      for other in Subshell.all where other > from {
        let rate = augerYield * AtomicTables.augerRate(element, from, leaving: one, and: other)
        // Two vacancies of one subshell count twice.
        transfers[one.index] += rate
        if other.index < inner.count { transfers[other.index] += rate }
      }
    }
    return transfers
  }

  private static func decays(_ element: Element, _ shell: Subshell) -> [Decay] {
    let yield = AtomicTables.fluorescenceYield(element, shell)
    guard yield > 0 else { return [] }
    var decays = AtomicTables.lines(filling: shell).compactMap { line -> Decay? in
      let (energy, rate) = (
        AtomicTables.energy(element, line.number), AtomicTables.radiativeRate(element, line.number)
      )
      guard energy > 0, rate > 0 else { return nil }
      return Decay(
        shell: shell, transition: "\(shell)\(line.from)", energy: energy, width: width(element, shell, line.from),
        yield: yield * rate)
    }
    if let line = OpenShellLine.of(element, shell) {
      // xraylib has no decays to the 4f electrons of La to Eu.
      let shared = line.others / (1 + line.others)
      decays = decays.map {
        Decay(shell: shell, transition: $0.transition, energy: $0.energy, width: $0.width, yield: $0.yield * shared)
      }
      decays.append(
        Decay(
          shell: shell, transition: line.transition, energy: line.energy, width: width(element, shell, "N6"),
          yield: yield / (1 + line.others)))
    }
    return decays
  }

  private static func width(_ element: Element, _ shell: Subshell, _ from: String) -> Double {
    let outer = Subshell(from.prefix(2)).map { AtomicTables.levelWidth(element, $0) } ?? 0
    return AtomicTables.levelWidth(element, shell) + outer
  }

  /// An element from H to Es, for which there are fits; worked out once.
  static func of(_ element: Element) -> Atom? {
    guard element.atomicNumber <= 99 else { return nil }
    return known.withLock { atoms in
      if let atom = atoms[element.atomicNumber] { return atom }
      let atom = Atom(element)
      atoms[element.atomicNumber] = atom
      return atom
    }
  }

  private static let known = Mutex<[Int: Atom]>([:])
}

/// Mα and Mβ of a lanthanide with a less than half-filled 4f shell.
///
/// Energies of Bearden 1967 (Rev. Mod. Phys. 39, 78; Pm is interpolated). The decays of M4 and M5 are shared between these
/// lines and the others as 1 : 0.069 for Nd and 1 : 0.060 for Sm, and as these lead to expect for their neighbours.
struct OpenShellLine {
  let transition: String
  /// keV
  let energy: Double
  /// All other lines of the subshell, against this one.
  let others: Double

  static func of(_ element: Element, _ shell: Subshell) -> OpenShellLine? {
    guard let (alpha, beta) = energies[element.atomicNumber] else { return nil }
    let others = 0.069 - 0.0045 * Double(element.atomicNumber - 60)
    switch shell.description {
    case "M4": return OpenShellLine(transition: "M4N6", energy: beta, others: others)
    case "M5": return OpenShellLine(transition: "M5N67", energy: alpha, others: others)
    default: return nil
    }
  }

  private static let energies: [Int: (alpha: Double, beta: Double)] = [
    57: (0.833, 0.854), 58: (0.883, 0.902), 59: (0.929, 0.950), 60: (0.978, 0.997), 61: (1.029, 1.048), 62: (1.081, 1.100),
    63: (1.131, 1.153),
  ]
}
