import Foundation
import LinearAlgebra
import Microscopy
import Testing

@testable import XRay

private func intensity(_ element: String, _ line: String, _ counts: Double, _ error: Double? = nil) -> LineIntensity {
  LineIntensity(element: element, line: line, netCounts: counts, error: error ?? max(counts, 1).squareRoot())
}

private func table(_ values: [(String, String, Double)], _ method: SensitivityFactor.Method = .cliffLorimer) -> SensitivityTable {
  SensitivityTable(method: method, factors: values.map { .init(element: $0.0, line: $0.1, value: $0.2) }, source: "a test")
}

struct QuantificationTests {
  /// What exSpy 0.3.2 makes of the same intensities, `quantification(method="CL")`, in percent by weight.
  @Test func cliffLorimerIsThatOfExSpy() throws {
    let factors = table([("Mg", "Ka", 0.976), ("Al", "Ka", 1.018), ("Si", "Ka", 1), ("Fe", "Ka", 1.826)])
    let counts = [
      intensity("Mg", "Ka", 157812.25), intensity("Al", "Ka", 14522.5), intensity("Si", "Ka", 152512.75),
      intensity("Fe", "Ka", 29620.5),
    ]
    let found = try Quantification(factors, beamEnergy: 200, takeOffAngle: 22).composition(of: counts)
    let expected = [41.0285805931419, 3.9380853670941933, 40.62581767606697, 14.407516363696926]
    for (amount, weight) in zip(found.amounts, expected) { #expect(abs(100 * amount.weightFraction - weight) < 1e-12 * weight) }
    // exSpy's atomic weights are those of an older table.
    let atoms = [47.705547951876525, 4.124738651562657, 40.87878475548852, 7.290928641072305]
    for (amount, percent) in zip(found.amounts, atoms) { #expect(abs(100 * amount.atomicFraction - percent) < 3e-5 * percent) }
    #expect(found.massThickness == nil && found.amounts.allSatisfy { $0.absorption == 1 })
    // ζ-factors have the same ratios.
    let zeta = try Quantification(
      table([("Mg", "Ka", 600), ("Al", "Ka", 620), ("Si", "Ka", 610), ("Fe", "Ka", 1100)], .zeta), beamEnergy: 200,
      takeOffAngle: 22
    ).composition(of: counts)
    let byZeta = [41.29289721466947, 3.9265982401664337, 40.571342622881666, 14.209161922282426]
    for (amount, weight) in zip(zeta.amounts, byZeta) { #expect(abs(100 * amount.weightFraction - weight) < 1e-12 * weight) }
  }

  @Test func orderAndZerosDoNotMatter() throws {
    let factors = table([("Mg", "Ka", 0.976), ("Al", "Ka", 1.018), ("Si", "Ka", 1)])
    let quantification = Quantification(factors, beamEnergy: 200, takeOffAngle: 22)
    let counts = [intensity("Mg", "Ka", 0), intensity("Si", "Ka", 500), intensity("Al", "Ka", 500)]
    let one = try quantification.composition(of: counts)
    let other = try quantification.composition(of: counts.reversed())
    #expect(one.amounts.map(\.weightFraction) == other.amounts.reversed().map(\.weightFraction))
    #expect(one.amounts[0].weightFraction == 0 && one.amounts[0].atomicError > 0)
    #expect(one.amounts[0].atomicErrorOfCounts.isNaN)
    let negative = try quantification.composition(of: [intensity("Mg", "Ka", -50), intensity("Si", "Ka", 500)])
    #expect(negative.amounts.map(\.weightFraction) == [0, 1])
    #expect(throws: FitError.self) { try quantification.composition(of: [intensity("Mg", "Ka", 0)]) }
    let unknown = #expect(throws: FitError.self) { try quantification.composition(of: [intensity("Fe", "Ka", 1)]) }
    #expect(unknown?.problem == "there is no factor for Fe Ka")
  }

  /// The propagation of errors against 20,000 draws.
  @Test func errorsAreThoseOfDraws() throws {
    var factors = table([("O", "Ka", 0.956), ("Mg", "Ka", 0.976), ("Si", "Ka", 1), ("Fe", "Ka", 1.826)])
    factors.factors[3].relativeError = 0.05
    let counts = [
      intensity("O", "Ka", 40_000), intensity("Mg", "Ka", 20_000, 300), intensity("Si", "Ka", 25_000),
      intensity("Fe", "Ka", 900, 45),
    ]
    let found = try Quantification(factors, beamEnergy: 200, takeOffAngle: 22).composition(of: counts)
    var generator = RandomGenerator(seed: 3)
    let draws = try (0..<20_000).map { _ in
      var drawn = factors
      drawn.factors[3].value *= 1 + 0.05 * generator.nextGaussian()
      let values = counts.map { count in
        var count = count
        count.netCounts += count.error * generator.nextGaussian()
        return count
      }
      return try Quantification(drawn, beamEnergy: 200, takeOffAngle: 22).composition(of: values).amounts
    }
    for (index, amount) in found.amounts.enumerated() {
      for (own, error) in [
        (draws.map { $0[index].atomicFraction }, amount.atomicError),
        (draws.map { $0[index].weightFraction }, amount.weightError),
      ] {
        let mean = own.reduce(0, +) / Double(own.count)
        let deviation = (own.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(own.count)).squareRoot()
        #expect(abs(deviation / error - 1) < 0.03)
      }
    }
  }

  /// Thin-slab absorption, iterated: the factors are those of the composition that comes out.
  @Test func absorptionIsThatOfTheCompoundItself() throws {
    let factors = table([("O", "Ka", 0.956), ("Mg", "Ka", 0.976), ("Fe", "Ka", 1.826)])
    let counts = [intensity("O", "Ka", 40_000), intensity("Mg", "Ka", 20_000), intensity("Fe", "Ka", 9000)]
    let thickness = 4.5 * 200e-7
    let found = try Quantification(factors, beamEnergy: 200, massThickness: thickness, takeOffAngle: 22).composition(of: counts)
    let film = try #require(found.film(takeOffAngle: 22))
    let corrected = try zip(found.amounts, [0.956, 0.976, 1.826]).map { amount, k in
      let group = try LineGroup(element: amount.intensity.element, line: "Ka", beamEnergy: 200)
      let depth = film.depth(at: group.energy)
      #expect(abs(amount.absorption - depth / (1 - exp(-depth))) < 1e-10)
      return amount.intensity.netCounts * k * amount.absorption
    }
    let total = corrected.reduce(0, +)
    for (amount, value) in zip(found.amounts, corrected) { #expect(abs(amount.weightFraction - value / total) < 1e-11) }
    #expect(found.amounts[0].absorption > 1.02 && found.amounts[2].absorption < 1.01)
  }

  /// Counts of a film that is known: ζ and cross-sections find its composition, its thickness and so its absorption.
  @Test func doseTellsTheThickness() throws {
    let phase = MineralPhase.bridgmanite
    let spectrum = SimulatedSpectrum(phase, counts: 1e6)
    let elements = ["O", "Mg", "Al", "Si", "Ca", "Fe"]
    let lines = elements.map { (element: $0, line: "Ka") }
    let (electrons, angle) = (1e11, 0.9)
    let atoms = phase.atomDensity * 117e-7
    for method in [SensitivityFactor.Method.zeta, .crossSection] {
      let factors = try SensitivityTable.physics(
        method, lines: lines, reference: "Si", beamEnergy: 200, detector: SiliconDriftDetector(), solidAngle: angle)
      let counts = elements.map { element in
        let part = phase.composition.parts.first { $0.element == element }?.fraction ?? 0
        let seen = EmissionLine.lines(of: element, beamEnergy: 200).filter { ["KL2", "KL3"].contains($0.transition) }.reduce(0) {
          $0 + $1.crossSection * spectrum.model.transition(of: phase, $1)
        }
        return intensity(element, "Ka", electrons * atoms * part * seen * angle / (4 * .pi))
      }
      let found = try Quantification(factors, beamEnergy: 200, takeOffAngle: 22, electrons: electrons).composition(of: counts)
      // Traces are left out of the film: a few tenths of a percent of its mass.
      let thickness = try #require(found.massThickness)
      #expect(abs(thickness / (4.5 * 117e-7) - 1) < 0.01, "\(method)")
      for amount in found.amounts {
        let truth = phase.composition.parts.first { $0.element == amount.intensity.element }?.fraction ?? 0
        #expect(abs(amount.atomicFraction / truth - 1) < 0.003, "\(method) \(amount.intensity.element)")
      }
    }
  }

  @Test func factorsFromFiles() throws {
    let csv = "# of a standard\nElement, line, k, error\nMg,Ka,0.98,0.01\n\"Si\",Ka,1,\nNd,La1,2.5,0.2\n"
    let read = try SensitivityTable.read(csv, named: "k.csv", method: .cliffLorimer)
    #expect(read.factors.map(\.value) == [0.98, 1, 2.5] && read.factors.map(\.line) == ["Ka", "Ka", "La"])
    #expect(abs(read.factors[2].relativeError - 0.08) < 1e-12 && read.source == "read from k.csv" && !read.isCalculated)
    let json = #"{"reference": "Si", "factors": [{"element": "Mg", "line": "Kα", "k": 0.98}]}"#
    #expect(try SensitivityTable.read(json, named: "k.json", method: .cliffLorimer).factor("Mg", "Ka")?.value == 0.98)
    for (text, problem) in [
      ("element,line,k\nMg,Ka,-1", "has -1.0 for Mg Ka"), ("element,line,k\nMg,Ka,nan", "has nan for Mg Ka"),
      ("element,line,k\nMg,Ka,0", "has 0.0"), ("element,line\nMg,Ka", "no heading"), ("element,line,k\nMg,Ka", "too few columns"),
      ("element,line,k\nMg,Ka,1\nMg,Ka,2", "twice"), ("[]", "holds no factor"), ("{", "no valid JSON"),
      ("[{\"element\": \"Mg\", \"line\": \"Ka\"}]", "has nan"), ("element,line,k\nMg,Ka,1e999", "has inf"), ("", "no heading"),
      ("# a\n\nelement,line,k\nMg,Ka,1\nXx,Ka,2", "k, line 5 has \"Xx\", which is no element"),
      ("element,line,k,error\nMg,Ka,1,-2", "k, line 2 has an error of -2.0"),
      (#"[{"element": "Mg", "line": "Ka", "k": 1}, {"element": "Mg", "line": "Ka", "k": -1}]"#, "k, factor 2 has -1.0"),
    ] {
      let error = #expect(throws: FitError.self) { try SensitivityTable.read(text, named: "k", method: .cliffLorimer) }
      #expect(error?.problem.contains(problem) == true, "\(text): \(error?.problem ?? "")")
    }
  }

  /// A file says what its factors are, by the name of the value, by a method, or at least by their size.
  @Test func factorsOfOtherMethodsAreRefused() throws {
    func read(_ heading: String, _ value: Double, _ method: SensitivityFactor.Method) throws -> SensitivityTable {
      try .read("element,line,\(heading)\nSi,Ka,\(value)", named: "f", method: method)
    }
    let own: [SensitivityFactor.Method: (String, Double)] = [
      .cliffLorimer: ("k", 1.1), .zeta: ("zeta", 700), .crossSection: ("cross_section", 0.7),
    ]
    for method in SensitivityFactor.Method.allCases {
      for (other, (heading, value)) in own {
        guard method != other else {
          #expect(try read(heading, value, method).factors[0].value == value)
          #expect(try read("value", value, method).factors[0].value == value)
          let factors = "[{\"element\": \"Si\", \"line\": \"Ka\", \"value\": \(value)}]"
          let json = "{\"method\": \"\(method.rawValue)\", \"factors\": \(factors)}"
          #expect(try SensitivityTable.read(json, named: "f", method: method).factors[0].value == value)
          continue
        }
        let error = #expect(throws: FitError.self) { try read(heading, value, method) }
        #expect(error?.problem.hasPrefix("f, line 2 has a ") == true)
        #expect(error?.advice.contains("--method \(other.rawValue)") == true)
      }
    }
    let small = #expect(throws: FitError.self) { try read("value", 1.1, .zeta) }
    #expect(small?.advice == "They look like k-factors, for --method cliff-lorimer.")
    // In cm² instead of barns.
    #expect(throws: FitError.self) { try read("cross_section", 7e-25, .crossSection) }
    #expect(throws: FitError.self) {
      try SensitivityTable.read("{\"method\": \"best\", \"factors\": []}", named: "f", method: .zeta)
    }
  }

  @Test func fewCountsHaveSensibleLimits() {
    let line = { LineIntensity(element: "Nd", line: "La", netCounts: $0, error: 1) }
    let window = LineWindows(element: "Nd", line: "La", signal: 4..<8, background: [0..<2, 10..<12])
    for (counts, isDetected) in [(0.0, false), (1, false), (5, true)] {
      var channels = [Double](repeating: 0, count: 12)
      channels[5] = counts
      let spectrum = SpectrumFit.Spectrum(counts: channels, energies: Axis(name: "E", size: 12, role: .signal))
      let found = Detection(window, spectrum, photon: 1)
      #expect(found.intensity.netCounts == counts && found.isDetected == isDetected && found.signalToNoise.isNaN)
      #expect(found.limits.prefix(2).allSatisfy { $0.netCounts.isNaN })
      #expect(found.limits.suffix(2).map(\.netCounts) == [1.645, 6])
      // The same counts, as means of a thousand pixels.
      let mean = SpectrumFit.Spectrum(
        counts: channels.map { $0 / 1000 }, variance: channels.map { $0 / 1e6 }, energies: spectrum.energies)
      let scaled = Detection(window, mean, photon: 1e-3)
      #expect(scaled.isDetected == isDetected && abs(scaled.criticalLevel - 1.645e-3) < 1e-15)
    }
    // Currie's own case: a blank of B counts beside as many.
    let many = Detection(intensity: line(50), background: 100, backgroundDeviation: 10, blankDeviation: 200.0.squareRoot())
    #expect(abs(many.criticalLevel - 2.33 * 10) < 0.1 && abs(many.limits[3].netCounts - (2.71 + 4.65 * 10)) < 0.1)
    #expect(many.isDetected && many.signalToNoise == 5)
  }
}

extension SpectrumModel {
  /// What of a line of a phase is counted.
  fileprivate func transition(of phase: MineralPhase, _ line: EmissionLine) -> Double { transmission(of: phase, at: line.energy) }
}
