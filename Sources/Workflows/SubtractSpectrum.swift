internal import Foundation
internal import Microscopy
public import Store
public import XRay

/// Subtracts the spectrum of a matrix from that of a mixture, scaled by a line of an element that the phase sought lacks.
public struct SubtractSpectrum: Sendable {
  /// How net counts of the line are found.
  public enum Counting: String, Codable, Hashable, Sendable, CaseIterable {
    /// A fit of all lines and the bremsstrahlung.
    case model
    /// Sums over windows about the line.
    case windows
  }

  /// What the result's provenance holds as its parameters.
  struct Parameters: Codable, Hashable, Sendable {
    /// Names of stored spectra, which lead to them whatever else comes to the file.
    var mixture: String
    var matrix: String
    var element: String
    var line: String?
    var counting: Counting
    /// Those that a fit looks for, and whose lines are looked at for over-subtraction.
    var elements: [String]
    /// keV
    var beamEnergy: Double
    /// Nil in results of versions that took what the metadata have.
    var detector: Detector?
    /// Terms of the bremsstrahlung; nil: as many as the counts ask for.
    var backgroundTerms: Int?
    /// keV
    var range: ClosedRange<Double>?
    /// Where the atomic data are from; nil in results of versions that did not tell.
    var tables: String?
  }

  /// What is used of the detector.
  struct Detector: Codable, Hashable, Sendable {
    /// eV at Mn Kα; nil: the usual.
    var resolution: Double?
    var entrance: DetectorEntrance?

    init(_ shared: SharedMetadata, _ entrance: DetectorEntrance?) throws {
      resolution = try shared.energyResolution()
      self.entrance = entrance
    }

    var model: SiliconDriftDetector { SiliconDriftDetector(resolution: resolution, geometry: nil, entrance: entrance) }
  }

  /// Names of spectra: results of `spectrum` or `subtract`, or `RESULT:I` for a component.
  public var mixture: String
  public var matrix: String
  /// An element of the matrix that the phase sought lacks.
  public var element: String
  /// "Ka", "La" …; nil: the element's usual line.
  public var line: String?
  /// Nil: a fit where elements are known, else windows.
  public var counting: Counting?
  /// Empty: those that the metadata name.
  public var elements: [String] = []
  /// keV; nil: as the metadata have it.
  public var beamEnergy: Double?
  /// What stands before the detector; nil: nothing.
  public var detector: DetectorEntrance?
  /// Terms of the bremsstrahlung of the fits; nil: as many as the counts of the matrix ask for.
  public var backgroundTerms: Int?
  /// Energies in keV that are fitted; nil: all from below the lowest line on.
  public var range: ClosedRange<Double>?
  /// The name of the result; nil: "subtract", or the next free of "subtract-2" …
  public var name: String?
  public var note = ""

  public init(mixture: String, matrix: String, element: String) {
    (self.mixture, self.matrix, self.element) = (mixture, matrix, element)
  }

  public struct Report: Codable, Sendable {
    public var result: String
    public var path: String
    public var element: String
    public var line: String
    /// "model" or "windows".
    public var counting: String
    public var scale: Double
    public var scaleDeviation: Double
    public var mixtureNet: LineIntensity
    public var matrixNet: LineIntensity
    /// Counts that are left.
    public var counts: Double
    /// What lies more than three standard deviations below zero.
    public var overSubtraction: [SpectrumSubtraction.OverSubtraction]
    /// Channels among these that chance alone would give.
    public var channelsByChance: Double
    /// What makes the errors doubtful, in words.
    public var warnings: [String]
    public var seconds: Double

    enum CodingKeys: String, CodingKey {
      case result, path, element, line, counting, scale, counts, warnings, seconds
      case scaleDeviation = "scale_deviation"
      case mixtureNet = "mixture_net"
      case matrixNet = "matrix_net"
      case overSubtraction = "over_subtraction"
      case channelsByChance = "channels_by_chance"
    }
  }

