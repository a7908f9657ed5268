internal import Blocks

/// Colour pixels of a DigitalMicrograph file as bytes in the order red, green, blue, alpha along a last axis of extent 4.
struct GatanColourArray: ArraySource {
  /// One 32-bit number a pixel: alpha, red, green, blue from the highest to the lowest byte.
  let pixels: any ArraySource

  init(_ pixels: any ArraySource) { self.pixels = pixels }

  var shape: [Int] { pixels.shape + [4] }
  var elementSize: Int { 1 }

  func read(_ box: [Range<Int>]) throws -> [UInt8] {
    // Bytes of the native number, lowest first.
    let shifts = [16, 8, 0, 24]
    let bytes = try pixels.read(Array(box.dropLast()))
    guard let channels = box.last else { return [] }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count / 4 * channels.count)
    for start in stride(from: 0, to: bytes.count, by: 4) {
      for channel in channels {
        let place = shifts[channel] / 8
        result.append(bytes[start + (ByteOrder.native == .little ? place : 3 - place)])
      }
    }
    return result
  }
}
