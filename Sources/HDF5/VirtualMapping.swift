/// A part of a virtual dataset and the dataset it shows there.
public struct VirtualMapping: Hashable, Sendable {
  /// The part of the virtual dataset; `nil` where the file's selection is irregular.
  ///
  /// A count of `Int.max` stands for as many as there are.
  public var selection: Selection?
  /// The source's file, relative to the folder of this one; "." is the file itself.
  public var sourceFile: String
  public var sourcePath: String
  /// The extents of the source; a mapping read from a file may know only those of the part shown.
  public var sourceShape: [Int]
  /// The part of the source that is shown.
  public var sourceSelection: Selection?

  public init(
    _ selection: Selection, file: String = ".", path: String, shape: [Int], sourceSelection: Selection = .all
  ) {
    self.selection = selection
    sourceFile = file
    sourcePath = path
    sourceShape = shape
    self.sourceSelection = sourceSelection
  }
}
