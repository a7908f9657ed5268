import Foundation
import Testing

extension Scratch {
  /// Writes counts that differ from place to place as bare 16-bit numbers; returns them.
  @discardableResult
  func writeCounts(_ name: String, shape: [Int], seed: Int = 0) throws -> [UInt16] {
    let values = (0..<shape.reduce(1, *)).map {
      UInt16(truncatingIfNeeded: ($0 &* 2_654_435_761 &+ seed) >> 7) % 9
    }
    var data = Data()
    for value in values {
      unsafe withUnsafeBytes(of: value.littleEndian) { unsafe data.append(contentsOf: $0) }
    }
    try write(data, name)
    return values
  }

  /// A Lamella file with one map of counts, `name` in `file`.
  func makeMap(_ name: String, in file: String, shape: [Int] = [4, 5, 16], seed: Int = 0) throws {
    try writeCounts("\(name).bin", shape: shape, seed: seed)
    try lamella(
      "import", "\(name).bin", "-o", file, "--shape", shape.map(String.init).joined(separator: "x"),
      "--dtype", "uint16")
  }

  /// The maps that `info` lists.
  func maps(_ file: String) throws -> [[String: Any]] {
    try lamella("info", file, "--json").json()["maps"] as? [[String: Any]] ?? []
  }

  func bytes(_ name: String) throws -> Data { try Data(contentsOf: folder.appending(path: name)) }
}
