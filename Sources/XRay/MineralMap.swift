public import Blocks
internal import LinearAlgebra

/// A simulated STEM-EDXS map of a mineral assemblage of the lower mantle: 16-bit counts over y, x and energy.
///
/// Precipitates of ferropericlase and Ca-perovskite lie in a slab of bridgmanite and overlap through its thickness. Every
/// count is a Poisson deviate about what the phases' spectra lead to expect. Nothing is kept but the precipitates: a box is
/// simulated when it is read, and each pixel has its own stream of random numbers, so that its spectrum is the same
/// whatever is read, in any order, by any number of threads. A count stays at 65,535 where it would exceed it.
///
/// Different fields of a seed are different places of one sample. The sample is that of Chen et al. 2024, Ultramicroscopy 263, 113981: 117 nm thick, 15 % ferropericlase and 3 % Ca-perovskite by volume.
public struct MineralMap: ArraySource {
  public let settings: MineralSettings
  /// The phases, matrix first.
  public let phases: [MineralPhase] = [.bridgmanite, .ferropericlase, .calciumPerovskite]
  /// The spectrum of each phase, of sum 1.
  public let spectra: [[Double]]
  /// The counts that a pixel filled with each phase is expected to give.
  public let brightness: [Double]
  /// Electrons that each pixel got.
  public let electrons: Double

  private let slab: PrecipitateSlab
  private let tables: [AliasTable]

  /// Throws `MineralSettings.Invalid` for settings that make no map.
  public init(_ settings: MineralSettings) throws {
    try settings.validate()
    self.settings = settings
    var generator = RandomGenerator(seed: settings.seed, stream: .max - UInt64(settings.field))
    slab = PrecipitateSlab(
      height: settings.height, width: settings.width, pixelSize: settings.pixelSize,
      thickness: settings.thickness,
      fractions: MineralSettings.precipitateFractions, generator: &generator)

    let model = settings.spectrumModel
    let photons = phases.map { model.spectrum(of: $0) }
    let yields = photons.map { $0.reduce(0, +) }
    if let dark = yields.firstIndex(where: { $0 <= 0 }) {
      throw MineralSettings.Invalid(description: "nothing is counted of \(phases[dark].name): the beam is too weak")
    }
    spectra = zip(photons, yields).map { spectrum, yield in spectrum.map { $0 / yield } }
    tables = spectra.map { AliasTable(weights: $0) }

    let all = Double(settings.height * settings.width * PrecipitateSlab.sliceCount)
    let precipitates = slab.slices.map { $0.reduce(0) { $0 + Double($1) } / all }
    let fractions = [1 - precipitates.reduce(0, +)] + precipitates
    let relative = zip(phases, yields).map { $0.atomDensity * $1 }
    let mean = zip(fractions, relative).reduce(0) { $0 + $1.0 * $1.1 }
    brightness = relative.map { settings.counts * $0 / mean }
    // Counts are electrons × atoms on a square centimetre × cross-section × Ω/4π; of pulses that pile up each holds two photons.
    let counted = mean * settings.thickness * 1e-7 * MineralSettings.solidAngle / (4 * .pi)
    electrons = settings.counts * (1 + settings.pileUp) / counted
  }

  public var shape: [Int] { [settings.height, settings.width, settings.channels] }
  public var elementSize: Int { 2 }

  public func read(_ box: [Range<Int>]) -> [UInt8] {
    precondition(box.count == 3 && zip(box, shape).allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= $1 })
    var bytes: [UInt8] = []
    bytes.reserveCapacity(box.reduce(2) { $0 * $1.count })
    var spectrum = [UInt16](repeating: 0, count: settings.channels)
    for row in box[0] {
      for column in box[1] {
        simulate(row * settings.width + column, into: &spectrum)
        unsafe spectrum.withUnsafeBytes { unsafe bytes += $0[2 * box[2].lowerBound..<2 * box[2].upperBound] }
      }
    }
    return bytes
  }

  private func simulate(_ pixel: Int, into spectrum: inout [UInt16]) {
    for channel in spectrum.indices { spectrum[channel] = 0 }
    // A map has up to 2³² pixels.
    var generator = RandomGenerator(seed: settings.seed, stream: UInt64(settings.field) << 40 | UInt64(pixel))
    for phase in phases.indices {
      let mean = brightness[phase] * abundance(of: phase, at: pixel)
      if mean > 0 { tables[phase].add(generator.nextPoisson(mean: mean), to: &spectrum, using: &generator) }
    }
  }

  /// The volume fraction of a phase under a pixel, a multiple of 1/64.
  private func abundance(of phase: Int, at pixel: Int) -> Double {
    let slices =
      phase == 0
      ? slab.slices.reduce(PrecipitateSlab.sliceCount) { $0 - Int($1[pixel]) }
      : Int(slab.slices[phase - 1][pixel])
    return Double(slices) / Double(PrecipitateSlab.sliceCount)
  }

  /// The volume fractions of a phase under the pixels, in C order; over the phases they sum to 1, exactly.
  public func abundances(of phase: Int) -> [Float] {
    (0..<settings.height * settings.width).map { Float(abundance(of: phase, at: $0)) }
  }

  /// The lines of a phase, with the counts that a pixel filled with it is expected to give in the peak of each; lost to escape and
  /// sum peaks is what they take.
  public func lines(of phase: Int) -> [(line: EmissionLine, counts: Double)] {
    let model = settings.spectrumModel
    let yield = model.spectrum(of: phases[phase]).reduce(0, +)
    return model.peaks(of: phases[phase]).map { ($0.line, $0.area / yield * brightness[phase]) }
  }

  /// The counts that the pixels are expected to give over all channels, in C order; their mean is `settings.counts`.
  public var expectedCounts: [Float] {
    (0..<settings.height * settings.width).map { pixel in
      Float(phases.indices.reduce(0) { $0 + brightness[$1] * abundance(of: $1, at: pixel) })
    }
  }
}