  public func run(on store: Store, observer: Observer = .silent) throws -> Report {
    let start = Date()
    let (mixed, pure) = (try StoredSpectrum(mixture, in: store), try StoredSpectrum(matrix, in: store))
    let name = try name ?? mixed.holder.nextResultName("subtract")
    try mixed.holder.requireFree(name)
    let shared = try SharedMetadata(mixed.holder)
    guard let beam = try beamEnergy ?? shared.beamEnergy(), beam > 0 else {
      throw WorkflowError(
        "\(store.path): the beam energy of \(mixed.name) is not known", advice: "Give it with --beam KEV.")
    }
    let known =
      elements.isEmpty
      ? ElementLines.measurable(try shared.elements(), beamEnergy: beam, energies: mixed.energies) : elements
    let parameters = Parameters(
      mixture: mixed.name, matrix: pure.name, element: element, line: line,
      counting: counting ?? (known.isEmpty ? .windows : .model), elements: known, beamEnergy: beam,
      detector: try Detector(shared, detector), backgroundTerms: backgroundTerms, range: range, tables: EmissionLine.tables)
    if parameters.counting == .model, known.isEmpty {
      throw WorkflowError(
        "\(store.path): a fit needs the elements of the sample, and the metadata name none",
        advice: "Name them with --elements O,Mg,Si, or give --fit windows.")
    }
    var made = try Provenance(
      operation: "subtract", parameters: parameters, inputs: mixed.inputs + pure.inputs, started: start, note: note)
    let found = try Self.subtract(parameters, mixed, pure)
    made.finish()
    let result = try writing {
      let result = try mixed.holder.addResult(name, made: made) { try Self.fill($0, found, mixed) }
      try store.commit(observer)
      return result
    }
    let difference = found.difference
    return Report(
      result: name, path: result.path, element: element, line: difference.matrixNet.line, counting: parameters.counting.rawValue,
      scale: difference.scale, scaleDeviation: difference.scaleDeviation, mixtureNet: difference.mixtureNet,
      matrixNet: difference.matrixNet, counts: difference.counts.reduce(0) { $1.isFinite ? $0 + $1 : $0 },
      overSubtraction: found.over, channelsByChance: found.channelsByChance, warnings: found.warnings,
      seconds: Date().timeIntervalSince(start))
  }

  /// A difference, and what lies below zero in it.
  struct Found {
    var difference: SpectrumSubtraction
    var over: [SpectrumSubtraction.OverSubtraction]
    /// Pixels that both spectra were summed from, as far as that is known.
    var sharedPixels: Int

    var warnings: [String] {
      sharedPixels > 0
        ? ["\(sharedPixels) pixels are in both the mixture and the matrix, whose errors are taken for independent"] : []
    }

    /// The normal distribution has 0.00135 below −3.
    var channelsByChance: Double { 0.00135 * Double(difference.counts.count) }
  }

  static func subtract(_ parameters: Parameters, _ mixture: StoredSpectrum, _ matrix: StoredSpectrum) throws -> Found {
    let (mixed, pure) = (mixture.forFit, matrix.forFit)
    guard mixed.counts.count == pure.counts.count,
      Store.differenceOfSignals([mixture.signalAxis], [matrix.signalAxis]) == nil
    else {
      throw WorkflowError(
        "\(mixture.name) and \(matrix.name) have other channels", advice: "Give spectra of the same calibration.")
    }
    guard mixture.name != matrix.name else {
      throw WorkflowError(
        "\(mixture.name) is both the mixture and the matrix, so nothing would be left", advice: "Give two spectra.")
    }
    let detector = try (parameters.detector ?? Detector(SharedMetadata(mixture.holder), nil)).model
    let line = try ScalingLine(
      parameters.element, line: parameters.line, energies: mixed.energies, beamEnergy: parameters.beamEnergy, detector: detector)
    let nets =
      switch parameters.counting {
      case .model:
        try line.fittedNets(
          mixture: mixed, matrix: pure, elements: parameters.elements, backgroundTerms: parameters.backgroundTerms,
          range: parameters.range)
      case .windows: (mixture: try line.windowNet(mixed), matrix: try line.windowNet(pure))
      }
    let difference = try SpectrumSubtraction(mixed, pure, mixtureNet: nets.mixture, matrixNet: nets.matrix)
    // The line that a fit scaled by is zero for the fit, whatever windows take for its background.
    let windows =
      parameters.elements.filter { $0 != parameters.element || parameters.counting == .windows }.compactMap { element in
        do {
          return try ScalingLine(
            element, line: nil, energies: mixed.energies, beamEnergy: parameters.beamEnergy, detector: detector
          ).windows(on: mixed.energies)
        } catch {
          // An element without a usual line on the axis has no window to look at.
          return nil
        }
      } as [LineWindows]
    return Found(
      difference: difference, over: difference.overSubtractedLines(windows) + difference.overSubtractedChannels,
      sharedPixels: IntegrateSpectrum.sharedPixels(of: mixture, matrix))
  }

