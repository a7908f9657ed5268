public import Blocks
public import Microscopy

/// One array of a file with all that the file says about it; its values are read when they are asked for.
public struct ImportedMap: Sendable {
  /// A name for the map, taken from the file: its title, its member or its file name.
  public var suggestedName: String
  /// Its axes have the shape of `array`.
  public var metadata: MapMetadata
  public var type: ScalarType
  public var array: any ArraySource
  /// What the reader had to decide or leave out, one sentence each, for the user to see.
  public var notes: [String]
  /// The files that it was read from, where they are others than the one asked for alone.
  public var files: [String]

  public init(
    suggestedName: String, metadata: MapMetadata, type: ScalarType, array: any ArraySource, notes: [String] = [],
    files: [String] = []
  ) {
    self.suggestedName = suggestedName
    self.metadata = metadata
    self.type = type
    self.array = array
    self.notes = notes
    self.files = files
  }
}
