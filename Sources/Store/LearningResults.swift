internal import HDF5
internal import Microscopy

/// A factorisation as HyperSpy (up to 2.5) shows it: `learning_results` in the experiment of a map.
enum LearningResults {
  /// The operations that HyperSpy knows as decompositions; a simulation's truth has the same arrays and is none.
  private static let operations: Set = ["nmf", "pca"]

  /// Puts the factorisation in place of the one there, when the result is one over all channels of a map.
  static func update(from result: AnalysisResult, holder: some ResultHolder) throws {
    guard let map = holder as? Map, map.navigationRank > 0, !map.signalShape.isEmpty else { return }
    let operation = try result.provenance.operation
    guard operations.contains(operation) else { return }
    let names = try result.arrayNames
    guard names.contains("spectra"), names.contains("abundances") else { return }
    let spectra = try result.array("spectra").values
    let abundances = try result.array("abundances").values
    guard let factors = transposed(spectra), let loadings = transposed(abundances),
      Array(spectra.shape.dropFirst()) == map.signalShape, Array(abundances.shape.dropFirst()) == map.navigationShape
    else { return }
    let path = "\(FileLayout.experiments)/\(map.name)"
    guard try map.store.root.exists(path) else { return }
    let experiment = try map.store.root.group(path)
    if try experiment.exists("learning_results") { try experiment.delete("learning_results") }
    let group = try experiment.createGroup("learning_results")
    try group.attributes.set("decomposition_algorithm", to: operation.uppercased())
    try group.attributes.set("output_dimension", to: Int64(spectra.shape[0]))
    try group.attributes.set("poissonian_noise_normalized", to: false)
    try group.attributes.set("unfolded", to: false)
    try group.putArray("factors", factors)
    try group.putArray("loadings", loadings)
    try group.putArray("_tuple_original_shape", StoredArray(map.shape.map(Int64.init)))
    for name in ["explained_variance", "explained_variance_ratio"] {
      if names.contains(name) {
        try group.putArray(name, try result.array(name).values)
      } else {
        try group.attributes.set(name, to: MetadataKey.null)
      }
    }
  }

  /// Whether HyperSpy is shown this result.
  static func show(_ result: AnalysisResult, of map: Map) throws -> Bool {
    let path = "\(FileLayout.experiments)/\(map.name)/learning_results/factors"
    guard try map.store.root.exists(path), try result.arrayNames.contains("spectra"),
      let factors = try transposed(result.array("spectra").values)
    else { return false }
    let digest: String? = try map.store.root.dataset(path).attributes.readIfPresent(FileLayout.digestAttribute)
    return digest == Digest.sha256(factors.bytes)
  }

  /// Shows the last of the results that are left, if any.
  static func replace(of map: Map) throws {
    let experiment = try map.store.root.group("\(FileLayout.experiments)/\(map.name)")
    try experiment.delete("learning_results")
    for result in try map.results { try update(from: result, holder: map) }
  }

  /// A matrix of components by positions as positions by components.
  private static func transposed(_ array: StoredArray) -> StoredArray? {
    guard let count = array.shape.first, count > 0 else { return nil }
    let size = array.count / count
    var bytes: [UInt8] = []
    bytes.reserveCapacity(array.bytes.count)
    let width = array.type.size
    for position in 0..<size {
      for component in 0..<count {
        let start = (component * size + position) * width
        bytes += array.bytes[start..<start + width]
      }
    }
    return StoredArray(type: array.type, shape: [size, count], bytes: bytes)
  }
}
