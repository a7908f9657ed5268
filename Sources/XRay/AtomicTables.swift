internal import CXraylib
internal import Microscopy

/// The tables of xraylib (Schoonjans et al. 2011, Spectrochim. Acta B 66, 776), in keV and cm²/g; 0 where it has no value.
enum AtomicTables {
  /// "xraylib 4.1.3": which tables these are.
  static let version = "xraylib \(XRAYLIB_MAJOR).\(XRAYLIB_MINOR).\(XRAYLIB_MICRO)"

  static func edge(_ element: Element, _ shell: Subshell) -> Double {
    EdgeEnergy(number(element), number(shell), nil)
  }

  static func fluorescenceYield(_ element: Element, _ shell: Subshell) -> Double {
    FluorYield(number(element), number(shell), nil)
  }

  static func augerYield(_ element: Element, _ shell: Subshell) -> Double {
    AugerYield(number(element), number(shell), nil)
  }

  /// The natural width of a level.
  static func levelWidth(_ element: Element, _ shell: Subshell) -> Double {
    AtomicLevelWidth(number(element), number(shell), nil)
  }

  static func jumpRatio(_ element: Element, _ shell: Subshell) -> Double {
    JumpFactor(number(element), number(shell), nil)
  }

  static func massAbsorption(_ element: Element, at energy: Double) -> Double {
    CS_Total(number(element), energy, nil)
  }

  /// The photoelectric part, the only one that ionises.
  static func photoAbsorption(_ element: Element, at energy: Double) -> Double {
    CS_Photo(number(element), energy, nil)
  }

  /// The energy of the line that fills a vacancy of one subshell from another.
  static func energy(_ element: Element, _ line: Int32) -> Double { LineEnergy(number(element), line, nil) }

  /// Of the radiative decays of a subshell, those that give the line.
  static func radiativeRate(_ element: Element, _ line: Int32) -> Double { RadRate(number(element), line, nil) }

  /// The probability that a vacancy moves within its shell; Coster and Kronig's, with the radiative moves of L1.
  static func costerKronig(_ element: Element, from: Subshell, to: Subshell) -> Double {
    guard let moves = costerKronigMoves[from.index * 9 + to.index] else { return 0 }
    return moves.reduce(0) { sum, move in sum + (CosKronTransProb(number(element), move, nil)) }
  }

  /// Of the Auger decays of a subshell, those that leave vacancies in the two others.
  static func augerRate(_ element: Element, _ shell: Subshell, leaving one: Subshell, and other: Subshell) -> Double {
    // The library numbers them by the vacancy, then the one left inside M5, then the other.
    guard let start = augerStarts[shell.index], one > shell, other > shell, one.index < 9 else { return 0 }
    let width = 30 - shell.index
    let number = start + (one.index - shell.index - 1) * width + other.index - shell.index - 1
    return AugerRate(Self.number(element), Int32(number), nil)
  }

  /// The lines of a vacancy, by the subshell that fills it.
  static func lines(filling shell: Subshell) -> [(from: String, number: Int32)] {
    guard let (first, names) = lineNames[shell.index] else { return [] }
    return names.enumerated().map { ($0.element, first - Int32($0.offset)) }
  }

  private static func number(_ element: Element) -> Int32 { Int32(element.atomicNumber) }
  private static func number(_ shell: Subshell) -> Int32 { Int32(shell.index) }

  private static let costerKronigMoves: [Int: [Int32]] = [
    10 + 1: [FL12_TRANS], 10 + 2: [FL13_TRANS, FLP13_TRANS], 20 + 1: [FL23_TRANS], 40 + 1: [FM12_TRANS], 40 + 2: [FM13_TRANS],
    40 + 3: [FM14_TRANS], 40 + 4: [FM15_TRANS], 50 + 1: [FM23_TRANS], 50 + 2: [FM24_TRANS], 50 + 3: [FM25_TRANS],
    60 + 1: [FM34_TRANS], 60 + 2: [FM35_TRANS], 70 + 1: [FM45_TRANS],
  ]

  private static let augerStarts: [Int: Int] = [
    0: Int(K_L1L1_AUGER), 1: Int(L1_L2L2_AUGER), 2: Int(L2_L3L3_AUGER), 3: Int(L3_M1M1_AUGER), 4: Int(M1_M2M2_AUGER),
    5: Int(M2_M3M3_AUGER), 6: Int(M3_M4M4_AUGER), 7: Int(M4_M5M5_AUGER),
  ]

  /// The first line of each subshell and where its lines come from, in the library's order.
  private static let lineNames: [Int: (Int32, [String])] = [
    0: (
      KL1_LINE,
      words("L1 L2 L3 M1 M2 M3 M4 M5 N1 N2 N3 N4 N5 N6 N7 O O1 O2 O3 O4 O5 O6 O7 P P1 P2 P3 P4 P5")
    ),
    1: (
      L1L2_LINE,
      words("L2 L3 M1 M2 M3 M4 M5 N1 N2 N3 N4 N5 N6 N67 N7 O1 O2 O3 O4 O45 O5 O6 O7 P1 P2 P23 P3 P4 P5")
    ),
    2: (
      L2L3_LINE, words("L3 M1 M2 M3 M4 M5 N1 N2 N3 N4 N5 N6 N7 O1 O2 O3 O4 O5 O6 O7 P1 P2 P23 P3 P4 P5 Q1")
    ),
    3: (
      L3M1_LINE,
      words("M1 M2 M3 M4 M5 N1 N2 N3 N4 N5 N6 N7 O1 O2 O3 O4 O45 O5 O6 O7 P1 P2 P23 P3 P4 P45 P5 Q1")
    ),
    4: (M1M2_LINE, words("M2 M3 M4 M5 N1 N2 N3 N4 N5 N6 N7 O1 O2 O3 O4 O5 O6 O7 P1 P2 P3 P4 P5")),
    5: (M2M3_LINE, words("M3 M4 M5 N1 N2 N3 N4 N5 N6 N7 O1 O2 O3 O4 O5 O6 O7 P1 P2 P3 P4 P5")),
    6: (M3M4_LINE, words("M4 M5 N1 N2 N3 N4 N5 N6 N7 O1 O2 O3 O4 O5 O6 O7 P1 P2 P3 P4 P5 Q1")),
    7: (M4M5_LINE, words("M5 N1 N2 N3 N4 N5 N6 N7 O1 O2 O3 O4 O5 O6 O7 P1 P2 P3 P4 P5")),
    8: (M5N1_LINE, words("N1 N2 N3 N4 N5 N6 N7 O1 O2 O3 O4 O5 O6 O7 P1 P2 P3 P4 P5")),
  ]

  private static func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
}
