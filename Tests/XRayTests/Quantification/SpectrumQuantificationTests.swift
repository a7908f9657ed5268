import Foundation
import LinearAlgebra
import Microscopy
import Testing

@testable import XRay

struct SpectrumQuantificationTests {
  private func quantification(_ spectrum: SimulatedSpectrum) -> SpectrumQuantification {
    var quantification = SpectrumQuantification(
      elements: spectrum.phase.composition.parts.map(\.element), beamEnergy: 200, detector: SiliconDriftDetector())
    quantification.massThickness = spectrum.phase.density * 117e-7
    return quantification
  }

  /// Fit, factors, and absorption by the composition found: a counted spectrum tells what it was made of.
  @Test func compositionOfBridgmanite() throws {
    let spectrum = SimulatedSpectrum(.bridgmanite, counts: 1e8)
    let found = try quantification(spectrum).run(
      .init(counts: spectrum.drawn(seed: 21), energies: spectrum.model.energies))
    #expect(found.rounds > 1 && found.fitted.isConverged)
    for amount in found.composition.amounts {
      let truth = spectrum.phase.composition.parts.first { $0.element == amount.intensity.element }?.fraction ?? 0
      #expect(abs(amount.atomicFraction - truth) < 3 * amount.atomicError, "\(amount.intensity.element)")
      #expect(amount.atomicErrorWithFactors > amount.atomicError)
    }
    // Nd, Sm and U: 252, 314 and 101 parts per million.
    let traces = found.composition.amounts.suffix(3)
    #expect(traces.map(\.intensity.line) == ["La", "La", "Ma"])
    for (amount, parts) in zip(traces, [252e-6, 314e-6, 101e-6]) {
      #expect(abs(amount.atomicFraction - parts) < 2 * amount.atomicError)
      #expect(amount.atomicError < 0.03 * amount.atomicFraction)
      // C/√N knows nothing of the background.
      #expect(amount.atomicErrorOfCounts < amount.atomicError)
    }
  }

  @Test func escapeAndSumPeaksAreFound() throws {
    let spectrum = SimulatedSpectrum(.calciumPerovskite, counts: 1e7) {
      $0.hasEscapePeaks = true
      $0.pileUp = 0.01
    }
    let found = try quantification(spectrum).run(
      .init(counts: spectrum.drawn(seed: 22), energies: spectrum.model.energies))
    #expect(abs((found.fitted.escape ?? 0) - 1) < 0.1)
    #expect(abs((found.fitted.sumCounts ?? 0) / (0.01 * 1e7) - 1) < 0.15)
    #expect(abs(found.fitted.reducedChiSquare - 1) < 0.2, "\(found.fitted.reducedChiSquare)")
    for element in ["Nd", "Sm", "U", "Ca", "Fe"] {
      let amount = try #require(found.composition.amounts.first { $0.intensity.element == element })
      let truth = spectrum.phase.composition.parts.first { $0.element == element }?.fraction ?? 0
      #expect(abs(amount.atomicFraction - truth) < 4 * amount.atomicError, "\(element)")
    }
    // Without them the fit says so.
    var plain = quantification(spectrum)
    (plain.fit.escapePeaks, plain.fit.sumPeaks) = (false, false)
    let poor = try plain.run(.init(counts: spectrum.drawn(seed: 22), energies: spectrum.model.energies))
    #expect(poor.fitted.reducedChiSquare > 1.3 * found.fitted.reducedChiSquare)
  }

