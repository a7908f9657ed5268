import Blocks
import Microscopy
import Testing

@testable import Formats

/// The box of a permuted array, one element at a time.
private func naive(
  _ disk: [UInt8], offset: Int, strides: [Int], size: Int, width: Int, swapped: Bool, _ box: [Range<Int>]
) -> [UInt8] {
  var result: [UInt8] = []
  func visit(_ dimension: Int, _ place: Int) {
    if dimension == box.count {
      let element = Array(disk[place..<place + size])
      for part in stride(from: 0, to: size, by: width) {
        let number = element[part..<part + width]
        result += swapped ? Array(number.reversed()) : Array(number)
      }
      return
    }
    for index in box[dimension] { visit(dimension + 1, place + index * strides[dimension]) }
  }
  visit(0, offset)
  return result
}

@Suite struct StridedFileTests {
  static let orders: [[Int]] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]

  @Test(arguments: ScalarType.allCases, [ByteOrder.little, .big])
  func everyBoxEqualsTheNaiveReading(type: ScalarType, byteOrder: ByteOrder) throws {
    let scratch = try ScratchFolder()
    let shape = [3, 5, 4]
    let offset = 7
    let disk = (0..<offset + 60 * type.size).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ $0 / 251) }
    let file = try FileBytes(scratch.write("a.raw", disk), format: "test")
    let boxes: [[Range<Int>]] = [
      [0..<3, 0..<5, 0..<4], [1..<2, 0..<5, 0..<4], [0..<3, 2..<3, 1..<2], [1..<3, 1..<4, 1..<4], [2..<3, 4..<5, 3..<4],
      [0..<3, 0..<5, 1..<2], [1..<1, 0..<5, 0..<4],
    ]
    for order in Self.orders {
      let array = try StridedFile(
        file, offset: offset, shape: shape, type: type, byteOrder: byteOrder, diskOrder: order)
      for box in boxes {
        let expected = naive(
          disk, offset: offset, strides: array.byteStrides, size: type.size, width: type.swapWidth,
          swapped: byteOrder != .native, box)
        #expect(try array.read(box) == expected, "order \(order), box \(box)")
      }
    }
  }

  @Test func framesWithHeadersBetweenThemAreStepped() throws {
    let scratch = try ScratchFolder()
    let disk = (0..<4 * 40).map { UInt8($0) }
    let file = try FileBytes(scratch.write("frames.raw", disk), format: "test")
    let array = try StridedFile(
      file, offset: 16, shape: [4, 2, 6], type: .uint16, byteOrder: .big, byteStrides: [40, 12, 2])
    let expected = naive(
      disk, offset: 16, strides: [40, 12, 2], size: 2, width: 2, swapped: true, [0..<4, 0..<2, 0..<6])
    #expect(try array.read([0..<4, 0..<2, 0..<6]) == expected)
    #expect(array.trailingByteCount == 0)
  }

  @Test func slabsAndWindowsOfALargeArrayJoinWithoutSeams() throws {
    let scratch = try ScratchFolder()
    let shape = [70, 300, 500]
    let disk = unsafe (0..<shape.reduce(1, *)).map { UInt16(truncatingIfNeeded: $0 &* 40503) }.withUnsafeBytes {
      unsafe Array($0)
    }
    let file = try FileBytes(scratch.write("large.raw", disk), format: "test")
    let image = try StridedFile(
      file, offset: 0, shape: [300, 500, 70], type: .uint16, byteOrder: .little, diskOrder: [2, 0, 1])
    let plain = try StridedFile(file, offset: 0, shape: shape, type: .uint16, byteOrder: .little)
    #expect(try plain.read(plain.wholeBox) == disk)
    let whole = try image.read(image.wholeBox)
    var wrong = 0
    unsafe whole.withUnsafeBytes { whole in
      unsafe disk.withUnsafeBytes { disk in
        for y in 0..<300 {
          for x in 0..<500 {
            for e in 0..<70 {
              let found = unsafe whole.load(fromByteOffset: ((y * 500 + x) * 70 + e) * 2, as: UInt16.self)
              let expected = unsafe disk.load(fromByteOffset: ((e * 300 + y) * 500 + x) * 2, as: UInt16.self)
              if found != expected { wrong += 1 }
            }
          }
        }
      }
    }
    #expect(wrong == 0)
    // A window of channels of every pixel: short runs, read through.
    let window = try plain.read([3..<69, 10..<290, 7..<9])
    let memory = MemoryArray(shape: shape, elementSize: 2, bytes: disk)
    #expect(window == memory.read([3..<69, 10..<290, 7..<9]))
  }

  @Test func aFileThatIsTooShortSaysByHowMuch() throws {
    let scratch = try ScratchFolder()
    let file = try FileBytes(scratch.write("short.raw", [UInt8](repeating: 0, count: 23)), format: "test")
    let error = #expect(throws: FormatError.self) {
      try StridedFile(file, offset: 0, shape: [3, 4], type: .uint16, byteOrder: .little)
    }
    #expect(error?.problem == "3 × 4 values of type uint16 take 24 bytes and the file has 23 bytes here")
    for shape in [[Int.max, 2], [-1, 4], [1 << 40, 1 << 40], [0, Int.max, Int.max]] {
      #expect(throws: FormatError.self) {
        try StridedFile(file, offset: 0, shape: shape, type: .float64, byteOrder: .little)
      }
    }
    #expect(throws: FormatError.self) {
      try StridedFile(file, offset: Int.max, shape: [1], type: .uint8, byteOrder: .little)
    }
    #expect(throws: FormatError.self) {
      try StridedFile(file, offset: -1, shape: [1], type: .uint8, byteOrder: .little)
    }
  }

  @Test func noValuesAndOneValueAreArraysToo() throws {
    let scratch = try ScratchFolder()
    let file = try FileBytes(scratch.write("one.raw", [1, 2, 3, 4]), format: "test")
    #expect(try StridedFile(file, offset: 0, shape: [], type: .uint16, byteOrder: .little).read([]) == [1, 2])
    let none = try StridedFile(file, offset: 4, shape: [0, 3], type: .uint16, byteOrder: .little)
    #expect(try none.read([0..<0, 0..<3]) == [])
  }
}
