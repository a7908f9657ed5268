import Store

extension FindPrincipalComponents: RepeatableResult {
  static func again(
    _ made: Provenance, for holder: any ResultHolder, _ resources: Resources, _ observer: Observer
  ) throws -> (ResultBuilder) throws -> Void {
    let parameters = try made.repeatable(Parameters.self, of: holder.path)
    let resolved = try parameters.target.resolve(for: holder)
    let found = try fit(
      parameters.recipe, resolved, threads: resources.threads, memory: resources.memory, observer)
    return { try fill($0, found, resolved) }
  }
}
