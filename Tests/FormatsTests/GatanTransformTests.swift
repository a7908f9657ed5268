import Blocks
import Foundation
import Microscopy
import Testing

@testable import Formats

struct GatanTransformTests {
  typealias Builder = GatanFileBuilder
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  /// The centred Fourier transform of real values, by its definition; zero frequency at (height / 2, width / 2).
  private static func transform(height: Int, width: Int) -> [(re: Double, im: Double)] {
    let values = (0..<height * width).map { index -> Double in
      let mixed: Int = index * 7 + index * index * 3
      return Double(mixed % 11)
    }
    var result: [(re: Double, im: Double)] = []
    for row in 0..<height {
      for column in 0..<width {
        var sum = (re: 0.0, im: 0.0)
        for y in 0..<height {
          for x in 0..<width {
            let down: Double = Double((row - height / 2) * y) / Double(height)
            let turns = down + Double((column - width / 2) * x) / Double(width)
            sum.re += values[y * width + x] * cos(2 * .pi * turns)
            sum.im -= values[y * width + x] * sin(2 * .pi * turns)
          }
        }
        result.append(sum)
      }
    }
    return result
  }

  private static func floats(_ bytes: [UInt8]) -> [Float] {
    stride(from: 0, to: bytes.count, by: 4).map { start in
      Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1) })
    }
  }

  @Test(arguments: [(4, 6), (5, 5), (4, 5), (3, 4), (1, 2)])
  func packedTransformsAreUnpackedWhole(height: Int, width: Int) throws {
    let full = Self.transform(height: height, width: width)
    var packed: [Float] = []
    for row in 0..<height {
      for frequency in 0...width / 2 {
        let value = full[row * width + width / 2 - frequency]
        packed += [Float(value.re), Float(value.im)]
      }
    }
    let image = Builder.image(
      "FFT", sizes: [width, height], dataType: 27, code: 6, width: 4,
      data: MemoryArray(shape: [packed.count], packed).bytes)
    let path = try scratch.write("a.dm4", Builder.file(images: [image]))
    let map = try #require(try GatanReader.read(path, options: ImportOptions()).first)
    #expect(map.type == .complex64)
    #expect(map.array.shape == [height, width])
    #expect(map.notes.count == 1)
    let values = Self.floats(try map.array.read(map.array.wholeBox))
    for (index, value) in full.enumerated() {
      #expect(abs(Double(values[2 * index]) - value.re) < 1e-3)
      #expect(abs(Double(values[2 * index + 1]) - value.im) < 1e-3)
    }
    let last = try map.array.read([height - 1..<height, width - 1..<width])
    #expect(Self.floats(last) == Array(values.suffix(2)))
  }

  @Test(arguments: [2, 4, 6])
  func earlyPackedTransformsAreUnpackedWhole(size: Int) throws {
    let full = Self.transform(height: size, width: size)
    let n = size / 2
    let at = { (row: Int, column: Int) in full[row * size + column] }
    // Rows of n complex numbers: the right half, and in its first column what the left edge and the corners lack.
    var packed = [Float](repeating: 0, count: size * size)
    for row in 0..<size {
      for column in n..<size where column > n || row > n {
        packed[2 * (row * n + column - n)] = Float(at(row, column).re)
        packed[2 * (row * n + column - n) + 1] = Float(at(row, column).im)
      }
    }
    for row in 1..<max(n, 1) {
      packed[2 * row * n] = Float(at(n + row, 0).re)
      packed[2 * row * n + 1] = Float(at(n + row, 0).im)
    }
    packed[0] = Float(at(n, 0).re)
    packed[1] = Float(at(0, 0).re)
    packed[2 * n * n] = Float(at(n, n).re)
    packed[2 * n * n + 1] = Float(at(0, n).re)
    let image = Builder.image(
      "FFT", sizes: [size, size], dataType: 5, code: 6, width: 4,
      data: MemoryArray(shape: [packed.count], packed).bytes)
    let path = try scratch.write("a.dm3", Builder.file(version: 3, images: [image]))
    let map = try #require(try GatanReader.read(path, options: ImportOptions()).first)
    #expect(map.array.shape == [size, size])
    let values = Self.floats(try map.array.read(map.array.wholeBox))
    for (index, value) in full.enumerated() {
      #expect(abs(Double(values[2 * index]) - value.re) < 1e-3, "at \(index / size), \(index % size)")
      #expect(abs(Double(values[2 * index + 1]) - value.im) < 1e-3, "at \(index / size), \(index % size)")
    }
  }

  /// A real file: RosettaSciIO leaves out the last column of a transform of odd width; here it is there, and F(−k) is
  /// the conjugate of F(k) at every place.
  @Test(.enabled(if: Oracle.shared != nil, "LAMELLA_TEST_DATA is not set"))
  func aTransformOfOddWidthHasAllItsColumns() throws {
    let oracle = try #require(Oracle.shared)
    let path = oracle.path("formats/dm/2D/test_fft_packed_complex8.dm4")
    let map = try #require(try GatanReader.read(path, options: ImportOptions()).first)
    #expect(map.array.shape == [5, 5])
    #expect(map.metadata.axes.map(\.offset) == [-0.5, -0.5].map { $0 * Double(Float(0.2)) / 0.2 })
    let values = Self.floats(try map.array.read(map.array.wholeBox))
    #expect(values[2 * (2 * 5 + 2)] == 50)
    for row in 0..<5 {
      for column in 0..<5 where column != 2 {
        let (place, mirror) = (row * 5 + column, (4 - row) * 5 + 4 - column)
        #expect(values[2 * place] == values[2 * mirror])
        #expect(values[2 * place + 1] == -values[2 * mirror + 1])
      }
    }
  }
}
