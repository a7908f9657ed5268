import Foundation
import Store

extension RepeatResult {
  /// - Throws: `StoreError`, `FormatError`; `WorkflowError` for what cannot be repeated; `Stopped`.
  public func run(_ observer: Observer = .silent) throws -> Report {
    let store = try Store.open(file)
    let target = try RepeatTarget(path, map: map, in: store)
    let objects = try chain ? repeatedChain(to: target, observer) : [repeated(target, observer)]
    try store.close()
    return Report(file: file, identical: objects.allSatisfy { $0.identical && $0.hasSameInputs }, objects: objects)
  }

  /// Repeats everything that the target was made from, then the target; what cannot be repeated says why.
  private func repeatedChain(to target: RepeatTarget, _ observer: Observer) throws -> [Repetition] {
    let graph = try target.store.historyGraph(of: [target.path], progress: observer.bytes("Reading what was imported"))
    return try graph.inOrderOfMaking.compactMap { node in
      guard let operation = node.operation, let path = node.path else { return nil }
      let start = ContinuousClock.now
      let other = try Store.open(target.store.place(of: node.file))
      let isOwn = FileIdentity(other.path) == FileIdentity(file)
      var repetition: Repetition
      do {
        repetition = try repeated(RepeatTarget(path, map: nil, in: other), observer)
      } catch let error as Stopped {
        throw error
      } catch {
        let made = try Provenance(operation: operation, parameters: [String: String]())
        repetition = Repetition(
          path: path, operation: operation, identical: false, problem: "\(error)", inputs: [], then: Circumstances(made),
          now: Circumstances(made), values: [], seconds: start.duration(to: .now) / .seconds(1))
        repetition.then.program = node.program ?? ""
        repetition.then.version = node.version ?? ""
        repetition.then.commit = node.commit ?? ""
      }
      repetition.file = isOwn ? nil : node.file
      return repetition
    }
  }

  func repeated(_ target: RepeatTarget, _ observer: Observer) throws -> Repetition {
    let start = ContinuousClock.now
    let store = target.store
    let made = try target.made
    let now = try Provenance(operation: made.operation, parameters: [String: String]())
    var result = Repetition(
      path: target.path, operation: made.operation, identical: false, inputs: [], then: Circumstances(made),
      now: Circumstances(now), values: [], seconds: 0)
    do {
      result.inputs = try made.inputs.map { input in
        try store.check(
          input, of: made, .everything, replacement: source, progress: observer.bytes("Reading \(input.file ?? input.path)"))
      }
      result.values = try values(of: target, made, result.inputs, observer)
    } catch let error as StoreError where error.kind == .stopped {
      throw Stopped("\(store.path) is as it was")
    } catch is CancellationError {
      throw Stopped("\(store.path) is as it was")
    }
    result.identical = result.values.allSatisfy(\.isIdentical)
    result.seconds = start.duration(to: .now) / .seconds(1)
    return result
  }

  private func values(
    of target: RepeatTarget, _ made: Provenance, _ inputs: [InputCheck], _ observer: Observer
  ) throws -> [RepeatedValues] {
    var resources = Resources(memory: memory)
    if let threads { resources.threads = threads }
    switch target {
    case .result(let result, let holder):
      let operation = try target.operation(made, among: Repeatable.results)
      let fill = try operation.again(made, for: holder, resources, observer)
      return try result.compare(with: ResultDraft(for: holder, fill))
    case .map(let map):
      let operation = try target.operation(made, among: Repeatable.maps)
      let again = try operation.again(made, for: map, inputs: inputs)
      return try map.compare(
        with: again.array, type: again.type, axes: again.axes, threads: resources.threads,
        progress: observer.bytes("Repeating \(map.name)"))
    case .mask(let mask, let map):
      let operation = try target.operation(made, among: Repeatable.masks)
      return [mask.compare(with: try operation.again(made, for: map, inputs: inputs))]
    }
  }
}
