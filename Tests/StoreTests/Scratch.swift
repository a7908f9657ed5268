import Blocks
import Foundation
import Microscopy

@testable import Store

/// A folder that goes with its last user.
final class Scratch {
  let path: String
  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("lamella-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }
  func file(_ name: String) -> String { path + "/" + name }
}

/// Repeatable noise.
struct Noise {
  var state: UInt64
  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }
  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
  /// Mostly zeros.
  mutating func count(below limit: Int, density: Double = 0.1) -> Int {
    Double(next() % 1000) / 1000 < density ? Int(next() % UInt64(limit)) : 0
  }
}

/// A spectrum image's metadata.
func spectrumImage(_ shape: [Int], signalRank: Int = 1) -> MapMetadata {
  let names = ["t", "y", "x"]
  let rank = shape.count - signalRank
  var axes: [Axis] = []
  for (index, size) in shape.enumerated() {
    axes.append(
      index < rank
        ? Axis(name: names.suffix(rank)[names.count - rank + index], size: size, scale: 0.5, units: "nm", role: .navigation)
        : Axis(name: signalRank == 1 ? "Energy" : "k\(index)", size: size, scale: 0.01, offset: -0.2, units: "keV", role: .signal)
    )
  }
  return MapMetadata(title: "Test", axes: axes, signalType: "EDS_TEM", quantity: "X-rays (Counts)")
}

/// Values of a type that fit it, as bytes, and as floats.
func values(_ type: ScalarType, _ count: Int, limit: Int = 100, density: Double = 0.1, seed: UInt64 = 7) -> (
  bytes: [UInt8], floats: [Float]
) {
  var noise = Noise(seed)
  var bytes: [UInt8] = []
  var floats: [Float] = []
  func put(_ value: some BitwiseCopyable) { unsafe withUnsafeBytes(of: value) { unsafe bytes += $0 } }
  for _ in 0..<count {
    let value = noise.count(below: limit, density: density)
    floats.append(type == .bool ? (value != 0 ? 1 : 0) : Float(value))
    switch type {
    case .bool: put(UInt8(value != 0 ? 1 : 0))
    case .uint8: put(UInt8(value))
    case .int8: put(Int8(value))
    case .uint16: put(UInt16(value))
    case .int16: put(Int16(value))
    case .uint32: put(UInt32(value))
    case .int32: put(Int32(value))
    case .uint64: put(UInt64(value))
    case .int64: put(Int64(value))
    case .float16: put(Float16(value))
    case .float32: put(Float(value))
    case .float64: put(Double(value))
    case .complex64:
      put(Float(value))
      put(Float(-value))
    case .complex128:
      put(Double(value))
      put(Double(-value))
    }
  }
  return (bytes, floats)
}

/// A block's values, row-major.
func dense(_ block: Block) -> [Float] {
  switch block.values {
  case .dense(let values): return values
  case .sparse(let sparse): return sparse.dense(columnCount: block.columnCount)
  }
}

/// The whole matrix of a source; rows in no block are NaN.
func matrix(_ source: any BlockSource) throws -> [Float] {
  var result = [Float](repeating: .nan, count: source.rowCount * source.columnCount)
  for index in 0..<source.blockCount {
    let block = try source.block(at: index)
    let values = dense(block)
    for (position, row) in block.rows.enumerated() {
      result.replaceSubrange(
        Int(row) * source.columnCount..<(Int(row) + 1) * source.columnCount,
        with: values[position * source.columnCount..<(position + 1) * source.columnCount])
    }
  }
  return result
}
