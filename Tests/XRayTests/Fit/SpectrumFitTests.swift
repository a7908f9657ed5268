import Foundation
import LinearAlgebra
import Microscopy
import Testing

@testable import XRay

/// A spectrum of a phase whose lines' counts are known.
struct SimulatedSpectrum {
  let phase: MineralPhase
  let model: SpectrumModel
  let expected: [Double]
  private let scale: Double

  init(_ phase: MineralPhase, counts: Double, channels: Int = 2048, _ change: (inout SpectrumModel) -> Void = { _ in }) {
    self.phase = phase
    let width = 20.48 / Double(channels)
    let axis = Axis(name: "Energy", size: channels, scale: width, offset: width / 2, units: "keV", role: .signal)
    var model = SpectrumModel(energies: axis, thickness: 117)
    change(&model)
    self.model = model
    let spectrum = model.spectrum(of: phase)
    let scale = counts / spectrum.reduce(0, +)
    expected = spectrum.map { $0 * scale }
    self.scale = scale
  }

  /// The expected counts of an element's lines of a shell.
  func truth(_ element: String, _ shell: LineFamily) -> Double {
    let part = phase.composition.parts.first { $0.element == element }
    return EmissionLine.lines(of: element, beamEnergy: 200).filter { $0.transition.hasPrefix(shell.rawValue) }.reduce(0) {
      $0 + (part?.fraction ?? 0) * $1.crossSection * model.transmission(of: phase, at: $1.energy) * scale
    }
  }

  var film: ThinFilm {
    ThinFilm(
      phase.composition.parts.map { .init($0.element, weightFraction: phase.composition.weightFraction(of: $0)) },
      massThickness: phase.density * 117e-7, takeOffAngle: 22)
  }

  func drawn(seed: UInt64) -> [Double] {
    var generator = RandomGenerator(seed: seed)
    return expected.map { Double(generator.nextPoisson(mean: $0)) }
  }

  var fit: SpectrumFit {
    var fit = SpectrumFit(elements: phase.composition.parts.map(\.element), beamEnergy: 200)
    fit.film = film
    return fit
  }
}

struct SpectrumFitTests {
  @Test func expectationsAreFoundAgain() throws {
    let spectrum = SimulatedSpectrum(.bridgmanite, counts: 1e8)
    let fitted = try spectrum.fit.fit(.init(counts: spectrum.expected, energies: spectrum.model.energies))
    #expect(fitted.isConverged && fitted.refined == SpectrumCalibration.Parameter.allCases)
    #expect(fitted.reducedChiSquare < 1e-9 && fitted.devianceByFreedom < 1e-9)
    #expect(fitted.families.count == 14)
    for family in fitted.families {
      let truth = spectrum.truth(family.family.element, family.family.shell)
      #expect(abs(family.netCounts - truth) < 1e-4 * family.error, "\(family.family.name)")
      #expect(family.error > truth.squareRoot())
    }
    #expect(abs(fitted.calibration.resolution - 130) < 1e-3)
    // Nothing of it escaped or was counted with another.
    #expect(fitted.escape ?? 1 < 1e-6 && fitted.sumCounts ?? 1e9 < 1)
  }

  /// A detector that is not as its file says: 15 eV off, 0.3 % too long, and sharper.
  @Test func calibrationIsRefined() throws {
    let spectrum = SimulatedSpectrum(.bridgmanite, counts: 3e7)
    var fit = spectrum.fit
    var told = spectrum.model.energies
    told.offset += 0.015
    told.scale *= 1.003
    fit.detector.resolution = 140
    let counts = spectrum.drawn(seed: 5)
    let fitted = try fit.fit(.init(counts: counts, energies: told))
    #expect(fitted.isConverged && fitted.refined.count == 4)
    let truth = SpectrumCalibration(spectrum.model.energies, SiliconDriftDetector())
    for (parameter, error) in zip(fitted.refined, fitted.calibrationErrors) {
      #expect(abs(fitted.calibration[parameter] - truth[parameter]) < 4 * error, "\(parameter)")
    }
    for family in fitted.families where family.family.shell == .k {
      let truth = spectrum.truth(family.family.element, .k)
      #expect(abs(family.netCounts - truth) < 4 * family.error, "\(family.family.name)")
    }
    #expect(abs(fitted.devianceByFreedom - 1) < 0.15)
  }

