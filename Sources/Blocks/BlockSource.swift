/// A matrix of pixels by channels that is read one block of rows at a time.
///
/// Blocks are cut by the shape of the data alone, never by threads or memory. Row r of the matrix is pixel r of the
/// images, in C order; it is in one block, or in none when a mask leaves it out. All values of a block are returned as
/// they are stored; who needs them finite or non-negative checks it.
public protocol BlockSource: Sendable {
  /// The number of pixels of the images, masked or not.
  var rowCount: Int { get }
  /// The number of channels, without those that a mask leaves out.
  var columnCount: Int { get }
  var blockCount: Int { get }
  /// The number of rows of a block, known without reading it.
  func rowCount(ofBlock index: Int) -> Int
  /// The extents of the navigation axes whose positions, in C order, are the rows; a series has one
  /// per map, whose rows follow one after the other.
  var images: [[Int]] { get }

  /// Reads a block. May be called from several threads at once. Errors are those of whatever holds the data.
  func block(at index: Int) throws -> Block
}
