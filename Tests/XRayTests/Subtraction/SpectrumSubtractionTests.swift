import Foundation
import LinearAlgebra
import Microscopy
import Testing

@testable import XRay

struct SpectrumSubtractionTests {
  /// Bridgmanite alone, and a third of it with ferropericlase, which has no silicon.
  private struct Minerals {
    let matrix = SimulatedSpectrum(.bridgmanite, counts: 2e6, channels: 1024)
    let precipitate = SimulatedSpectrum(.ferropericlase, counts: 3e5, channels: 1024)
    let share = 0.3

    func drawn(seed: UInt64) -> (mixture: SpectrumFit.Spectrum, matrix: SpectrumFit.Spectrum) {
      var generator = RandomGenerator(seed: seed)
      let mixed = zip(matrix.expected, precipitate.expected).map { Double(generator.nextPoisson(mean: share * $0 + $1)) }
      let energies = matrix.model.energies
      return (
        SpectrumFit.Spectrum(counts: mixed, energies: energies),
        SpectrumFit.Spectrum(counts: matrix.drawn(seed: seed &+ 1000), energies: energies)
      )
    }
  }

  private let minerals = Minerals()

  private func line(_ element: String, _ name: String? = nil) throws -> ScalingLine {
    try ScalingLine(
      element, line: name, energies: minerals.matrix.model.energies, beamEnergy: 200, detector: SiliconDriftDetector())
  }

  private func difference(seed: UInt64, isFitted: Bool) throws -> SpectrumSubtraction {
    let (mixture, matrix) = minerals.drawn(seed: seed)
    let silicon = try line("Si")
    let nets =
      isFitted
      ? try silicon.fittedNets(
        mixture: mixture, matrix: matrix, elements: ["O", "Mg", "Al", "Si", "Ca", "Fe", "Nd", "Sm", "U"])
      : (mixture: try silicon.windowNet(mixture), matrix: try silicon.windowNet(matrix))
    return try SpectrumSubtraction(mixture, matrix, mixtureNet: nets.mixture, matrixNet: nets.matrix)
  }

  @Test(arguments: [true, false]) func theScaleIsFoundWithinItsError(isFitted: Bool) throws {
    var pulls: [Double] = []
    for seed in 0..<(isFitted ? 2 : 200) {
      let found = try difference(seed: UInt64(seed), isFitted: isFitted)
      pulls.append((found.scale - minerals.share) / found.scaleDeviation)
    }
    let mean = pulls.reduce(0, +) / Double(pulls.count)
    let spread = (pulls.reduce(0) { $0 + $1 * $1 } / Double(pulls.count)).squareRoot()
    #expect(pulls.allSatisfy { abs($0) < 4 })
    #expect(isFitted || abs(mean) < 0.4 && (0.8...1.3).contains(spread), "\(mean) \(spread)")
  }

  @Test func theErrorsOfChannelsAreTwo() throws {
    let found = try difference(seed: 3, isFitted: false)
    let (mixture, matrix) = minerals.drawn(seed: 3)
    let (a, b) = (found.mixtureNet, found.matrixNet)
    #expect(found.scale == a.netCounts / b.netCounts)
    let relative = (pow(a.error / a.netCounts, 2) + pow(b.error / b.netCounts, 2)).squareRoot()
    #expect(abs(found.scaleDeviation - found.scale * relative) < 1e-12)
    for channel in [0, 100, 126, 320, 1023] {
      #expect(found.counts[channel] == mixture.counts[channel] - found.scale * matrix.counts[channel])
      let variance = mixture.counts[channel] + found.scale * found.scale * matrix.counts[channel]
      #expect(abs(found.variance[channel] - variance) < 1e-9 * (1 + variance))
      #expect(abs(found.commonDeviation[channel] - found.scaleDeviation * matrix.counts[channel]) < 1e-9)
    }
    // Of what is left, silicon is gone and the rest is the precipitate.
    let net = try line("Si").windows(on: mixture.energies).counted(found.spectrum)
    #expect(abs(net.intensity.netCounts) < 1e-6 * a.netCounts && net.intensity.error < 1e-3 * a.error)
    let truth = minerals.precipitate.expected
    let product = zip(found.counts, truth).reduce(0) { $0 + $1.0 * $1.1 }
    let norms = found.counts.reduce(0) { $0 + $1 * $1 } * truth.reduce(0) { $0 + $1 * $1 }
    #expect(product / norms.squareRoot() > 0.999)
  }

  private func windows(_ elements: [String]) throws -> [LineWindows] {
    try elements.map { try line($0).windows(on: minerals.matrix.model.energies) }
  }

  @Test func nothingIsBelowZeroWhereTheElementLacks() throws {
    var channels = 0
    for seed in 0..<20 {
      let found = try difference(seed: UInt64(seed), isFitted: false)
      #expect(found.overSubtractedLines(try windows(["Mg", "Si", "Al", "Ca", "Fe"])).isEmpty)
      channels += found.overSubtractedChannels.count
    }
    // One in 741 by chance.
    #expect(channels < 60)
  }