  /// Which channels and families are fitted depends on how wide lines are, and must not on how wide they are told to be.
  @Test func resultsDoNotDependOnTheResolutionThatIsTold() throws {
    let spectrum = SimulatedSpectrum(.bridgmanite, counts: 1e7, channels: 512)
    let data = SpectrumFit.Spectrum(counts: spectrum.drawn(seed: 3), energies: spectrum.model.energies)
    var found: [FittedSpectrum] = []
    for resolution in [130.0, 100, 115, 160, 200] {
      var fit = spectrum.fit
      fit.film = nil
      fit.detector.resolution = resolution
      found.append(try fit.fit(data))
    }
    let first = found[0]
    for other in found.dropFirst() {
      #expect(other.isConverged)
      #expect(other.channels == first.channels && other.families.map(\.family.name) == first.families.map(\.family.name))
      #expect(abs(other.reducedChiSquare - first.reducedChiSquare) < 0.01 * first.reducedChiSquare)
      for (one, two) in zip(first.families, other.families) {
        #expect(abs(one.netCounts - two.netCounts) < 0.05 * one.error, "\(one.family.name)")
      }
    }
  }

  @Test func whatCannotBeFittedIsTold() throws {
    let spectrum = SimulatedSpectrum(.ferropericlase, counts: 1e6, channels: 512)
    var data = SpectrumFit.Spectrum(counts: spectrum.expected, energies: spectrum.model.energies)
    var fit = spectrum.fit
    fit.elements.append("B")
    let low = #expect(throws: FitError.self) { try fit.fit(data) }
    #expect(low?.problem == "lines below 0.25 keV are not quantified, and B has no other in range: B Ka at 0.183 keV")
    data.counts[300] = -50
    let negative = #expect(throws: FitError.self) { try spectrum.fit.fit(data) }
    #expect(negative?.problem.hasPrefix("1 channels lie below zero") == true)
    data.variance = spectrum.expected
    _ = try spectrum.fit.fit(data)
    data.energies.scale = 1e-300
    #expect(throws: FitError.self) { try spectrum.fit.fit(data) }
  }

  /// Overlaps: Nd and Sm L with each other and with Fe K's escape peak, U M with Ca K's.
  @Test func tracesOfHundredsOfPartsPerMillionAreFound() throws {
    let spectrum = SimulatedSpectrum(.bridgmanite, counts: 1e8)
    let fitted = try spectrum.fit.fit(.init(counts: spectrum.drawn(seed: 11), energies: spectrum.model.energies))
    for (element, shell) in [("Nd", LineFamily.l), ("Sm", .l), ("U", .m)] {
      let family = try #require(fitted.family(element, shell))
      #expect(abs(family.netCounts - spectrum.truth(element, shell)) < 2 * family.error, "\(element)")
      #expect(family.netCounts > 30 * family.error)
    }
    #expect(abs(fitted.reducedChiSquare - 1) < 0.12 && abs(fitted.devianceByFreedom - 1) < 0.12)
  }

  /// Errors are what the spread of many draws is.
  @Test func pullsAreStandardNormal() throws {
    let spectrum = SimulatedSpectrum(.calciumPerovskite, counts: 3e6, channels: 512)
    let wanted: [(String, LineFamily)] = [
      ("O", .k), ("Al", .k), ("Si", .k), ("Ca", .k), ("Fe", .k), ("Nd", .l), ("Sm", .l), ("U", .m),
    ]
    let draws = 100
    let pulls = try (0..<draws).map { draw in
      let fitted = try spectrum.fit.fit(
        .init(counts: spectrum.drawn(seed: UInt64(100 + draw)), energies: spectrum.model.energies))
      return try wanted.map { element, shell in
        let family = try #require(fitted.family(element, shell))
        return (family.netCounts - spectrum.truth(element, shell)) / family.error
      }
    }
    for (index, (element, shell)) in wanted.enumerated() {
      let own = pulls.map { $0[index] }
      let mean = own.reduce(0, +) / Double(draws)
      let deviation = (own.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(draws - 1)).squareRoot()
      // Standard errors of 100 draws: 0.10 of the mean, 0.071 of the deviation.
      #expect(abs(mean) < 0.4, "\(element) \(shell): mean \(mean)")
      #expect(abs(deviation - 1) < 0.28, "\(element) \(shell): deviation \(deviation)")
    }
  }

