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

extension Scratch {
  /// A NumPy array of counts; the folders of its path are made.
  func writeNumPy(_ name: String, shape: [Int], seed: Int = 0) throws {
    try makeFolder(of: name)
    let values = try writeCounts(name, shape: shape, seed: seed)
    try write(Self.numPy(values, shape: shape), name)
  }

  /// A Ripple pair of counts, height × width × depth.
  func writeRipple(_ stem: String, shape: [Int]) throws {
    try makeFolder(of: stem)
    try writeCounts("\(stem).raw", shape: shape)
    let header = [
      "key\tvalue", "width\t\(shape[1])", "height\t\(shape[0])", "depth\t\(shape[2])", "offset\t0", "data-length\t2",
      "data-type\tunsigned", "byte-order\tlittle-endian", "record-by\t\(shape[2] == 1 ? "image" : "vector")",
    ]
    try write(Data(header.joined(separator: "\n").utf8), "\(stem).rpl")
  }

  /// A NumPy archive, stored, of an image "image" and a spectrum image "map".
  func writeArchive(_ name: String) throws {
    try makeFolder(of: name)
    var members = Data()
    var directory = Data()
    for (member, shape) in [("image.npy", [3, 4]), ("map.npy", [2, 2, 8])] {
      let values = Self.numPy((0..<shape.reduce(1, *)).map { UInt16($0) }, shape: shape)
      let place = members.count
      let facts = Self.words(0, 0, 0, 0) + Self.longs(0, values.count, values.count) + Self.words(member.utf8.count, 0)
      members += Self.longs(0x0403_4B50) + Self.words(20) + facts + member.utf8 + values
      directory += Self.longs(0x0201_4B50) + Self.words(20, 20) + facts + Self.words(0, 0, 0) + Self.longs(0, place)
      directory += member.utf8
    }
    let end = Self.longs(0x0605_4B50) + Self.words(0, 0, 2, 2) + Self.longs(directory.count, members.count) + Self.words(0)
    try write(members + directory + end, name)
  }

  private static func numPy(_ values: [UInt16], shape: [Int]) -> Data {
    let extents = shape.map { "\($0)," }.joined()
    var header = "{'descr': '<u2', 'fortran_order': False, 'shape': (\(extents)), }"
    header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
    return Data([0x93] + "NUMPY".utf8 + [1, 0] + words(118) + header.utf8 + values.flatMap { words(Int($0)) })
  }

  private static func words(_ values: Int...) -> Data {
    Data(values.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] })
  }

  private static func longs(_ values: Int...) -> Data {
    Data(values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } })
  }

  private func makeFolder(of name: String) throws {
    try FileManager.default.createDirectory(
      at: folder.appending(path: name).deletingLastPathComponent(), withIntermediateDirectories: true)
  }
}
