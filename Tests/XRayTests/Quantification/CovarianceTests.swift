import Foundation
import LinearAlgebra
import Microscopy
import Testing

@testable import XRay

/// The mean of values, and their standard deviation.
private func scatter(_ values: [Double]) -> (mean: Double, deviation: Double) {
  let mean = values.reduce(0, +) / Double(values.count)
  return (mean, (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot())
}

struct CovarianceTests {
  /// S K and Mo L lie upon each other, so that what one has too much the other has too little.
  @Test func overlappingLinesErrTogether() throws {
    let axis = Axis(name: "Energy", size: 512, scale: 0.02, offset: 0.01, units: "keV", role: .signal)
    let shape = SpectrumModel(energies: axis, thickness: 50)
    let counts = ["S": 6000.0, "Mo": 6000, "Fe": 4000]
    var expected = (0..<axis.size).map { 40 * exp(-pow((axis.value(at: $0) - 1) / 3, 2)) }
    for (element, count) in counts {
      let alone = shape.spectrum(
        of: MineralPhase(
          name: element, composition: try #require(Composition(atoms: [(Element.known(element), 1)])), density: 5,
          continuum: .init(b0: 0, b1: 0)))
      let sum = alone.reduce(0, +)
      for channel in alone.indices { expected[channel] += count * alone[channel] / sum }
    }
    var generator = RandomGenerator(seed: 5)
    var (found, stated, naive) = ([[Double]](), [[Double]](), [[Double]]())
    for _ in 0..<40 {
      let drawn = expected.map { Double(generator.nextPoisson(mean: $0)) }
      let quantification = SpectrumQuantification(
        elements: ["S", "Mo", "Fe"], beamEnergy: 200, detector: SiliconDriftDetector())
      let result = try quantification.run(.init(counts: drawn, energies: axis))
      found.append(result.composition.amounts.map(\.atomicFraction) + result.composition.amounts.map(\.weightFraction))
      stated.append(result.composition.amounts.map(\.atomicError) + result.composition.amounts.map(\.weightError))
      let alone = try quantification.quantification(result.table, electrons: nil).composition(of: result.intensities)
      naive.append(alone.amounts.map(\.atomicError))
    }
    for column in 0..<6 {
      let (_, deviation) = scatter(found.map { $0[column] })
      let (error, _) = scatter(stated.map { $0[column] })
      #expect((0.7...1.35).contains(deviation / error), "\(column): \(deviation) stated \(error)")
    }
    // As if they were independent, S would be said to be better known than it is.
    #expect(scatter(stated.map { $0[0] }).mean > 1.08 * scatter(naive.map { $0[0] }).mean)
  }

  /// Draws of correlated counts, against the formula.
  @Test func covariancesArePropagated() throws {
    let table = SensitivityTable(
      method: .cliffLorimer, factors: [("S", 1.1), ("Mo", 3), ("Fe", 1.8)].map { .init(element: $0.0, line: "Ka", value: $0.1) },
      source: "a test")
    let counts = [6000.0, 2500, 4000]
    let deviations = [150.0, 90, 70]
    let correlation = -0.9
    var covariance = Matrix(zeros: 3, 3)
    for line in 0..<3 { covariance[line, line] = deviations[line] * deviations[line] }
    covariance[0, 1] = correlation * deviations[0] * deviations[1]
    covariance[1, 0] = covariance[0, 1]
    func lines(_ values: [Double]) -> [LineIntensity] {
      zip(["S", "Mo", "Fe"], zip(values, deviations)).map {
        LineIntensity(element: $0, line: "Ka", netCounts: $1.0, error: $1.1)
      }
    }
    let quantification = Quantification(table, beamEnergy: 200, takeOffAngle: 22)
    let stated = try quantification.composition(of: lines(counts), covariance: covariance).amounts
    var generator = RandomGenerator(seed: 2)
    let draws = try (0..<20_000).map { _ in
      let (first, second) = (generator.nextGaussian(), generator.nextGaussian())
      let other = correlation * first + (1 - correlation * correlation).squareRoot() * second
      return try quantification.composition(
        of: lines([
          counts[0] + deviations[0] * first, counts[1] + deviations[1] * other,
          counts[2] + deviations[2] * generator.nextGaussian(),
        ])
      ).amounts
    }
    for (index, amount) in stated.enumerated() {
      #expect(abs(scatter(draws.map { $0[index].atomicFraction }).deviation / amount.atomicError - 1) < 0.03)
      #expect(abs(scatter(draws.map { $0[index].weightFraction }).deviation / amount.weightError - 1) < 0.03)
    }
  }

  /// Of two elements that cannot be told apart nothing is known, which is not an error of 0.
  @Test func whatCannotBeToldApartHasNoError() throws {
    let spectrum = SimulatedSpectrum(.ferropericlase, counts: 1e6, channels: 512)
    let data = SpectrumFit.Spectrum(counts: spectrum.drawn(seed: 1), energies: spectrum.model.energies)
    var fit = spectrum.fit
    fit.elements.append("Fe")
    let found = try fit.fit(data)
    #expect(!found.isConverged && found.families.allSatisfy { $0.error.isNaN })
    // What is named twice is fitted once.
    var quantification = SpectrumQuantification(elements: ["O", "Mg", "Fe"], beamEnergy: 200, detector: SiliconDriftDetector())
    let once = try quantification.run(data)
    quantification.others = ["Cu", "Fe", "Cu"]
    let twice = try quantification.run(data)
    #expect(twice.fitted.families.count { $0.family.element == "Cu" } == 2)
    for (one, other) in zip(once.composition.amounts, twice.composition.amounts) {
      #expect(other.atomicError > 0 && abs(one.atomicFraction - other.atomicFraction) < one.atomicError)
    }
  }

  /// The scale was made from the counts that it is applied to: of the element that was scaled by, the difference knows better
  /// than of the scale.
  @Test(arguments: [true, false]) func differencesErrAsTheyAreSaidTo(isFitted: Bool) throws {
    let matrix = SimulatedSpectrum(.bridgmanite, counts: 2e6, channels: 1024)
    let precipitate = SimulatedSpectrum(.ferropericlase, counts: 3e5, channels: 1024)
    let energies = matrix.model.energies
    let elements = ["O", "Mg", "Al", "Si", "Ca", "Fe"]
    let silicon = try ScalingLine("Si", line: nil, energies: energies, beamEnergy: 200, detector: SiliconDriftDetector())
    var generator = RandomGenerator(seed: 41)
    var (counts, errors, scales, scaleErrors) = ([[Double]](), [[Double]](), [Double](), [Double]())
    var matrixCounts = 0.0
    for _ in 0..<12 {
      let mixed = zip(matrix.expected, precipitate.expected).map { Double(generator.nextPoisson(mean: 0.3 * $0 + $1)) }
      let pure = matrix.expected.map { Double(generator.nextPoisson(mean: $0)) }
      let (mixture, other) = (
        SpectrumFit.Spectrum(counts: mixed, energies: energies), SpectrumFit.Spectrum(counts: pure, energies: energies)
      )
      let nets =
        isFitted
        ? try silicon.fittedNets(mixture: mixture, matrix: other, elements: elements + ["Nd", "Sm", "U"])
        : (mixture: try silicon.windowNet(mixture), matrix: try silicon.windowNet(other))
      let difference = try SpectrumSubtraction(mixture, other, mixtureNet: nets.mixture, matrixNet: nets.matrix)
      scales.append(difference.scale)
      scaleErrors.append(difference.scaleDeviation)
      matrixCounts = difference.matrixNet.netCounts
      var fit = precipitate.fit
      fit.elements = elements
      let fitted = try fit.fit(difference.spectrum)
      let families = try elements.map { try #require(fitted.family($0, .k)) }
      counts.append(families.map(\.netCounts))
      errors.append(families.map(\.error))
    }
    let scaleError = scatter(scaleErrors).mean
    let ratio = scatter(scales).deviation / scaleError
    #expect((0.5...1.6).contains(ratio), "scale \(ratio)")
    for (index, element) in elements.enumerated() {
      let (mean, deviation) = scatter(counts.map { $0[index] })
      let stated = scatter(errors.map { $0[index] }).mean
      // Of what is not there, half of the draws are 0, which makes the scatter 0.58 times the error.
      let isThere = ["O", "Mg", "Fe"].contains(element)
      #expect((isThere ? 0.5...1.6 : 0.2...1.2).contains(deviation / stated), "\(element): \(deviation) stated \(stated)")
      #expect(isThere || mean < 2 * stated)
      // Of the scale alone it would be as much as that.
      if element == "Si" { #expect(stated < 0.4 * scaleError * matrixCounts, "\(stated)") }
    }
  }

  /// What has no film that a beam goes through has no composition, in a spectrum as in a pixel.
  @Test func filmsThatNoBeamGoesThrough() throws {
    let spectrum = SimulatedSpectrum(.ferropericlase, counts: 1e6, channels: 512)
    let data = SpectrumFit.Spectrum(counts: spectrum.drawn(seed: 1), energies: spectrum.model.energies)
    var quantification = SpectrumQuantification(elements: ["O", "Mg", "Fe"], beamEnergy: 200, detector: SiliconDriftDetector())
    (quantification.method, quantification.solidAngle) = (.zeta, 0.1)
    quantification.massThickness = 5e-5
    let result = try quantification.run(data)
    quantification.massThickness = nil
    quantification.electrons = 1e12
    let weights = result.weights(channelCount: 512)
    let stride = weights.factor.width
    var products = [Float](repeating: 0, count: 3 * stride)
    for (row, counts) in [Float(300), 3e6, 3e9].enumerated() {
      for line in 0..<3 { products[row * stride + line] = counts }
    }
    let pixel = try PixelQuantification(
      quantification.quantification(result.table, electrons: nil), lines: result.intensities, electronsOfPixel: 1e12)
    let found = pixel.pixels(products, rows: 3, weights: weights)
    var unsettled = 0
    for row in 0..<3 {
      let lines = result.intensities.map {
        LineIntensity(
          element: $0.element, line: $0.line, netCounts: Double(products[row * stride]), error: 1, escaped: $0.escaped)
      }
      do {
        let whole = try quantification.quantification(result.table, electrons: 1e12).composition(of: lines)
        for (line, amount) in whole.amounts.enumerated() {
          #expect(abs(Double(found.atomicPercents[3 * row + line]) - 100 * amount.atomicFraction) < 1e-4)
        }
      } catch {
        unsettled += 1
        #expect(found.atomicPercents[3 * row..<3 * row + 3].allSatisfy { $0.isNaN })
      }
    }
    #expect(unsettled == found.unsettled && (1...2).contains(unsettled))
    // A thickness that was given is not the dose's fault.
    var thick = quantification.quantification(result.table, electrons: nil)
    thick.massThickness = 1
    let error = #expect(throws: FitError.self) { try thick.composition(of: result.intensities) }
    #expect(error?.problem == "the film has 1000.0 mg/cm², which no beam goes through")
    #expect(error?.advice.contains("--thickness") == false)
    // Without a solid angle only ratios count, and no film follows from them.
    quantification.solidAngle = nil
    #expect(!quantification.tellsThickness)
    #expect(try quantification.run(data).composition.massThickness == nil)
  }
}
