public import Decomposition
internal import Foundation
internal import Microscopy
public import Store

/// Principal component analysis of a map or a series, with its scree, kept in the file as a result.
public struct FindPrincipalComponents: Sendable {
  /// What the result's provenance holds as its parameters.
  public struct Parameters: Codable, Hashable, Sendable {
    public var recipe: PCA
    public var target: FactorizationTarget
  }

  public struct Report: Codable, Sendable {
    public var result: String
    public var path: String
    public var components: Int
    /// The component at the elbow of the scree, counted from 1.
    public var elbow: Int
    /// The number of components above what Poisson noise alone would give; nil without Poisson scaling.
    public var aboveNoise: Int?
    public var explainedVarianceRatio: [Double]
    public var seconds: Double
    public var peakMemoryBytes: Int

    enum CodingKeys: String, CodingKey {
      case result, path, components, elbow, seconds
      case aboveNoise = "above_noise"
      case explainedVarianceRatio = "explained_variance_ratio"
      case peakMemoryBytes = "peak_memory_bytes"
    }
  }

  public var recipe: PCA
  public var target: FactorizationTarget
  /// Bytes of decoded blocks that are kept between sweeps.
  public var memory = 512 << 20
  public var threads = ProcessInfo.processInfo.activeProcessorCount
  /// The name of the result; nil: "pca", or the next free of "pca-2" …
  public var name: String?
  public var note = ""

  public init(recipe: PCA, target: FactorizationTarget) {
    self.recipe = recipe
    self.target = target
  }

  public func run(on store: Store, observer: Observer = .silent) throws -> Report {
    let start = Date()
    let resolved = try target.resolve(in: store)
    let parameters = Parameters(recipe: recipe, target: target)
    var made = try Provenance(operation: "pca", parameters: parameters, inputs: resolved.inputs, note: note)
    let name = try name ?? resolved.holder.nextResultName("pca")
    try resolved.holder.requireFree(name)
    let found = try Self.fit(recipe, resolved, threads: threads, memory: memory, observer)
    made.finish()
    let result = try writing {
      let result = try resolved.holder.addResult(name, made: made) { result in
        try Self.fill(result, found, resolved)
      }
      try store.commit(observer)
      return result
    }
    return Report(
      result: name, path: result.path, components: recipe.components, elbow: found.elbow, aboveNoise: found.aboveNoise,
      explainedVarianceRatio: found.explainedVarianceRatio, seconds: Date().timeIntervalSince(start),
      peakMemoryBytes: peakMemory())
  }

  /// - Throws: `Stopped`.
  static func fit(
    _ recipe: PCA, _ resolved: ResolvedTarget, threads: Int, memory: Int, _ observer: Observer
  ) throws -> PCA.Result {
    do {
      return try resolved.located {
        try recipe.fit(resolved.source, threads: threads, memory: memory) { done, total in
          observer.report(.init("Finding principal components", done: done, of: total, .items))
          return observer.isStopped() ? .stop : .proceed
        }
      }
    } catch is PCA.Interrupted {
      throw Stopped("\(resolved.holder.store.path) is as it was")
    }
  }

  /// What a result holds of an analysis.
  static func fill(_ result: ResultBuilder, _ found: PCA.Result, _ resolved: ResolvedTarget) throws {
    try resolved.add(spectra: found.spectra, images: found.scores, to: result)
    let scree = [Axis(name: "component", size: found.singularValues.count, scale: 1, offset: 1, role: .signal)]
    try result.array("explained_variance_ratio", StoredArray(found.explainedVarianceRatio), axes: scree)
    try result.array("explained_variance", StoredArray(found.singularValues.map { $0 * $0 }), axes: scree)
    try result.scalar("elbow", Double(found.elbow))
    if let aboveNoise = found.aboveNoise { try result.scalar("above_noise", Double(aboveNoise)) }
  }
}
