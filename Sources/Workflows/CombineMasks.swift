internal import Foundation
public import Segmentation
public import Store

/// Makes a mask of other masks of a map, or in every map of a series.
public struct CombineMasks: Sendable {
  /// What the masks' provenance holds as its parameters.
  struct Parameters: Codable, Hashable, Sendable {
    var expression: String
  }

  public var expression: MaskExpression
  /// The name of the new mask.
  public var name: String
  /// The map; nil: the only one of the file.
  public var map: String?
  /// The series, instead of a map.
  public var series: String?
  public var note = ""

  public init(_ expression: MaskExpression, name: String) {
    self.expression = expression
    self.name = name
  }

  public struct Report: Codable, Sendable {
    public var name: String
    public var expression: String
    public var masks: [MaskReport]
  }

  public func run(on store: Store, observer: Observer = .silent) throws -> Report {
    let start = Date()
    let maps = try series.map { try store.series($0).maps } ?? [store.map(map)]
    for map in maps { try map.requireFreeMask(name) }
    let masks = try maps.map { map in
      let used = try expression.names.map { try map.mask($0) }
      let mask = try Self.combine(expression, used, of: map)
      let made = try Provenance(
        operation: "combine", parameters: Parameters(expression: expression.text), inputs: used.map(\.input), started: start,
        note: note)
      return NewMask(map: map, mask: mask, made: made)
    }
    let stored = try store.add(masks, named: name, observer)
    return Report(
      name: name, expression: expression.text, masks: zip(stored, maps).map { MaskReport($0, of: $1) })
  }

  static func combine(_ expression: MaskExpression, _ masks: [Mask], of map: Map) throws -> PixelMask {
    try expression.evaluate(Dictionary(masks.map { ($0.name, map.pixelMask($0)) }) { first, _ in first })
  }
}
