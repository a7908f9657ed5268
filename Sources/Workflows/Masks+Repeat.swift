import Segmentation
import Store

extension SegmentImages: RepeatableMask {
  static func again(_ made: Provenance, for map: Map, inputs: [InputCheck]) throws -> [Bool] {
    let parameters = try made.repeatable(Parameters.self, of: map.path)
    let method: Method
    if let text = parameters.threshold, let threshold = Threshold(text) {
      method = .threshold(threshold)
    } else {
      method = .grabCut(GrabCut(rectangles: parameters.rectangles ?? [], iterations: parameters.iterations ?? 5))
    }
    let result = try ResultChoice(parameters.from, in: map.store).result
    let image = try result.image(
      parameters.component, of: parameters.array, for: map, isShare: parameters.share ?? false)
    return try segment(
      image, map, method, smoothing: parameters.smoothing ?? 0, background: parameters.background.map { try map.mask($0) }
    ).mask.pixels
  }
}

extension CombineMasks: RepeatableMask {
  static func again(_ made: Provenance, for map: Map, inputs: [InputCheck]) throws -> [Bool] {
    let expression = try MaskExpression(made.repeatable(Parameters.self, of: map.path).expression)
    return try combine(expression, expression.names.map { try map.mask($0) }, of: map).pixels
  }
}

extension ImportMask: RepeatableMask {
  static func again(_ made: Provenance, for map: Map, inputs: [InputCheck]) throws -> [Bool] {
    guard let input = inputs.first, let place = input.place else {
      throw WorkflowError(
        "\(map.path): \(inputs.first?.file ?? "the image of the mask") is neither where it was nor beside \(map.store.path)",
        advice: "Put the file back, or say where it is with --source.")
    }
    return try pixels(of: place, for: map)
  }
}
