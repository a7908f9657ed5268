internal import Decomposition
internal import Foundation
internal import Store

extension Factorize {
  /// A run of the same parameters on the same data that was interrupted.
  func unfinishedRun(
    of made: Provenance, holder: any ResultHolder
  ) throws -> (name: String, made: Provenance, checkpoint: NMF.Checkpoint)? {
    for result in try holder.unfinishedResults where name == nil || result.name == name {
      let before = try result.provenance
      guard before.operation == made.operation, before.parameters == made.parameters,
        before.inputs == made.inputs,
        before.version == made.version, before.commit == made.commit,
        let checkpoint = try holder.checkpoint(result.name)
      else { continue }
      return (result.name, before, try self.checkpoint(from: checkpoint.state, of: result))
    }
    return nil
  }

  func save(_ checkpoint: NMF.Checkpoint, as name: String, made: Provenance, holder: any ResultHolder) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    // Losses are restored to the bit: they go as an array of doubles, not as decimal fractions.
    var position = checkpoint.position
    position.history = []
    position.best?.history = []
    var state = [
      "position": StoredArray([UInt8](try encoder.encode(position))),
      "spectra": StoredArray(checkpoint.spectra), "weights": StoredArray(checkpoint.weights),
      "history": StoredArray(checkpoint.position.history),
    ]
    if let best = checkpoint.position.best {
      state["best_history"] = StoredArray(best.history)
      state["best_spectra"] = StoredArray(checkpoint.bestSpectra)
      state["best_weights"] = StoredArray(checkpoint.bestWeights)
    }
    try holder.saveCheckpoint(name, made: made, state: state)
  }

  private func checkpoint(from state: [String: StoredArray], of result: AnalysisResult) throws
    -> NMF.Checkpoint
  {
    guard let position = state["position"], let history = state["history"]?.doubles,
      let spectra = state["spectra"]?.floats, let weights = state["weights"]?.floats
    else {
      throw WorkflowError(
        "\(result.store.path): the checkpoint \(result.path) is incomplete",
        advice: "Remove it or choose another name for the result, to start anew.")
    }
    var decoded = try JSONDecoder().decode(NMF.Checkpoint.Position.self, from: Data(position.bytes))
    decoded.history = history
    decoded.best?.history = state["best_history"]?.doubles ?? []
    return NMF.Checkpoint(
      position: decoded, spectra: spectra, weights: weights, bestSpectra: state["best_spectra"]?.floats ?? [],
      bestWeights: state["best_weights"]?.floats ?? [])
  }
}