  /// What a result holds of a difference.
  static func fill(_ result: ResultBuilder, _ found: Found, _ mixture: StoredSpectrum) throws {
    let difference = found.difference
    let axes = [mixture.signalAxis]
    for (name, values) in [
      ("spectrum", difference.counts), ("variance", difference.variance), ("common_deviation", difference.commonDeviation),
      ("common_covariance", difference.commonCovariance),
    ] {
      guard let values else { continue }
      try result.array(name, StoredArray(values), axes: axes, interpretation: "spectrum")
    }
    try result.scalar("scale", difference.scale)
    try result.scalar("scale_deviation", difference.scaleDeviation)
    for (name, net) in [("mixture", difference.mixtureNet), ("matrix", difference.matrixNet)] {
      try result.scalar("\(name)_net_counts", net.netCounts, units: "counts")
      try result.scalar("\(name)_net_counts_error", net.error, units: "counts")
    }
    if let pixels = mixture.pixels { try result.scalar("pixels", pixels) }
    try result.table(
      "over_subtraction",
      [
        TableColumn("place", texts: found.over.map(\.place)), TableColumn("from", units: "keV", numbers: found.over.map(\.from)),
        TableColumn("to", units: "keV", numbers: found.over.map(\.to)),
        TableColumn("counts", units: "counts", numbers: found.over.map(\.counts)),
        TableColumn("deviation", units: "counts", numbers: found.over.map(\.deviation)),
        TableColumn("z", numbers: found.over.map(\.z)),
      ])
    try result.text("report", found.text)
  }
}

extension SubtractSpectrum.Found {
  /// In words, whether too much was subtracted.
  var text: String {
    let channels = over.count { $0.place == "channel" }
    let lines = over.filter { $0.place != "channel" }
    let chance = (channelsByChance * 10).rounded() / 10
    var parts = [
      "\(channels) of \(difference.counts.count) channels lie more than 3 standard deviations below zero (\(chance) would by chance)"
    ]
    parts += lines.map { line in
      "\(line.place) has \(String(format: "%.6g", line.counts)) net counts, \((line.z * 10).rounded() / 10) standard deviations"
    }
    if lines.isEmpty { parts.append("no line lies below zero") }
    parts += warnings
    return parts.joined(separator: "; ")
  }
}

extension SubtractSpectrum: RepeatableResult {
  static func again(
    _ made: Provenance, for holder: any ResultHolder, _ resources: Resources, _ observer: Observer
  ) throws -> (ResultBuilder) throws -> Void {
    let parameters = try made.repeatable(Parameters.self, of: holder.path)
    let mixture = try StoredSpectrum(parameters.mixture, in: holder.store)
    let found = try subtract(parameters, mixture, StoredSpectrum(parameters.matrix, in: holder.store))
    return { try fill($0, found, mixture) }
  }
}

extension StoredSpectrum {
  /// The energies as a signal axis of a result.
  var signalAxis: Axis {
    var axis = energies
    axis.role = .signal
    return axis
  }
}
