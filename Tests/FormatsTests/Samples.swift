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

/// What a reader that fails in another way than by a `FormatError` was given.
struct Uncontrolled: Error, CustomStringConvertible {
  var description: String
}

/// Reads a file that is cut at many places and one with damaged bytes; only a `FormatError` may come of it.
///
/// Returns how many of the damaged files were refused.
func refusals(
  of bytes: [UInt8], _ name: String, in scratch: ScratchFolder, options: ImportOptions = ImportOptions()
) throws -> (cut: Int, damaged: Int) {
  var refused = (cut: 0, damaged: 0)
  func isRefused(_ bytes: [UInt8], _ what: String) throws -> Bool {
    let path = try scratch.write(name, bytes)
    do {
      for map in try FormatCatalogue.read(path, options: options) {
        guard map.metadata.shape == map.array.shape else { throw Uncontrolled(description: "\(what): axes do not fit") }
        let values = try map.allBytes()
        guard values.count == map.array.byteCount else { throw Uncontrolled(description: "\(what): values are missing") }
      }
      return false
    } catch is FormatError {
      return true
    }
  }
  for count in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 150)) {
    if try isRefused(Array(bytes[..<count]), "cut at \(count)") { refused.cut += 1 }
  }
  for place in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 300)) {
    for mask: UInt8 in [0xFF, 0x01, 0x80] {
      var damaged = bytes
      damaged[place] ^= mask
      if try isRefused(damaged, "byte \(place) xor \(mask)") { refused.damaged += 1 }
    }
  }
  return refused
}
