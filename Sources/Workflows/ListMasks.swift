public import Store

/// Lists the masks of the maps of a file.
public struct ListMasks: Sendable {
  /// The only map to list.
  public var map: String?

  public init() {}

  public struct Report: Codable, Sendable {
    public var masks: [MaskReport]
  }

  public func run(on store: Store) throws -> Report {
    let maps = try map.map { [try store.map($0)] } ?? store.maps
    return Report(masks: try maps.flatMap { map in try map.masks.map { MaskReport($0, of: map) } })
  }
}
