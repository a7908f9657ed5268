/// A chunk that is not as it was written.
public struct DamagedChunk: Codable, Hashable, Sendable, CustomStringConvertible {
  /// Its place in the grid of chunks.
  public var index: [Int]
  /// The coordinates of its first element.
  public var offset: [Int]
  /// The byte of the file where it begins; nil when it is not stored.
  public var address: UInt64?
  /// Bytes it takes in the file.
  public var bytes: Int
  /// What is wrong, as a clause: "holds other values", "does not inflate".
  public var problem: String

  public init(index: [Int], offset: [Int], address: UInt64?, bytes: Int, problem: String) {
    self.index = index
    self.offset = offset
    self.address = address
    self.bytes = bytes
    self.problem = problem
  }

  public var description: String {
    let place = address.map { ", byte \($0) of the file" } ?? ""
    return "chunk at (\(offset.map(String.init).joined(separator: ", ")))\(place): \(problem)"
  }
}
