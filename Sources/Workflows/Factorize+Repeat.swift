import Decomposition
import Store

extension Factorize: RepeatableResult {
  static func again(
    _ made: Provenance, for holder: any ResultHolder, _ resources: Resources, _ observer: Observer
  ) throws -> (ResultBuilder) throws -> Void {
    // Spectra that were taken from another result are among the parameters, as they were.
    let parameters = try made.repeatable(Parameters.self, of: holder.path)
    var verb = Factorize(recipe: parameters.recipe, target: parameters.target)
    (verb.threads, verb.memory) = (resources.threads, resources.memory)
    verb.checkpointInterval = .infinity
    let resolved = try parameters.target.resolve(for: holder)
    do {
      let factors = try verb.fit(parameters.recipe, resolved, resuming: nil, observer) { _ in }
      return { try fill($0, factors, resolved) }
    } catch is NMF.Interrupted {
      throw Stopped("\(holder.store.path) is as it was")
    }
  }
}