  @Test func whatCannotBeFittedIsRefused() throws {
    let spectrum = SimulatedSpectrum(.ferropericlase, counts: 1e5, channels: 256)
    let data = SpectrumFit.Spectrum(counts: spectrum.expected, energies: spectrum.model.energies)
    var fit = spectrum.fit
    fit.elements = ["O", "Xx"]
    #expect(throws: FitError.self) { try fit.fit(data) }
    fit.elements = ["O", "Mg", "Fe"]
    fit.range = 3...5
    let missing = #expect(throws: FitError.self) { try fit.fit(data) }
    #expect(missing?.problem.contains("O has no line between") == true)
    fit.range = nil
    fit.beamEnergy = 0
    #expect(throws: FitError.self) { try fit.fit(data) }
    fit.beamEnergy = 200
    var empty = data
    empty.counts = [Double](repeating: 0, count: 256)
    #expect(throws: FitError.self) { try fit.fit(empty) }
  }
}

struct SubshellTests {
  /// Subshells that are fitted by themselves share the counts that the shell has.
  @Test func subshellsHaveAmountsOfTheirOwn() throws {
    let spectrum = SimulatedSpectrum(.calciumPerovskite, counts: 3e7, channels: 1024)
    let data = SpectrumFit.Spectrum(counts: spectrum.expected, energies: spectrum.model.energies)
    var fit = spectrum.fit
    fit.freeSubshells = ["U", "Nd"]
    let fitted = try fit.fit(data)
    let names = fitted.families.map(\.family.name)
    #expect(names.contains("U M5") && names.contains("U M4") && names.contains("Nd L3") && !names.contains("U M"))
    for (element, shell) in [("U", LineFamily.m), ("Nd", .l), ("Sm", .l)] {
      let own = fitted.families.filter { $0.family.element == element && $0.family.shell == shell }
      let sum = own.reduce(0) { $0 + $1.netCounts }
      #expect(abs(sum / spectrum.truth(element, shell) - 1) < 0.01, "\(element)")
    }
    // Less is known of less.
    let together = try #require(try spectrum.fit.fit(data).family("U", .m))
    let alpha = try #require(fitted.families.first { $0.family.name == "U M5" })
    #expect(alpha.error > together.error * alpha.netCounts / together.netCounts)
  }
}

struct BackgroundTests {
  /// More terms than needed find the same lines, less surely.
  @Test func bentBackgroundsHoldTheStraightOne() throws {
    let spectrum = SimulatedSpectrum(.ferropericlase, counts: 1e7, channels: 1024)
    let data = SpectrumFit.Spectrum(counts: spectrum.expected, energies: spectrum.model.energies)
    var fit = spectrum.fit
    fit.backgroundTerms = 8
    let fitted = try fit.fit(data)
    #expect(fitted.backgroundCounts.count == 8 && fitted.isConverged)
    for element in ["O", "Mg", "Fe"] {
      let family = try #require(fitted.family(element, .k))
      #expect(abs(family.netCounts - spectrum.truth(element, .k)) < family.error, "\(element)")
    }
    #expect(fitted.reducedChiSquare < 0.02)
    // A hump that no two terms make.
    let humped = data.counts.enumerated().map { channel, count in
      count * (1 + 0.3 * exp(-pow(log(spectrum.model.energies.value(at: channel) / 5) / 0.6, 2)))
    }
    let bent = try fit.fit(.init(counts: humped, energies: spectrum.model.energies))
    fit.backgroundTerms = 2
    let straight = try fit.fit(.init(counts: humped, energies: spectrum.model.energies))
    #expect(bent.reducedChiSquare < 0.3 * straight.reducedChiSquare)
  }
}
