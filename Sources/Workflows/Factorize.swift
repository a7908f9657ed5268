public import Decomposition
internal import Foundation
internal import HDF5
internal import Microscopy
public import Store

/// Non-negative matrix factorisation of a map or a series, its factors kept in the file as a result.
///
/// While it runs a checkpoint is kept in the file every few iterations; run again after an interruption with the same
/// options it goes on from there, to the same bits.
public struct Factorize: Sendable {
  /// What the result's provenance holds as its parameters.
  public struct Parameters: Codable, Hashable, Sendable {
    public var recipe: NMF
    public var target: FactorizationTarget
  }

  public struct Report: Codable, Sendable {
    public var result: String
    public var path: String
    public var loss: String
    public var components: Int
    public var divergence: Double
    public var iterations: Int
    public var converged: Bool
    public var seconds: Double
    public var peakMemoryBytes: Int
    /// The iteration that an interrupted run was taken up after; nil when it began anew.
    public var resumedFrom: Int?
    /// Each component's part of all counts.
    public var shares: [Double]

    enum CodingKeys: String, CodingKey {
      case result, path, loss, components, divergence, iterations, converged, seconds, shares
      case peakMemoryBytes = "peak_memory_bytes"
      case resumedFrom = "resumed_from"
    }
  }

  public var recipe: NMF
  public var target: FactorizationTarget
  /// Bytes of decoded blocks that are kept between sweeps.
  public var memory = 512 << 20
  public var threads = ProcessInfo.processInfo.activeProcessorCount
  /// The name of the result; nil: "nmf", or the next free of "nmf-2" …
  public var name: String?
  /// A result whose spectra the first components start from.
  public var spectraFrom: String?
  public var note = ""
  /// Seconds between checkpoints.
  public var checkpointInterval = 5.0

  public init(recipe: NMF, target: FactorizationTarget) {
    self.recipe = recipe
    self.target = target
  }

  public func run(on store: Store, observer: Observer = .silent) throws -> Report {
    let start = Date()
    let resolved = try target.resolve(in: store)
    var recipe = recipe
    var inputs = resolved.inputs
    if let spectraFrom {
      let (spectra, input) = try givenSpectra(spectraFrom, resolved)
      recipe.spectra = spectra
      inputs.append(input)
    }
    let parameters = Parameters(recipe: recipe, target: target)
    var made = try Provenance(operation: "nmf", parameters: parameters, inputs: inputs, note: note)
    let unfinished = try unfinishedRun(of: made, holder: resolved.holder)
    let name = try unfinished?.name ?? name ?? resolved.holder.nextResultName("nmf")
    if unfinished == nil { try checkFree(name, resolved.holder) }
    // A run that is taken up again began when it was first begun, and took as long as all its legs.
    let earlier = unfinished?.made.duration ?? 0
    if let unfinished { made.started = unfinished.made.started }
    func lasted() -> Provenance {
      var lasted = made
      lasted.duration = earlier + Date().timeIntervalSince(start)
      return lasted
    }

    let factors: NMF.Result
    do {
      factors = try fit(recipe, resolved, resuming: unfinished?.checkpoint, observer) {
        try save($0, as: name, made: lasted(), holder: resolved.holder)
        try store.commitIfFree()
      }
    } catch let interruption as NMF.Interrupted {
      try writing {
        try save(interruption.checkpoint, as: name, made: lasted(), holder: resolved.holder)
        try store.commit(observer)
      }
      let iterations = interruption.checkpoint.position.history.count
      throw Stopped(
        "the factorisation is kept after iteration \(iterations) as \"\(name)\"; the same command goes on from there"
      )
    }
    made = lasted()
    let shares = shares(of: factors.abundances)
    let result = try writing {
      let result = try resolved.holder.addResult(name, made: made) { result in
        try Self.fill(result, factors, resolved)
      }
      try store.commit(observer)
      return result
    }
    return Report(
      result: name, path: result.path, loss: recipe.loss.rawValue, components: recipe.components,
      divergence: factors.divergence, iterations: factors.iterations, converged: factors.converged,
      seconds: Date().timeIntervalSince(start), peakMemoryBytes: peakMemory(),
      resumedFrom: unfinished?.checkpoint.position.history.count, shares: shares)
  }

  /// What a result holds of a factorisation.
  static func fill(_ result: ResultBuilder, _ factors: NMF.Result, _ resolved: ResolvedTarget) throws {
    try resolved.add(spectra: factors.spectra, images: factors.abundances, to: result)
    try result.array(
      "convergence", StoredArray(factors.history),
      axes: [Axis(name: "iteration", size: factors.history.count, scale: 1, offset: 1, role: .signal)])
    try result.scalar("divergence", factors.divergence)
    try result.scalar("iterations", Double(factors.iterations))
    try result.scalar("converged", factors.converged ? 1 : 0)
  }

  func fit(
    _ recipe: NMF, _ resolved: ResolvedTarget, resuming checkpoint: NMF.Checkpoint?, _ observer: Observer,
    keep: (NMF.Checkpoint) throws -> Void
  ) throws -> NMF.Result {
    var failure: (any Error)?
    var saved = Date()
    let result: NMF.Result
    do {
      result = try resolved.located {
        try recipe.fit(resolved.source, threads: threads, memory: memory, resuming: checkpoint) {
          progress, makeCheckpoint in
          let run =
            recipe.restarts > 1
            ? "Factorising, run \(progress.restart + 1) of \(recipe.restarts)" : "Factorising"
          observer.report(.init(run, done: progress.iteration, of: recipe.maxIterations, .iterations))
          if observer.isStopped() { return .stop }
          if Date().timeIntervalSince(saved) >= checkpointInterval {
            do {
              try keep(makeCheckpoint())
            } catch {
              failure = OutputError(error)
              return .stop
            }
            saved = Date()
          }
          return .proceed
        }
      }
    } catch let interruption as NMF.Interrupted {
      throw failure ?? interruption
    }
    return result
  }

  private func checkFree(_ name: String, _ holder: any ResultHolder) throws {
    try holder.requireFree(name)
    guard try !holder.unfinishedResults.contains(where: { $0.name == name }) else {
      throw WorkflowError(
        "\(holder.store.path): \(holder.group.path) holds an unfinished run \"\(name)\" with other parameters or data",
        advice:
          "Finish it with the command that began it, or choose another name; \"\(try holder.nextResultName(name))\" is free.")
    }
  }

  /// The spectra of a result, on the channels of the matrix.
  private func givenSpectra(
    _ name: String, _ resolved: ResolvedTarget
  ) throws -> (spectra: [[Float]], input: Provenance.Input) {
    let result = try resolved.holder.result(name)
    let (values, _) = try result.array("spectra")
    guard let floats = values.floats, values.shape.count >= 2, floats.count % resolved.channelCount == 0
    else {
      throw WorkflowError(
        "\(result.path) has no spectra of \(resolved.channelCount) channels",
        advice: "Name a result of this map.")
    }
    let spectra = (0..<floats.count / resolved.channelCount).map { component in
      resolved.gather(
        Array(floats[component * resolved.channelCount..<(component + 1) * resolved.channelCount]))
    }
    return (Array(spectra.prefix(recipe.components)), try result.input("spectra"))
  }

  private func shares(of maps: [[Float]]) -> [Double] {
    let totals = maps.map { $0.reduce(0.0) { $1.isNaN ? $0 : $0 + Double($1) } }
    let all = totals.reduce(0, +)
    return totals.map { all > 0 ? $0 / all : 0 }
  }
}