  /// A mixture less a scaled matrix: the variance is not the counts, and the scale's error is common to all channels.
  @Test func subtractedSpectra() throws {
    let matrix = SimulatedSpectrum(.bridgmanite, counts: 4e6, channels: 512)
    let precipitate = SimulatedSpectrum(.ferropericlase, counts: 1e6, channels: 512)
    var generator = RandomGenerator(seed: 9)
    let (scale, scaleError) = (0.5, 0.004)
    var pulls: [Double] = []
    for _ in 0..<40 {
      let mixture = zip(matrix.expected, precipitate.expected).map { Double(generator.nextPoisson(mean: scale * $0 + $1)) }
      let pure = matrix.expected.map { Double(generator.nextPoisson(mean: $0)) }
      let used = scale + scaleError * generator.nextGaussian()
      let data = SpectrumFit.Spectrum(
        counts: zip(mixture, pure).map { $0 - used * $1 }, variance: zip(mixture, pure).map { $0 + used * used * $1 },
        commonDeviation: pure.map { scaleError * $0 }, energies: matrix.model.energies)
      var fit = precipitate.fit
      fit.elements = ["O", "Mg", "Al", "Si", "Ca", "Fe"]
      let fitted = try fit.fit(data)
      for element in ["O", "Mg", "Fe"] {
        let family = try #require(fitted.family(element, .k))
        pulls.append((family.netCounts - precipitate.truth(element, .k)) / family.error)
      }
      #expect(abs(fitted.devianceByFreedom - 1) < 0.35)
    }
    let mean = pulls.reduce(0, +) / Double(pulls.count)
    let deviation = (pulls.reduce(0) { $0 + $1 * $1 } / Double(pulls.count)).squareRoot()
    #expect(abs(mean) < 0.5 && abs(deviation - 1) < 0.3, "\(mean) \(deviation)")
  }

  /// A spectrum of means instead of sums has the same relative errors.
  @Test func scaledSpectraHaveTheirOwnVariance() throws {
    let spectrum = SimulatedSpectrum(.ferropericlase, counts: 1e6, channels: 512)
    let counts = spectrum.drawn(seed: 4)
    let sum = try spectrum.fit.fit(.init(counts: counts, energies: spectrum.model.energies))
    let mean = try spectrum.fit.fit(
      .init(counts: counts.map { $0 / 1000 }, variance: counts.map { $0 / 1e6 }, energies: spectrum.model.energies))
    for (one, other) in zip(sum.families, mean.families) {
      #expect(abs(one.netCounts / other.netCounts / 1000 - 1) < 1e-6 && abs(one.error / other.error / 1000 - 1) < 1e-6)
    }
    #expect(abs(sum.reducedChiSquare - mean.reducedChiSquare) < 1e-6)
  }