  @Test func tooMuchIsReported() throws {
    // Magnesium is no element that ferropericlase lacks.
    let (mixture, matrix) = minerals.drawn(seed: 5)
    let magnesium = try line("Mg")
    let error = #expect(throws: FitError.self) {
      try SpectrumSubtraction(
        mixture, matrix, mixtureNet: magnesium.windowNet(mixture), matrixNet: magnesium.windowNet(matrix))
    }
    #expect(error?.problem.contains("Mg Ka") == true)
    let silicon = try line("Si")
    var net = try silicon.windowNet(mixture)
    net.intensity.netCounts *= 1.25
    let found = try SpectrumSubtraction(mixture, matrix, mixtureNet: net, matrixNet: silicon.windowNet(matrix))
    let lines = found.overSubtractedLines(try windows(["Mg", "Si", "Ca", "Fe"]))
    #expect(lines.map(\.place).contains("Si Ka") && !lines.map(\.place).contains("Mg Ka"))
    let channels = found.overSubtractedChannels
    #expect(channels.count > 5 && channels.allSatisfy { $0.z < -3 && $0.counts < 0 && $0.from < $0.to })
    #expect(channels.contains { abs($0.from - 1.74) < 0.05 })
  }

  @Test func windowsOfBackgroundThatHoldALineAreNotUsed() throws {
    // The background beside Al Ka holds Mg Ka and Si Ka: by it, aluminium would lie far below zero.
    let found = try difference(seed: 2, isFitted: false)
    let aluminium = try line("Al").windows(on: minerals.matrix.model.energies)
    #expect(aluminium.counted(found.spectrum).intensity.netCounts < 0)
    #expect(found.overSubtractedLines(try windows(["Mg", "Al", "Si"])).isEmpty)
  }

  @Test func errorsOfGivenSpectraAreKept() throws {
    var (mixture, matrix) = minerals.drawn(seed: 8)
    mixture.variance = mixture.counts.map { 2 * $0 }
    mixture.commonDeviation = mixture.counts.map { 0.01 * $0 }
    let nets = (LineIntensity(element: "Si", line: "Ka", netCounts: 3000, error: 30), 10_000.0)
    let found = try SpectrumSubtraction(
      mixture, matrix, mixtureNet: .init(intensity: nets.0),
      matrixNet: .init(intensity: LineIntensity(element: "Si", line: "Ka", netCounts: nets.1, error: 0)))
    #expect(abs(found.scale - 0.3) < 1e-12 && abs(found.scaleDeviation - 0.003) < 1e-12)
    let channel = 87
    #expect(abs(found.variance[channel] - (2 * mixture.counts[channel] + 0.09 * matrix.counts[channel])) < 1e-9)
    let common = hypot(0.003 * matrix.counts[channel], 0.01 * mixture.counts[channel])
    #expect(abs(found.commonDeviation[channel] - common) < 1e-9)
  }

  @Test func linesToScaleBy() throws {
    #expect(try line("Si").line == "Ka" && line("Si").group.family == .k)
    #expect(try line("Fe").line == "Ka" && line("Fe", "Kb").line == "Kb")
    #expect(try line("U").line == "Ma" && line("Nd").line == "La")
    #expect(throws: FitError.self) { try line("Qq") }
    #expect(throws: FitError.self) { try line("Si", "La1x") }
    let short = Axis(name: "Energy", size: 100, scale: 0.01, offset: 0, units: "keV", role: .signal)
    #expect(throws: FitError.self) {
      try ScalingLine("Si", line: nil, energies: short, beamEnergy: 200, detector: SiliconDriftDetector())
    }
  }

  @Test func whatCannotBe() throws {
    let (mixture, matrix) = minerals.drawn(seed: 1)
    func net(_ counts: Double, _ error: Double) -> ScalingLine.Net {
      .init(intensity: LineIntensity(element: "Si", line: "Ka", netCounts: counts, error: error))
    }
    for (a, b) in [
      (net(100, 50), net(1000, 10)), (net(100, 5), net(20, 10)), (net(-5, 1), net(10, 1)), (net(.nan, 1), net(10, 1)),
    ] {
      #expect(throws: FitError.self) { try SpectrumSubtraction(mixture, matrix, mixtureNet: a, matrixNet: b) }
    }
    // Twice the same phase: nothing is left.
    let silicon = try line("Si")
    #expect(throws: FitError.self) {
      try SpectrumSubtraction(
        .init(counts: minerals.matrix.drawn(seed: 2), energies: mixture.energies), matrix,
        mixtureNet: silicon.windowNet(.init(counts: minerals.matrix.drawn(seed: 2), energies: mixture.energies)),
        matrixNet: silicon.windowNet(matrix))
    }
    let other = SpectrumFit.Spectrum(counts: [1, 2], energies: mixture.energies)
    #expect(throws: FitError.self) { try SpectrumSubtraction(mixture, other, mixtureNet: net(9, 1), matrixNet: net(9, 1)) }
  }
}
