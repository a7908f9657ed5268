import Blocks
import Microscopy

@testable import Formats

/// Bytes that are different enough for an error of order to show; finite numbers of every type.
func sampleBytes(_ type: ScalarType, count: Int) -> [UInt8] {
  switch type {
  case .bool: (0..<count).map { UInt8($0 * 7 % 3 % 2) }
  case .float16: bytes((0..<count).map { UInt16(0x3C00 + $0 * 37 % 1000) })
  case .float32: bytes((0..<count).map { Float($0 * 37 % 101) * 0.25 - 3 })
  case .float64: bytes((0..<count).map { Double($0 * 37 % 101) * 0.1 - 3 })
  case .complex64: bytes((0..<count * 2).map { Float($0 * 37 % 101) * 0.25 - 3 })
  case .complex128: bytes((0..<count * 2).map { Double($0 * 37 % 101) * 0.1 - 3 })
  default: (0..<count * type.size).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ $0 / 11) }
  }
}

func bytes<Number: BitwiseCopyable>(_ values: [Number]) -> [UInt8] {
  unsafe values.withUnsafeBytes { unsafe Array($0) }
}

func swapped(_ bytes: [UInt8], _ type: ScalarType) -> [UInt8] {
  var bytes = bytes
  swapBytes(&bytes, width: type.swapWidth)
  return bytes
}

/// A map with calibrated axes: `roles` has a letter per axis, n for navigation and s for signal.
func sampleMap(_ shape: [Int], _ roles: String, _ type: ScalarType, title: String = "sample") -> ExportedMap {
  let axes = zip(shape, roles).enumerated().map { index, pair in
    Axis(
      name: "axis \(index)", size: pair.0, scale: 0.5 + Double(index), offset: Double(index) - 1.5,
      units: pair.1 == "s" ? "eV" : "µm", role: pair.1 == "s" ? .signal : .navigation)
  }
  var metadata = MapMetadata(title: title, axes: axes, signalType: "EELS", quantity: "Electrons (Counts)")
  metadata.acquired = "2024-03-01T12:30:05"
  metadata.instrument.beamEnergy = 200
  metadata.instrument.collectionAngle = 12.5
  let bytes = sampleBytes(type, count: shape.reduce(1, *))
  return ExportedMap(
    metadata: metadata, type: type, array: MemoryArray(shape: shape, elementSize: type.size, bytes: bytes))
}

extension ImportedMap {
  func allBytes() throws -> [UInt8] { try array.read(array.wholeBox) }
}

extension ExportedMap {
  func allBytes() throws -> [UInt8] { try array.read(array.wholeBox) }
}
