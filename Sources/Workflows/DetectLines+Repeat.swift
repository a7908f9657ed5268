import Store

extension DetectLines: RepeatableResult {
  static func again(
    _ made: Provenance, for holder: any ResultHolder, _ resources: Resources, _ observer: Observer
  ) throws -> (ResultBuilder) throws -> Void {
    let parameters = try made.repeatable(Parameters.self, of: holder.path)
    let target = try QuantifyTarget(parameters.quantification, for: holder)
    let found = try find(parameters, target, threads: resources.threads, memory: resources.memory, observer)
    return { try found.fill($0) }
  }
}
