import Blocks
import Foundation
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
  /// What metadata tell of how it was taken.
  var known: KnownConditions
  var pixels: Double?
  /// Of each map that it was summed from; nil when that is not known.
  var pixelsOfMaps: [Double]?
  var inputs: [Provenance.Input]

  init(_ stored: StoredSpectrum, _ known: KnownConditions) {
    name = stored.name
    holder = stored.holder
    spectrum = stored.forFit
    hasKnownVariance = stored.variance != nil
    self.known = known
    (pixels, pixelsOfMaps) = (stored.pixels, stored.pixelsOfMaps)
    inputs = stored.inputs
  }

  /// The sum over all pixels of a map or a series; a map that is a single spectrum is that.
  init(summing target: ResolvedMaps, _ known: KnownConditions, threads: Int, _ observer: Observer) throws {
    name = target.holder.path.drop { $0 == "/" }.description
    holder = target.holder
    self.known = known
    inputs = try target.maps.map { try $0.input }
    hasKnownVariance = true
    let counts = try target.sum(threads: threads, observer)
    let pixels = target.maps.map { Double($0.navigationShape.reduce(1, *)) }
    (self.pixels, pixelsOfMaps) = (pixels.reduce(0, +), pixels)
    spectrum = SpectrumFit.Spectrum(counts: counts, energies: target.energies)
  }

  /// The elements that the metadata name and the spectrum has lines of.
  ///
  /// - Parameter given: keV; nil: as the metadata have it.
  func measurableElements(_ given: Double?) throws -> [String] {
    ElementLines.measurable(known.elements ?? [], beamEnergy: try beamEnergy(given), energies: spectrum.energies)
  }

  /// keV
  func beamEnergy(_ given: Double?) throws -> Double {
    guard let energy = given ?? known.beamEnergy, energy > 0, energy.isFinite else {
      throw WorkflowError(
        "\(holder.store.path): the beam energy of \(name) is not known", advice: "Give it with --beam KEV.")
    }
    return energy
  }

  /// Electrons that the pixels of the spectrum got; nil when that is not known.
  ///
  /// - Parameter doses: electrons per pixel of each map, or of all.
  func electrons(_ doses: [Double]) throws -> Double? {
    guard let pixels, let dose = doses.first else { return nil }
    if doses.allSatisfy({ abs($0 - dose) <= 1e-3 * dose }) { return dose * pixels }
    guard let pixelsOfMaps, pixelsOfMaps.count == doses.count else {
      throw WorkflowError(
        "\(holder.store.path): the maps of \(name) got other doses, and it does not tell how many of its pixels are in which: "
          + doses.map { String(format: "%.4g", $0) }.joined(separator: ", ") + " electrons per pixel",
        advice: "Give one for all with --dose N.")
    }
    return zip(doses, pixelsOfMaps).reduce(0) { $0 + $1.0 * $1.1 }
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
    maps = try holder.unitedMaps
    let map = maps[0]
    guard map.signalShape.count == 1, let axis = map.axes.last, !map.type.isComplex else {
      throw WorkflowError(
        "\(map.store.path): \(map.path) is no map of spectra", advice: "Quantify a map whose signal is one energy axis.")
    }
    energies = try EnergyAxis.kiloelectronvolts(axis, of: map.path)
  }

  /// Whether there are pixels, or a single spectrum.
  var hasPixels: Bool { maps.contains { $0.navigationRank > 0 } }

  /// The number of the map that a row of the matrix of all pixels is of, and its first row; a block is of one map.
  func place(ofRow row: Int) -> (map: Int, first: Int) {
    var first = 0
    for (number, map) in maps.dropLast().enumerated() {
      let next = first + map.navigationShape.reduce(1, *)
      if row < next { return (number, first) }
      first = next
    }
    return (max(maps.count - 1, 0), first)
  }

  func source() throws -> any BlockSource {
    try ResolvedTarget(holder: holder, maps: maps, target: FactorizationTarget()).source
  }

  /// Counts of each channel over all pixels.
  func sum(threads: Int, _ observer: Observer) throws -> [Double] {
    let sums = try ChannelSums(of: maps.map { ($0, nil) }, threads: threads, observer)
    return sums.perMap.dropFirst().reduce(into: sums.perMap[0]) { all, own in
      for channel in all.indices { all[channel] += own[channel] }
    }
  }
}
