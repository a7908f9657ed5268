import Blocks
import Foundation
import LinearAlgebra
import Microscopy
import Store
import XRay

/// A spectrum to be quantified, with what is known of how it was taken.
struct SpectrumSource: Sendable {
  /// What it is called in messages and tables.
  var name: String
  var holder: any ResultHolder
  var spectrum: SpectrumFit.Spectrum
  /// Whether the variance of its channels is known.
  var hasKnownVariance: Bool
  var metadata: MapMetadata
  var pixels: Double?
  var inputs: [Provenance.Input]

  init(_ stored: StoredSpectrum) {
    name = stored.name
    holder = stored.holder
    spectrum = SpectrumFit.Spectrum(
      counts: stored.counts, variance: stored.variance, commonDeviation: stored.commonDeviation, energies: stored.energies)
    hasKnownVariance = stored.variance != nil
    metadata = stored.metadata
    pixels = stored.pixels
    inputs = stored.inputs
  }

  /// The sum over all pixels of a map or a series; a map that is a single spectrum is that.
  init(summing target: ResolvedMaps, threads: Int, memory: Int, _ observer: Observer) throws {
    let map = target.maps[0]
    name = target.holder.path.drop { $0 == "/" }.description
    holder = target.holder
    metadata = try map.metadata
    inputs = try target.maps.map { try $0.input }
    hasKnownVariance = true
    let counts = try target.sum(threads: threads, memory: memory, observer)
    pixels = Double(target.maps.reduce(0) { $0 + $1.navigationShape.reduce(1, *) })
    spectrum = SpectrumFit.Spectrum(counts: counts, energies: target.energies)
  }

  /// The elements that the metadata name and the spectrum has lines of.
  ///
  /// - Parameter given: keV; nil: as the metadata have it.
  func measurableElements(_ given: Double?) throws -> [String] {
    ElementLines.measurable(
      metadata.sample.elements, beamEnergy: try beamEnergy(given), energies: spectrum.energies)
  }

  /// keV
  func beamEnergy(_ given: Double?) throws -> Double {
    guard let energy = given ?? metadata.instrument.beamEnergy, energy > 0, energy.isFinite else {
      throw WorkflowError(
        "\(holder.store.path): the beam energy of \(name) is not known", advice: "Give it with --beam KEV.")
    }
    return energy
  }

  /// The detector as the metadata have it.
  var detector: SiliconDriftDetector {
    var detector = SiliconDriftDetector()
    if let resolution = metadata.instrument.energyResolution, (100...250).contains(resolution) {
      detector.resolution = resolution
    }
    if let angle = metadata.instrument.elevationAngle, angle > 0, angle < 90 { detector.takeOffAngle = angle }
    return detector
  }

  /// Electrons that the pixels of the spectrum got; nil when current or time are not known.
  var electrons: Double? {
    guard let dose = metadata.dose, let pixels else { return nil }
    return dose * pixels
  }

  /// The least and the most electrons that a pixel of the maps got, as their metadata have it; nil where one is not known.
  var doses: ClosedRange<Double>? {
    get throws {
      let maps = try (holder as? Series)?.maps ?? []
      let doses = try maps.compactMap { try $0.metadata.dose }
      guard let least = doses.min(), let most = doses.max(), doses.count == maps.count else { return nil }
      return least...most
    }
  }
}

extension MapMetadata {
  /// Electrons that each pixel got; nil when current or time are not known.
  fileprivate var dose: Double? {
    let pixels = navigationAxes.reduce(1) { $0 * $1.size }
    let time = instrument.dwellTime ?? instrument.liveTime.map { $0 / Double(max(pixels, 1)) }
    guard let current = instrument.beamCurrent, current > 0, let time else { return nil }
    return current * 1e-9 * time / 1.602_176_634e-19
  }
}

/// Maps of spectra with one energy axis.
struct ResolvedMaps: Sendable {
  let holder: any ResultHolder
  let maps: [Map]
  /// In keV.
  let energies: Axis

  init(_ holder: any ResultHolder) throws {
    self.holder = holder
    maps = try (holder as? Series)?.maps ?? [holder].compactMap { $0 as? Map }
    guard let map = maps.first else {
      throw WorkflowError("\(holder.path): the series holds no map", advice: "Make it again with at least one map.")
    }
    guard map.signalShape.count == 1, let axis = map.axes.last, !map.type.isComplex else {
      throw WorkflowError(
        "\(map.store.path): \(map.path) is no map of spectra", advice: "Quantify a map whose signal is one energy axis.")
    }
    energies = try EnergyAxis.kiloelectronvolts(axis, of: map.path)
  }

  /// Whether there are pixels, or a single spectrum.
  var hasPixels: Bool { maps.contains { $0.navigationRank > 0 } }

  func source() throws -> any BlockSource {
    try ResolvedTarget(holder: holder, maps: maps, target: FactorizationTarget()).source
  }

  /// Counts of each channel over all pixels.
  func sum(threads: Int, memory: Int, _ observer: Observer) throws -> [Double] {
    guard hasPixels else {
      let box = maps[0].shape.map { 0..<$0 }
      return try StoredArray(type: maps[0].type, shape: maps[0].shape, bytes: maps[0].read(box)).realValues
    }
    let sweeper = BlockSweeper(try source(), threads: threads, memory: memory)
    let width = energies.size
    var total = ColumnSums(width)
    let watch = SweepWatch(sweeper.source.blockCount, "Summing spectra", observer)
    try sweeper.sweep(
      into: &total, partial: { ColumnSums(width) },
      visit: { block, _, partial in
        guard watch.goesOn() else { return }
        partial.invalid += block.statistics(columnSums: &partial.sums).0.nonFiniteCount
      },
      merge: { $0.add(&$1) })
    try watch.finish(holder.store.path)
    guard total.invalid == 0 else {
      throw WorkflowError(
        "\(holder.store.path): \(holder.path) holds \(total.invalid) values that are no numbers",
        advice: "lamella info tells more of the map.")
    }
    return total.sums
  }
}

private struct ColumnSums: Sendable {
  var sums: [Double]
  var invalid = 0

  init(_ count: Int) { sums = [Double](repeating: 0, count: count) }

  mutating func add(_ other: inout Self) {
    for index in sums.indices { sums[index] += other.sums[index] }
    invalid += other.invalid
    other = ColumnSums(sums.count)
  }
}
