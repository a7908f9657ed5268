internal import Foundation
internal import Microscopy
public import Store
internal import XRay

/// How well lines stand out of a spectrum, and the limits of detection of their elements, kept in the file as a result.
public struct DetectLines: SpectrumAnalysis {
  /// What the result's provenance holds as its parameters.
  public struct Parameters: Codable, Hashable, Sendable {
    /// How the spectrum is fitted and quantified; its elements are completed by those of the lines.
    public var quantification: Quantify.Parameters
    /// "Nd La"
    public var lines: [String]
    /// The line that concentrations are measured by: "Mg Ka".
    public var reference: String

    public init(_ quantification: Quantify.Parameters, lines: [String], reference: String) {
      self.quantification = quantification
      self.lines = lines
      self.reference = reference
    }
  }

  public var parameters: Parameters
  public var threads = ProcessInfo.processInfo.activeProcessorCount
  public var memory = 512 << 20
  public var name: String?
  public var note = ""
  public var isDryRun = false

  public init(_ parameters: Parameters) { self.parameters = parameters }

  /// - Throws: `FitError`, `WorkflowError`, `StoreError`, `Stopped`; nothing is written then.
  public func run(on store: Store, observer: Observer = .silent) throws -> DetectReport {
    let work = try carryOut(on: store, observer)
    var report = DetectReport(work.found, seconds: work.seconds)
    (report.result, report.path) = (work.result, work.path)
    return report
  }
}

extension DetectLines: RepeatableAnalysis {
  static let operation = "detect"
  static let quantification = \Parameters.quantification

  static func find(
    _ parameters: Parameters, _ target: QuantifyTarget, _ resources: Resources, _ observer: Observer
  ) throws -> DetectOutcome {
    let lines = try parameters.lines.map(line)
    let reference = try line(parameters.reference)
    guard !lines.isEmpty else { throw WorkflowError("no lines are named", advice: "Name some: --lines \"Nd La,Sm La\".") }
    let source = try target.source(parameters.quantification, resources, observer)
    var quantification = parameters.quantification
    if quantification.elements.isEmpty {
      quantification.elements = try source.measurableElements(quantification.beamEnergy)
    }
    for (element, line) in [reference] + lines {
      if !quantification.elements.contains(element) { quantification.elements.append(element) }
      if quantification.lines[element] == nil { quantification.lines[element] = line }
    }
    quantification.lines[reference.element] = reference.line
    let setting = try QuantifySetting(quantification, source)
    let found = try setting.quantification.run(source.spectrum)
    return DetectOutcome(
      outcome: QuantifyOutcome(source: source, setting: setting, found: found), reference: reference,
      lines: try found.detections(of: lines, reference: reference, in: source.spectrum))
  }

  /// "Nd La" → ("Nd", "La")
  private static func line(_ text: String) throws -> (element: String, line: String) {
    guard let names = LineName.ofElement(text) else {
      throw WorkflowError("\"\(text)\" names no line", advice: "Give an element and a line, such as \"Nd La\".")
    }
    return names
  }
}

/// What was found of lines, and what of it a result holds.
struct DetectOutcome: ResultContents {
  var outcome: QuantifyOutcome
  var reference: (element: String, line: String)
  var lines: [LineDetection]

  var convention: String {
    "SNR = net counts over the standard deviation of the background within a width at half maximum on each side of the line; "
      + "lod_ppm is the atomic concentration at SNR = 3 (Chen et al. 2024), by the Cliff-Lorimer ratio to \(reference.element) "
      + "\(reference.line); limits by other conventions are named; detected means \(Detection.decision) (Currie 1968, 5 % false alarms; "
      + "sigma_0 is one photon at least), whatever the SNR; " + outcome.setting.convention(outcome.found)
  }

  func fill(_ result: ResultBuilder) throws {
    try FittedArrays(outcome.found, outcome.source).fill(result)
    let all = lines.map(\.detection)
    func limits(_ index: Int) -> [Double] { zip(lines, all).map { $1.limits[index].netCounts * $0.atomicPartsPerCount } }
    try result.table(
      "detection",
      [
        TableColumn("symbol", texts: all.map(\.intensity.element)),
        TableColumn("line", texts: all.map(\.intensity.line)),
        TableColumn("energy", units: "keV", numbers: lines.map(\.energy)),
        TableColumn("net_counts", units: "counts", numbers: all.map(\.intensity.netCounts)),
        TableColumn("net_counts_error", units: "counts", numbers: all.map(\.intensity.error)),
        TableColumn("background_counts", units: "counts", numbers: all.map(\.background)),
        TableColumn("snr", numbers: all.map(\.signalToNoise)),
        TableColumn("atomic_ppm", units: "ppm", numbers: lines.map { $0.detection.intensity.netCounts * $0.atomicPartsPerCount }),
        TableColumn(
          "atomic_ppm_error", units: "ppm", numbers: lines.map { $0.detection.intensity.error * $0.atomicPartsPerCount }),
        TableColumn("lod_ppm", units: "ppm", numbers: limits(0)),
        TableColumn("lod_ppm_3_sqrt_2b", units: "ppm", numbers: limits(1)),
        TableColumn("lod_ppm_currie_critical", units: "ppm", numbers: limits(2)),
        TableColumn("lod_ppm_currie_detection", units: "ppm", numbers: limits(3)),
        TableColumn("detected", numbers: all.map { $0.isDetected ? 1 : 0 }),
        TableColumn("reduced_chi_square", numbers: lines.map { $0.reducedChiSquare ?? .nan }),
      ])
    try result.text("convention", convention)
  }
}
