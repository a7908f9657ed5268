public import Blocks
public import Microscopy

/// An array with its metadata, to be written into a file.
public struct ExportedMap: Sendable {
  /// Its axes have the shape of `array`.
  public var metadata: MapMetadata
  public var type: ScalarType
  public var array: any ArraySource

  /// - Precondition: the axes have the shape of the array, and the type has the size of its elements.
  public init(metadata: MapMetadata, type: ScalarType, array: any ArraySource) {
    precondition(metadata.shape == array.shape && type.size == array.elementSize)
    self.metadata = metadata
    self.type = type
    self.array = array
  }
}

/// A way of writing one file format.
///
/// A file appears under its name when it is complete, and not before; one that was there is then replaced.
public protocol FormatWriter: Sendable {
  /// As users know it: "Ripple".
  static var name: String { get }
  /// Lower case, without the dot; the most usual first.
  static var extensions: [String] { get }

  /// Why the format cannot hold a map, or nil when it can: "it holds images, and this is a spectrum".
  static func refusal(of map: ExportedMap) -> String?

  /// The files that a map written to a path goes into.
  static func files(at path: String) -> [String]

  /// Writes a map that is not refused; returns the files written.
  ///
  /// - Throws: `FormatError`, or what the source of the values throws.
  @discardableResult
  static func write(_ map: ExportedMap, to path: String) throws -> [String]
}

extension FormatWriter {
  public static func files(at path: String) -> [String] { [path] }
}
