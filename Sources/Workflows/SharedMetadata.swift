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

  /// How the detector stands to the film; nil when that is not known.
  func geometry(advice: String) throws -> DetectorGeometry? {
    let known = all.compactMap(\.instrument.geometry)
    let quantity = "the angle between film and detector"
    _ = try number(quantity, "degrees", tolerance: 0.01, advice: advice) { $0.instrument.geometry?.takeOffAngle }
    _ = try number("the stage's tilt", "(its cosine)", tolerance: 0.01, advice: advice) {
      $0.instrument.geometry.map { cos($0.tilt * .pi / 180) }
    }
    return known.first { $0.takeOffAngle != nil } ?? known.first
  }

  /// Electrons per pixel of each map, and in words how they are known; nil when they are not known of all.
  var doses: (electrons: [Double], source: String)? {
    let doses = all.compactMap { metadata in
      metadata.pixelTime.flatMap { time in
        metadata.instrument.beamCurrent.flatMap { current in
          current > 0 ? (electrons: current * 1e-9 * time.seconds / 1.602_176_634e-19, source: time.source) : nil
        }
      }
    }
    guard !doses.isEmpty, doses.count == all.count else { return nil }
    let sources = doses.map(\.source).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    return (doses.map(\.electrons), "the beam current and the \(sources.joined(separator: " or the "))")
  }

  private static func text(_ value: Double) -> String { String(format: "%.6g", value) }
}

extension MapMetadata {
  /// Seconds that the beam was on each pixel, and in words how they are known; nil when they are not known.
  ///
  /// Nothing tells them better than the live time of the whole map. The dwell time is that of one of its frames; a spectrum without
  /// pixels has none, whatever the map that it comes from had.
  var pixelTime: (seconds: Double, source: String)? {
    let pixels = Double(max(navigationAxes.reduce(1) { $0 * $1.size }, 1))
    if let live = instrument.liveTime, live > 0, live.isFinite { return (live / pixels, "live time") }
    guard !navigationAxes.isEmpty, let dwell = instrument.dwellTime, dwell > 0, dwell.isFinite else { return nil }
    let isByFrame = navigationAxes.contains { $0.name.lowercased().hasPrefix("frame") }
    guard let frames = instrument.frames, frames > 1, !isByFrame else { return (dwell, "dwell time") }
    return (dwell * Double(frames), "dwell time of \(frames) frames")
  }
}

extension Instrument {
  /// Nil where the detector's elevation is not known.
  var geometry: DetectorGeometry? {
    elevationAngle.map { DetectorGeometry(elevation: $0, azimuth: azimuthAngle, alpha: tiltAlpha ?? 0, beta: tiltBeta ?? 0) }
  }
}

extension SiliconDriftDetector {
  /// The usual detector with what is known of it, where that makes sense.
  ///
  /// - Parameter resolution: eV at Mn Kα.
  init(resolution: Double?, geometry: DetectorGeometry?, entrance: DetectorEntrance?) {
    self.init()
    if let resolution, (100...250).contains(resolution) { self.resolution = resolution }
    if let angle = geometry?.takeOffAngle { takeOffAngle = angle }
    if let tilt = geometry?.tilt, tilt < 89 { self.tilt = tilt }
    window = (entrance ?? .windowless).window
  }
}
