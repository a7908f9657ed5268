internal import Foundation
public import Microscopy
public import Store
internal import XRay

/// A spectrum that a result holds, with what is known of its errors: a sum over pixels, a difference, or a component of a
/// factorisation.
///
/// It is named `map/result`, `series/name/result`, or by the result alone where only one has that name; `:2` behind it
/// means the second component of a result with several spectra.
public struct StoredSpectrum: Sendable {
  /// As it can be named again, whatever else comes to the file: "mineral/results/integrated", "series/all/results/nmf:2".
  public let name: String
  /// The map or series that it belongs to.
  public let holder: any ResultHolder
  /// One per channel; NaN where a channel was left out.
  public let counts: [Double]
  /// The variance of each channel, without that of the common deviation; nil when it is not known.
  public let variance: [Double]?
  /// One standard deviation of the part of the error that all channels share, fully correlated; nil when there is none.
  public let commonDeviation: [Double]?
  /// The covariance of what each channel has of its own with the common part, whose standard deviation is 1; nil: none.
  public let commonCovariance: [Double]?
  /// The energies of the channels' centres, uniform and in keV.
  public let energies: Axis
  /// How many pixels were summed; nil when that is not known.
  public let pixels: Double?
  /// Of each map that it was summed from, in the order of the series; nil when that is not known.
  let pixelsOfMaps: [Double]?
  /// The arrays that were read.
  public let inputs: [Provenance.Input]
  /// What is known about the map, or the first map of the series; whoever uses it for all must compare: `SharedMetadata`.
  public let metadata: MapMetadata

  /// - Throws: `StoreError` when nothing or more than one thing has that name; `WorkflowError` when it is no spectrum of
  ///   energies.
  public init(_ name: String, in store: Store) throws {
    try self.init(ResultChoice(name, in: store, with: .component, of: .spectrum))
  }

  /// A spectrum of a map or series, by the name of its result or a path to it.
  public init(_ name: String, of holder: any ResultHolder) throws {
    try self.init(ResultChoice(name, of: holder, with: .component))
  }

  /// As fits take it.
  var forFit: SpectrumFit.Spectrum {
    SpectrumFit.Spectrum(
      counts: counts, variance: variance, commonDeviation: commonDeviation, commonCovariance: commonCovariance,
      energies: energies)
  }

  private init(_ choice: ResultChoice) throws {
    let (result, holder, component) = (choice.result, choice.holder, choice.component)
    let maps = try holder.maps
    guard let map = maps.first else {
      throw WorkflowError("\(holder.path): the series holds no map", advice: "Make it again with at least one map.")
    }
    let arrays = try result.arrayNames
    var parts = try SpectrumParts(result, arrays, component)
    let path = "\(holder.path.drop { $0 == "/" })/results/\(result.name)"
    self.name = component.map { "\(path):\($0)" } ?? path
    self.holder = holder
    metadata = try map.metadata
    energies = try EnergyAxis.kiloelectronvolts(parts.axis, of: result.path)
    counts = parts.counts
    if component == nil {
      variance = try parts.column("variance", result, arrays)
      commonDeviation = try parts.column("common_deviation", result, arrays)
      commonCovariance = try parts.column("common_covariance", result, arrays)
    } else {
      (variance, commonDeviation, commonCovariance) = (nil, nil, nil)
    }
    pixels = try result.scalar("pixels")
    pixelsOfMaps = try Self.pixelsOfMaps(result) ?? (maps.count == 1 ? pixels.map { [$0] } : nil)
    inputs = parts.inputs
  }

  private static func pixelsOfMaps(_ result: AnalysisResult) throws -> [Double]? {
    guard try result.tableNames.contains("parts") else { return nil }
    guard case .numbers(let pixels) = try result.table("parts").first(where: { $0.name == "pixels" })?.values else { return nil }
    return pixels
  }
}

/// The arrays that a spectrum is made of.
private struct SpectrumParts {
  var counts: [Double]
  var axis: Axis
  var inputs: [Provenance.Input]

  init(_ result: AnalysisResult, _ arrays: [String], _ component: Int?) throws {
    let array = component == nil && arrays.contains("spectrum") ? "spectrum" : "spectra"
    guard arrays.contains(array) else {
      throw WorkflowError(
        "\(result.path) holds no spectrum", advice: "Name a result of lamella spectrum, subtract or nmf.")
    }
    let (values, axes) = try result.array(array)
    guard let axis = axes.last, let numbers = values.doubles ?? values.floats.map({ $0.map(Double.init) }) else {
      throw WorkflowError("\(result.path)/\(array) holds no real numbers", advice: "Name another result.")
    }
    self.axis = axis
    inputs = [try result.input(array)]
    if array == "spectrum" {
      guard values.shape.count == 1 else {
        throw WorkflowError("\(result.path)/\(array) has the shape \(values.shape)", advice: "Name another result.")
      }
      counts = numbers
      return
    }
    guard values.shape.count == 2 else {
      throw WorkflowError(
        "\(result.path)/\(array) has the shape \(values.shape): its components are no spectra", advice: "Name another result.")
    }
    let count = values.shape[0]
    guard let component, (1...max(count, 1)).contains(component), count > 0 else {
      throw WorkflowError(
        component.map { "\(result.path) has no component \($0)" } ?? "\(result.path) holds \(count) spectra",
        advice: "Say which: \(result.name):1 to \(result.name):\(count).")
    }
    counts = Array(numbers[(component - 1) * axis.size..<component * axis.size])
    // The spectra of a factorisation have the sum 1, and its maps are in counts.
    guard try result.provenance.operation == "nmf" else { return }
    var total = 0.0
    for name in arrays where name == "abundances" || name.hasPrefix("abundances/") {
      let images = try result.array(name).values
      guard let floats = images.floats, images.shape.first == count else { continue }
      let size = floats.count / count
      total += floats[(component - 1) * size..<component * size].reduce(0) { $1.isFinite ? $0 + Double($1) : $0 }
      inputs.append(try result.input(name))
    }
    if total > 0 { counts = counts.map { $0 * total } }
  }

  /// An array beside the spectrum, as long as it.
  mutating func column(_ name: String, _ result: AnalysisResult, _ arrays: [String]) throws -> [Double]? {
    guard arrays.contains(name) else { return nil }
    let values = try result.array(name).values
    guard let numbers = values.doubles ?? values.floats.map({ $0.map(Double.init) }), numbers.count == counts.count else {
      throw WorkflowError(
        "\(result.path)/\(name) is not as long as the spectrum of \(counts.count) channels",
        advice: "Make the result again.")
    }
    inputs.append(try result.input(name))
    return numbers
  }
}

/// The energy axis of a spectrum, in the unit in which X-rays are computed.
enum EnergyAxis {
  /// An axis in keV.
  ///
  /// - Throws: `WorkflowError` for one that is not calibrated.
  static func kiloelectronvolts(_ axis: Axis, of path: String) throws -> Axis {
    let factor = ["kev": 1, "ev": 1e-3][axis.units.lowercased()]
    guard let factor, axis.values == nil, axis.scale > 0, axis.scale.isFinite, axis.offset.isFinite else {
      throw WorkflowError(
        "\(path) has no calibrated energy axis: its channels are in \"\(axis.units)\"",
        advice: "Import the map with its calibration, for example --axes y,x,Energy:0.01:keV.")
    }
    var axis = axis
    axis.scale *= factor
    axis.offset *= factor
    axis.units = "keV"
    return axis
  }
}
