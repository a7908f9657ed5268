/// A matrix of pixels by channels that is read one block of rows at a time.
///
/// Blocks are cut by the shape of the data alone, never by threads or memory. Row r of the matrix is in exactly one
/// block, or in none where the source leaves it out (a masked pixel). All values of a block are returned as they are
/// stored; who needs them finite or non-negative checks it.
public protocol BlockSource: Sendable {
  var rowCount: Int { get }
  var columnCount: Int { get }
  var blockCount: Int { get }
  /// The number of rows of a block, known without reading it.
  func rowCount(ofBlock index: Int) -> Int
  /// The extents of the navigation axes whose positions, in C order, are the rows; a series has one per map.
  var images: [[Int]] { get }

  /// Reads a block. May be called from several threads at once. Errors are those of whatever holds the data.
  func block(at index: Int) throws -> Block
}
