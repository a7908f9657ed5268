import Microscopy
import Testing

@testable import XRay

struct LineGroupTests {
  @Test(arguments: [
    ("Fe Ka", ["KL2", "KL3"], 6.399), ("Fe Kb", ["KM2", "KM3"], 7.058), ("Nd La", ["L3M4", "L3M5"], 5.228),
    ("Nd_La", ["L3M4", "L3M5"], 5.228), ("Nd-Lα", ["L3M4", "L3M5"], 5.228), ("U Ma", ["M5N6", "M5N7"], 3.170),
    ("Mg Ka", ["KL2", "KL3"], 1.2536), ("Nd Ma", ["M5N67"], 0.978), ("Sm Lb1", ["L2M4"], 6.206), ("U M5N7", ["M5N7"], 3.171),
    ("fe ka", nil, 0), ("U ma1", ["M5N7"], 3.171),
  ])
  func namesStandForLines(text: String, transitions: [String]?, energy: Double) throws {
    guard let transitions else {
      #expect(throws: LineError.self) { try LineGroup(text, beamEnergy: 200) }
      return
    }
    let group = try LineGroup(text, beamEnergy: 200)
    #expect(Set(group.lines.map(\.transition)).isSuperset(of: transitions))
    #expect(group.lines.allSatisfy { transitions.contains($0.transition) || $0.transition.hasPrefix("K") })
    #expect(abs(group.energy - energy) < 0.003, "\(group): \(group.energy)")
    #expect(abs(group.lines.reduce(0) { $0 + $1.crossSection } - group.crossSection) < 1e-30)
  }

  @Test func familiesHoldTheirGroups() throws {
    for (element, family) in [("Fe", "K"), ("Nd", "L"), ("U", "M")] {
      let all = try LineGroup("\(element) \(family)", beamEnergy: 200)
      #expect(all.lines.allSatisfy { $0.family.rawValue == family })
      let alpha = try LineGroup("\(element) \(family)a", beamEnergy: 200)
      #expect(Set(all.lines).isStrictSuperset(of: alpha.lines))
      #expect(all.crossSection > alpha.crossSection)
      #expect(all.name == family && alpha.name == "\(family)a")
    }
    let parts = try ["L1", "L2", "L3"].map { try LineGroup("Nd \($0)", beamEnergy: 200).crossSection }
    #expect(abs(parts.reduce(0, +) / (try LineGroup("Nd L", beamEnergy: 200).crossSection) - 1) < 1e-12)
    let whole = try LineGroup("Fe K", beamEnergy: 200).crossSection
    let split = try LineGroup("Fe Ka", beamEnergy: 200).crossSection + LineGroup("Fe Kb", beamEnergy: 200).crossSection
    #expect(abs(whole / split - 1) < 1e-12)
  }

  @Test(arguments: [
    ("", "names no line"), ("Fe", "names no line"), ("Fe Ka Kb", "names no line"), ("Xx Ka", "no element"),
    ("Fe Qa", "no line's name"), ("Fe Ma", "has no Ma line"), ("O La", "has no La line"), ("Fe L3M", "no line's name"),
    ("Fm Ka", "has no Ka line"), ("FE Ka", "no element"),
  ])
  func otherNamesAreRefused(text: String, problem: String) {
    let error = #expect(throws: LineError.self) { try LineGroup(text, beamEnergy: 200) }
    #expect(error?.problem.contains(problem) == true, "\(String(describing: error))")
  }

  @Test func aLineThatTheBeamCannotMakeIsRefused() {
    #expect(throws: LineError.self) { try LineGroup("Nd Ka", beamEnergy: 30) }
    #expect(throws: Never.self) { try LineGroup("Nd Ka", beamEnergy: 60) }
  }

  @Test func siegbahnsNamesAreThoseOfTheirTransitions() {
    for (transition, name) in [
      ("KL3", "Ka1"), ("KL2", "Ka2"), ("KM3", "Kb1"), ("L3M5", "La1"), ("L2M4", "Lb1"), ("L3N5", "Lb2"), ("L2N4", "Lg1"),
      ("L3M1", "Ll"), ("L2M1", "Ln"), ("M5N7", "Ma1"), ("M4N6", "Mb"), ("M3N5", "Mg"),
    ] {
      #expect(LineName.siegbahn(transition) == name)
    }
    #expect(LineName.siegbahn("M2N4") == nil)
  }

  @Test func thePrincipalLinesAreTheOnesInRange() throws {
    for (symbol, name) in [("O", "Ka"), ("Fe", "Ka"), ("Nd", "La"), ("U", "La")] {
      let element = try #require(Element(symbol: symbol))
      #expect(LineGroup.principal(of: element, beamEnergy: 200, in: 0.2...20)?.name == name)
    }
    let uranium = try #require(Element(symbol: "U"))
    #expect(LineGroup.principal(of: uranium, beamEnergy: 200, in: 0.2...10)?.name == "Ma")
    #expect(LineGroup.principal(of: uranium, beamEnergy: 200, in: 0.2...0.3) == nil)
  }
}
