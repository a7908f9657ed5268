import Foundation
import Microscopy
import Store
import XRay

/// The metadata of the maps that a spectrum is made of, which must agree in what is used of them.
struct SharedMetadata: Sendable {
  private let file: String
  private let path: String
  private let names: [String]
  let all: [MapMetadata]

  init(_ holder: any ResultHolder) throws {
    (file, path) = (holder.store.path, String(holder.path.drop { $0 == "/" }))
    names = try holder.mapNames
    all = try holder.maps.map { try $0.metadata }
  }

  /// A number that all maps share whose metadata have it; nil when none has.
  ///
  /// - Parameter advice: how one is given for all maps.
  /// - Throws: `WorkflowError` naming two maps that differ by more than a thousandth, or by more than the tolerance given.
  func number(
    _ quantity: String, _ units: String, tolerance: Double = 1e-3, advice: String, _ value: (MapMetadata) -> Double?
  ) throws -> Double? {
    var first: (name: String, value: Double)?
    for (name, metadata) in zip(names, all) {
      guard let own = value(metadata), own.isFinite else { continue }
      guard let known = first else {
        first = (name, own)
        continue
      }
      guard abs(own - known.value) <= tolerance * max(abs(own), abs(known.value)) else {
        throw WorkflowError(
          "\(file): the maps of \(path) differ in \(quantity): \(Self.text(known.value)) \(units) of \(known.name), "
            + "\(Self.text(own)) \(units) of \(name)", advice: advice)
      }
    }
    return first?.value
  }

  /// The elements that all maps name which name any.
  ///
  /// - Throws: `WorkflowError` naming two maps that name others.
  func elements() throws -> [String] {
    let named = zip(names, all.map(\.sample.elements)).filter { !$0.1.isEmpty }
    guard let first = named.first else { return [] }
    for (name, elements) in named where Set(elements) != Set(first.1) {
      throw WorkflowError(
        "\(file): the maps of \(path) name other elements: \(first.0) \(first.1.joined(separator: ",")), "
          + "\(name) \(elements.joined(separator: ","))", advice: "Name those of all with --elements O,Mg,Si.")
    }
    return first.1
  }

  /// keV
  func beamEnergy() throws -> Double? {
    try number("beam energy", "keV", advice: "Give one for all with --beam KEV, or take the maps one by one.") {
      $0.instrument.beamEnergy
    }
  }

  /// eV; a start for fits and a width for windows, for which 5 % do not matter.
  func energyResolution() throws -> Double? {
    try number("energy resolution", "eV", tolerance: 0.05, advice: "Take the maps one by one.") { $0.instrument.energyResolution }
  }

  /// Degrees
  func elevationAngle(advice: String) throws -> Double? {
    try number("the detector's elevation", "degrees", advice: advice) { $0.instrument.elevationAngle }
  }

  /// Electrons per pixel of each map, by beam current and time; nil when they are not known of all.
  var doses: [Double]? {
    let doses = all.compactMap { metadata -> Double? in
      let instrument = metadata.instrument
      let pixels = metadata.navigationAxes.reduce(1) { $0 * $1.size }
      let time = instrument.dwellTime ?? instrument.liveTime.map { $0 / Double(max(pixels, 1)) }
      guard let current = instrument.beamCurrent, current > 0, let time, time > 0 else { return nil }
      return current * 1e-9 * time / 1.602_176_634e-19
    }
    return doses.count == all.count ? doses : nil
  }

  private static func text(_ value: Double) -> String { String(format: "%.6g", value) }
}

extension SiliconDriftDetector {
  /// The usual detector with what metadata know of it, where that makes sense.
  ///
  /// - Parameters:
  ///   - resolution: eV at Mn Kα.
  ///   - elevation: degrees
  init(resolution: Double?, elevation: Double?) {
    self.init()
    if let resolution, (100...250).contains(resolution) { self.resolution = resolution }
    if let elevation, elevation > 0, elevation < 90 { takeOffAngle = elevation }
  }
}
