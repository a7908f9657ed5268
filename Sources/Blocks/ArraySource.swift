/// An n-dimensional array that can be read a box at a time, without being held in memory.
public protocol ArraySource: Sendable {
  /// Extents in C order, slowest first.
  var shape: [Int] { get }
  /// Bytes of one element.
  var elementSize: Int { get }

  /// The elements of a box (one range per dimension), in C order, native byte order.
  ///
  /// May be called from several threads at once. Errors are those of whatever holds the data.
  func read(_ box: [Range<Int>]) throws -> [UInt8]
}

extension ArraySource {
  public var elementCount: Int { shape.reduce(1, *) }
  public var byteCount: Int { elementCount * elementSize }
  /// The whole array as one box.
  public var wholeBox: [Range<Int>] { shape.map { 0..<$0 } }
}