  @Test func linesStandOutWithTheSquareRootOfCounts() throws {
    var found: [[Double]] = []
    for counts in [1e7, 4e7, 1.6e8] {
      let spectrum = SimulatedSpectrum(.bridgmanite, counts: counts)
      let data = SpectrumFit.Spectrum(counts: spectrum.expected, energies: spectrum.model.energies)
      let result = try quantification(spectrum).run(data)
      let lines = try result.detections(
        of: [("Nd", "La"), ("Sm", "La"), ("U", "Ma"), ("Nd", "Lb1"), ("Fe", "La")], reference: ("Mg", "Ka"), in: data)
      found.append(lines.map(\.detection.signalToNoise))
      for (line, parts) in zip(lines, [252.0, 314, 101, 252, 20_500]) {
        let detection = line.detection
        #expect(abs(detection.intensity.netCounts * line.atomicPartsPerCount / parts - 1) < 0.02, "\(detection.intensity)")
        let limit = detection.limits[0]
        // SNR = 3 at the limit, and the limit in proportion.
        #expect(try #require(line.reducedChiSquare) < 1e-6)
        #expect(abs(limit.netCounts / detection.intensity.netCounts - 3 / detection.signalToNoise) < 1e-9)
        #expect(abs(detection.backgroundDeviation - detection.background.squareRoot()) < 0.01 * detection.backgroundDeviation)
        #expect(detection.blankDeviation >= detection.backgroundDeviation && detection.isDetected)
        #expect(abs(detection.limits[3].netCounts - (2.71 + 3.29 * detection.blankDeviation)) < 1e-9)
      }
    }
    for line in 0..<5 {
      #expect(abs(found[1][line] / found[0][line] - 2) < 0.02 && abs(found[2][line] / found[1][line] - 2) < 0.02)
    }
    let spectrum = SimulatedSpectrum(.bridgmanite, counts: 1e7)
    let data = SpectrumFit.Spectrum(counts: spectrum.expected, energies: spectrum.model.energies)
    let result = try quantification(spectrum).run(data)
    #expect(throws: FitError.self) {
      try result.detections(of: [("Pu", "La")], reference: ("Mg", "Ka"), in: data)
    }
  }

  @Test func windowsAgreeWithTheFitWhereLinesStandAlone() throws {
    let spectrum = SimulatedSpectrum(.ferropericlase, counts: 2e7)
    let data = SpectrumFit.Spectrum(counts: spectrum.drawn(seed: 2), energies: spectrum.model.energies)
    var byWindows = quantification(spectrum)
    byWindows.counting = .windows
    let one = try quantification(spectrum).run(data).composition
    let other = try byWindows.run(data).composition
    for (first, second) in zip(one.amounts, other.amounts) {
      #expect(abs(first.atomicFraction / second.atomicFraction - 1) < 0.01)
      #expect(second.atomicError >= 0.9 * first.atomicError)
    }
  }

  /// One product with each pixel is what a naive least-squares solution and composition of it are.
  @Test func pixelsByOneProduct() throws {
    let spectrum = SimulatedSpectrum(.ferropericlase, counts: 1e6, channels: 256)
    let data = SpectrumFit.Spectrum(counts: spectrum.drawn(seed: 1), energies: spectrum.model.energies)
    let result = try quantification(spectrum).run(data)
    let weights = result.weights(channelCount: 256)
    // The shapes' own counts are found again.
    for (index, intensity) in result.intensities.enumerated() {
      let counted = result.fitted.channels.enumerated().reduce(0.0) { sum, item in
        sum + result.fitted.model[item.offset] * Double(weights.factor[item.element, index])
      }
      #expect(abs(counted - intensity.netCounts) < 1e-4 * abs(intensity.netCounts) + 1)
    }
    let quantification = Quantification(
      result.table, beamEnergy: 200, massThickness: 4.5 * 117e-7, takeOffAngle: 22)
    let pixel = try PixelQuantification(quantification, lines: result.intensities, electronsOfPixel: nil)
    let counts: [[Float]] = [[50, 40, 12], [0, 3, 0], [-2, 10, 1], [0, 0, 0]]
    let stride = weights.factor.width
    var products = [Float](repeating: 0, count: 4 * stride)
    for (row, values) in counts.enumerated() {
      for (line, value) in values.enumerated() { products[stride * row + line] = value }
    }
    let found = pixel.pixels(products, rows: 4, weights: weights)
    for row in 0..<3 {
      let lines = result.intensities.indices.map { line in
        var intensity = result.intensities[line]
        intensity.netCounts = Double(counts[row][line])
        intensity.error = Double(found.netCountsErrors[3 * row + line])
        return intensity
      }
      var covariance = Matrix(zeros: 3, 3)
      let product = products.span.extracting(row * stride..<(row + 1) * stride)
      for line in 0..<3 { for other in 0..<3 { covariance[line, other] = weights.covariance(line, other, product) } }
      let expected = try quantification.composition(of: lines, covariance: covariance)
      for (line, amount) in expected.amounts.enumerated() {
        #expect(found.netCounts[3 * row + line] == counts[row][line])
        #expect(abs(Double(found.atomicPercents[3 * row + line]) - 100 * amount.atomicFraction) < 1e-4)
        #expect(abs(Double(found.atomicPercentErrors[3 * row + line]) - 100 * amount.atomicError) < 1e-4, "\(row) \(line)")
      }
    }
    #expect(found.atomicPercents.suffix(3).allSatisfy { $0.isNaN } && found.atomicPercentErrors.suffix(3).allSatisfy { $0.isNaN })
  }

  /// The errors of pixels are their scatter, for both ways of counting.
  @Test(arguments: SpectrumQuantification.Counting.allCases)
  func errorsOfPixelsAreTheirScatter(_ counting: SpectrumQuantification.Counting) throws {
    let spectrum = SimulatedSpectrum(.ferropericlase, counts: 4e5, channels: 512)
    var quantification = quantification(spectrum)
    quantification.counting = counting
    let result = try quantification.run(.init(counts: spectrum.drawn(seed: 3), energies: spectrum.model.energies))
    let weights = result.weights(channelCount: 512)
    let pixel = try PixelQuantification(
      quantification.quantification(result.table, electrons: nil), lines: result.intensities, electronsOfPixel: nil)
    var generator = RandomGenerator(seed: 8)
    let (pixels, width, stride) = (1500, 3, weights.factor.width)
    var products = [Float](repeating: 0, count: pixels * stride)
    for row in 0..<pixels {
      // 400 counts a pixel.
      for (channel, mean) in spectrum.expected.enumerated() where mean > 0 {
        let count = Float(generator.nextPoisson(mean: mean / 1000))
        guard count > 0 else { continue }
        for column in 0..<stride { products[row * stride + column] += count * weights.factor[channel, column] }
      }
    }
    let found = pixel.pixels(products, rows: pixels, weights: weights)
    for (values, errors) in [
      (found.netCounts, found.netCountsErrors), (found.atomicPercents, found.atomicPercentErrors),
    ] {
      for line in 0..<width {
        let own = (0..<pixels).map { Double(values[$0 * width + line]) }
        let variance = (0..<pixels).reduce(0.0) { $0 + pow(Double(errors[$1 * width + line]), 2) } / Double(pixels)
        let mean = own.reduce(0, +) / Double(pixels)
        let scatter = own.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(pixels)
        #expect(abs((scatter / variance).squareRoot() - 1) < 0.07, "\(counting) \(line): \(scatter) \(variance)")
      }
    }
  }

  /// The lines are those of the model that was asked for, in the fit and in the factors.
  @Test func crossSectionsAreTheChosenOnes() throws {
    let spectrum = SimulatedSpectrum(.ferropericlase, counts: 1e6, channels: 512)
    let data = SpectrumFit.Spectrum(counts: spectrum.expected, energies: spectrum.model.energies)
    for model in IonizationModel.allCases {
      var quantification = quantification(spectrum)
      quantification.fit.ionization = model
      let found = try quantification.run(data)
      let expected = try SensitivityTable.physics(
        .cliffLorimer, lines: [("O", "Ka"), ("Mg", "Ka"), ("Fe", "Ka")], reference: "O", beamEnergy: 200,
        detector: SiliconDriftDetector(), solidAngle: nil, model: model)
      #expect(found.table == expected && expected.source.contains("(\(model.rawValue))"))
      let family = try #require(found.fitted.families.first { $0.family.element == "Fe" && $0.family.shell == .k })
      #expect(family.family.lines == EmissionLine.lines(of: "Fe", beamEnergy: 200, model: model).filter { $0.family == .k })
    }
  }

  /// Dose, counts and thickness of a simulated map belong together: whatever the counts, the thickness is found again.
  @Test(arguments: [20.0, 160, 3000]) func simulatedDoseTellsTheThickness(_ counts: Double) throws {
    var settings = MineralSettings()
    (settings.height, settings.width, settings.channels, settings.counts) = (12, 10, 1024, counts)
    let map = try MineralMap(settings)
    let instrument = map.metadata.instrument
    let time = try #require(instrument.dwellTime) * Double(try #require(instrument.frames))
    #expect(abs(time / (try #require(instrument.liveTime) / 120) - 1) < 1e-12)
    #expect(abs(time * 0.75e-9 / 1.602_176_634e-19 / map.electrons - 1) < 1e-12)
    // A million pixels of bridgmanite.
    let data = SpectrumFit.Spectrum(
      counts: map.spectra[0].map { $0 * map.brightness[0] * 1e6 }, energies: try #require(map.metadata.axes.last))
    for method in [SensitivityFactor.Method.zeta, .crossSection] {
      var quantification = SpectrumQuantification(
        elements: map.phases[0].composition.parts.map(\.element), beamEnergy: 200, detector: SiliconDriftDetector())
      quantification.method = method
      quantification.electrons = map.electrons * 1e6
      quantification.solidAngle = map.metadata.instrument.solidAngle
      let found = try quantification.run(data).composition
      #expect(abs(try #require(found.massThickness) / (4.5 * 117e-7) - 1) < 2e-3, "\(method)")
      for amount in found.amounts {
        let truth = map.phases[0].composition.parts.first { $0.element == amount.intensity.element }?.fraction ?? 0
        #expect(abs(amount.atomicFraction / truth - 1) < 0.01, "\(method) \(amount.intensity.element)")
      }
    }
  }
}
