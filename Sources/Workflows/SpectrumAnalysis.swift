internal import Foundation
internal import Store

/// Work on a spectrum, or on the pixels of a map or series, whose outcome is kept beside it as a result.
public protocol SpectrumAnalysis: Sendable {
  /// What the result's provenance holds.
  associatedtype Parameters: Codable, Sendable

  var parameters: Parameters { get set }
  var threads: Int { get set }
  /// Bytes of decoded blocks that are kept between sweeps.
  var memory: Int { get set }
  /// The name of the result; nil: that of the operation, or the next free of "quantify-2" …
  var name: String? { get set }
  var note: String { get set }
  /// Whether nothing is written.
  var isDryRun: Bool { get set }
}

/// An analysis that can be made again from what its provenance tells.
protocol RepeatableAnalysis: SpectrumAnalysis, RepeatableResult {
  associatedtype Outcome: ResultContents

  /// As provenance has it.
  static var operation: String { get }
  /// Where the parameters name the spectrum.
  static var quantification: any WritableKeyPath<Parameters, Quantify.Parameters> & Sendable { get }

  static func find(
    _ parameters: Parameters, _ target: QuantifyTarget, _ resources: Resources, _ observer: Observer
  ) throws -> Outcome
}

/// What can be written into a result.
protocol ResultContents: Sendable {
  func fill(_ result: ResultBuilder) throws
}

extension RepeatableAnalysis {
  /// Finds an outcome and keeps it, unless nothing is to be written.
  func carryOut(
    on store: Store, _ observer: Observer
  ) throws -> (found: Outcome, result: String?, path: String?, seconds: Double) {
    let start = Date()
    var parameters = parameters
    let target = try QuantifyTarget(parameters[keyPath: Self.quantification], in: store)
    parameters[keyPath: Self.quantification].spectrum = target.spectrumName
    parameters[keyPath: Self.quantification].known = try KnownConditions(
      of: target.holder, for: parameters[keyPath: Self.quantification])
    var made = try Provenance(operation: Self.operation, parameters: parameters, inputs: target.inputs, note: note)
    let name = try name ?? target.holder.nextResultName(Self.operation)
    if !isDryRun { try target.holder.requireFree(name) }
    let found = try Self.find(parameters, target, Resources(threads: threads, memory: memory), observer)
    made.finish()
    let seconds = Date().timeIntervalSince(start)
    guard !isDryRun else { return (found, nil, nil, seconds) }
    let result = try writing {
      let result = try target.holder.addResult(name, made: made) { try found.fill($0) }
      try store.commit(observer)
      return result
    }
    return (found, name, result.path, seconds)
  }

  static func again(
    _ made: Provenance, for holder: any ResultHolder, _ resources: Resources, _ observer: Observer
  ) throws -> (ResultBuilder) throws -> Void {
    let parameters = try made.repeatable(Parameters.self, of: holder.path)
    let target = try QuantifyTarget(parameters[keyPath: quantification], for: holder)
    let found = try find(parameters, target, resources, observer)
    return { try found.fill($0) }
  }
}
