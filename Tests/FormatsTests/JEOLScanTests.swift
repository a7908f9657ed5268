import Blocks
import Foundation
import Microscopy
import Testing

@testable import Formats

struct JEOLScanTests {
  typealias Builder = JEOLFileBuilder
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  /// Counts word by word, as the format says; slow, and with nothing in common with the reader.
  private func count(
    _ words: [UInt16], width: Int, height: Int, frame wanted: Int, shift: (y: Int, x: Int) = (0, 0)
  ) -> [Int] {
    let step = 4096 / max(width, height)
    var counts = [Int](repeating: 0, count: width * height * 4096)
    var frame = 0
    var previous = -1
    var x = 0
    var y = 0
    for word in words {
      let value = Int(word & 0xFFF)
      switch word >> 12 {
      case 8: x = value
      case 9:
        if value < previous {
          frame += 1
          x = 0
        }
        previous = value
        y = value
      case 11 where frame == wanted:
        let row = y / step + shift.y
        let column = x / step + shift.x
        if y / step < height, x / step < width, (0..<height).contains(row), (0..<width).contains(column) {
          counts[(row * width + column) * 4096 + value] += 1
        }
      default: break
      }
    }
    return counts
  }

  /// A stream with rows left out, positions that come again, events before any position, and words without a meaning.
  private func wildStream(width: Int, height: Int, frames: Int, seed: UInt64) -> [UInt16] {
    var noise = Noise(state: seed)
    let step = 4096 / max(width, height)
    var words: [UInt16] = []
    for _ in 0..<frames {
      for y in 0..<height where y == 0 || y == height - 1 || Bool.random(using: &noise) {
        for part in 0..<Int.random(in: 1...2, using: &noise) {
          words.append(0x9000 | UInt16(y * step + part % step))
          for _ in 0..<Int.random(in: 0...2, using: &noise) { words.append(0xB000 | UInt16.random(in: 0..<3, using: &noise)) }
          for _ in 0..<Int.random(in: 0...6, using: &noise) {
            words.append(0x8000 | UInt16.random(in: 0..<4096, using: &noise))
            for _ in 0..<Int.random(in: 0...4, using: &noise) {
              words.append(0xB000 | UInt16.random(in: 4090..<4096, using: &noise))
            }
            words.append([0x6000, 0x7000, 0x1234, 0xF00F].randomElement(using: &noise) ?? 0)
          }
        }
      }
    }
    return words
  }

  private func scan(
    _ name: String, width: Int, height: Int, _ words: [UInt16], pieceLength: Int, rowLimit: Int = 1 << 20
  ) throws -> JEOLScan {
    let path = try scratch.write(name, Builder.points(width: width, height: height, words: words))
    let points = try JEOLPoints(FileBytes(path, format: "test"))
    let index = try JEOLEventIndex(
      points.stream, step: points.grid.coarsestStep, isSingleRow: height == 1, pieceLength: pieceLength,
      rowLimit: rowLimit)
    var grid = points.grid
    grid.fit(greatestColumn: index.greatestX, greatestRow: index.greatestY)
    return JEOLScan(stream: points.stream, grid: grid, index: index)
  }

  @Test(arguments: [1, 2, 3, 7, 100, 1 << 19], [1, 15, 1 << 20])
  func anyStreamIsCountedAsTheFormatSays(pieceLength: Int, rowLimit: Int) throws {
    for seed in 1...4 {
      let (width, height) = (8, 4 + seed % 2 * 4)
      let words = wildStream(width: width, height: height, frames: 3, seed: UInt64(seed))
      let scan = try scan("a.pts", width: width, height: height, words, pieceLength: pieceLength, rowLimit: rowLimit)
      #expect(scan.index.rows.count <= max(12, rowLimit))
      if rowLimit == 1, height == 8 { #expect(scan.index.rowStep > 1 && scan.index.rowCount > scan.index.rows.count) }
      #expect(scan.index.frames.count == 3)
      #expect(scan.index.frames.map(\.xRays).reduce(0, +) == words.count { $0 >> 12 == 11 })
      #expect(scan.index.strangeWords == words.count { ![6, 7, 8, 9, 10, 11].contains($0 >> 12) })
      for (frame, shift) in zip([0, 1, 2], [(0, 0), (1, -2), (-3, 5)]) {
        let array = JEOLScanArray(
          scan: scan, content: .counts, frames: [frame], shifts: [.init(y: shift.0, x: shift.1)], keepsFrames: false,
          type: .uint8)
        let expected = count(words, width: width, height: height, frame: frame, shift: (shift.0, shift.1))
        #expect(try array.read(array.wholeBox).map(Int.init) == expected)
        // No pixel has more events than the index says.
        let pixels = stride(from: 0, to: expected.count, by: 4096).map { expected[$0..<$0 + 4096].reduce(0, +) }
        #expect(pixels.max() ?? 0 <= scan.index.frames[frame].mostXRays)
        let box = [1..<height - 1, 2..<5, 4091..<4096]
        #expect(try array.read(box) == MemoryArray(shape: array.shape, expected.map(UInt8.init)).read(box))
        #expect(try array.totalCount() == expected.reduce(0, +))
      }
    }
  }

  @Test func marksThatRepeatTheLastOneTakeNoMemory() throws {
    let words = Array(repeating: UInt16(0x9000), count: 300_000) + [0x8000, 0xB005] + [UInt16](repeating: 0x9C00, count: 9)
    let scan = try scan("a.pts", width: 4, height: 4, words, pieceLength: 1 << 16)
    #expect(scan.index.rows.count == 2 && scan.index.frames.count == 1 && scan.index.frames[0].lastY == 0xC00)
    #expect(MemoryLayout<JEOLEventPiece.Run>.stride == 40)
    // Rows that do differ are thinned.
    let ramp = (0..<400).flatMap { _ in (0..<4096).map { 0x9000 | UInt16($0) } }
    let long = try self.scan("b.pts", width: 4, height: 4096, ramp, pieceLength: 1 << 16)
    #expect(long.index.rowCount == 400 * 4096 && long.index.rows.count <= 1 << 20 && long.index.rowStep == 2)
    #expect(long.index.frames.count == 400 && long.index.frames.allSatisfy { $0.lastY == 4095 })
  }

  private func read(_ words: [UInt16], width: Int, height: Int, _ change: (inout ImportOptions) -> Void = { _ in }) throws
    -> [ImportedMap]
  {
    var options = ImportOptions()
    change(&options)
    let path = try scratch.write("a.pts", Builder.points(width: width, height: height, words: words))
    return try JEOLReader.read(path, options: options)
  }

  private func frame(_ width: Int, _ height: Int, _ visit: (Int, Int) -> (channels: [Int], image: Int?)) -> [UInt16] {
    let rows = (0..<height).map { y in
      (
        y,
        (0..<width).map { x in
          let (channels, image) = visit(y, x)
          return Builder.Visit(x: x, channels: channels, image: image)
        }
      )
    }
    return Builder.words(rows, step: 4096 / max(width, height))
  }

  @Test func countsNeverWrap() throws {
    // 255 still fits; one more does not, whether it is of one frame or of several.
    func most(_ count: Int, frames: Int = 1) -> [UInt16] {
      (0..<frames).flatMap { _ in
        frame(2, 2) { y, x in (Array(repeating: 5, count: y == 1 && x == 0 ? count : 1) + [9, 10], nil) }
      }
    }
    for (count, frames, type) in [
      (250, 1, ScalarType.uint8), (255, 1, .uint8), (256, 1, .uint16), (90, 3, .uint16), (65_535, 1, .uint16),
      (65_536, 1, .uint32), (30_000, 3, .uint32),
    ] {
      let map = try read(most(count, frames: frames), width: 2, height: 2)[0]
      #expect(map.type == type, "\(count) × \(frames)")
      let bytes = try map.array.read([1..<2, 0..<1, 5..<6])
      #expect(bytes.reversed().reduce(0) { $0 << 8 | Int($1) } == count * frames)
      let frames = try read(most(count, frames: frames), width: 2, height: 2) { $0.keepsFrames = true }[0]
      #expect(frames.type == (count <= 255 ? .uint8 : count <= 65_535 ? .uint16 : .uint32))
    }
    // Many events of a pixel in different channels need no wider type.
    let spread = frame(2, 2) { _, _ in ((0..<1000).map { $0 % 4096 }, nil) }
    #expect(try read(spread, width: 2, height: 2)[0].type == .uint8)
  }

  @Test func framesAreShiftedOntoEachOtherByTheirImages() throws {
    let size = 64
    var noise = Noise(state: 5)
    let scene = (0..<size * 3).map { _ in (0..<size * 3).map { _ in Int.random(in: 0..<1000, using: &noise) } }
    let drift = [(0, 0), (1, -2), (3, -5), (-2, 7), (9, 9)]
    // Everything is where it was in the first frame but the drift.
    func drifted(_ number: Int) -> [UInt16] {
      let (dy, dx) = drift[number]
      return frame(size, size) { y, x in
        let value = scene[size + y - dy][size + x - dx]
        return ([100 + value % 7], 500 + value)
      }
    }
    let words = drift.indices.flatMap(drifted)
    let first = try read(drifted(0), width: size, height: size)
    let plain = try read(words, width: size, height: size)
    #expect(plain.map(\.suggestedName) == ["EDS", "Image"])
    let maps = try read(words, width: size, height: size) { $0.correctsDrift = true }
    let expected = MetadataTree.list(drift.map { [.integer(Int64(-$0.0)), .integer(Int64(-$0.1))] })
    #expect(maps[0].metadata.vendor["jeol_pts_frame_shifts"] == expected)
    #expect(maps[0].notes.contains { $0.contains("by up to 9 pixels") && $0.contains("of 20480 X-rays fell out") })
    // Where all frames overlap, the sum is that of five scans without drift.
    let inner = [9..<55, 9..<55]
    let sum = try maps[0].array.read(inner + [0..<4096])
    #expect(sum == (try first[0].array.read(inner + [0..<4096]).map { $0 * 5 }))
    #expect(sum != (try plain[0].array.read(inner + [0..<4096])))
    let image = try #require(maps.last)
    let single = try first[1].array.read(inner)
    let five = try image.array.read(inner)
    #expect(image.type == .uint16)
    for pixel in 0..<46 * 46 {
      let value = { (bytes: [UInt8]) in Int(bytes[2 * pixel]) | Int(bytes[2 * pixel + 1]) << 8 }
      #expect(value(five) == 5 * value(single))
    }
    let stack = try read(words, width: size, height: size) {
      $0.correctsDrift = true
      $0.keepsFrames = true
    }
    #expect(stack.map(\.array.shape) == [[5, 64, 64, 4096], [5, 64, 64]])
    let third = try stack[1].array.read([3..<4] + inner)
    #expect(third == single)
  }

  /// Large images are compared at their full size, too.
  @Test func driftIsFoundToAPixelHoweverLargeTheScan() throws {
    let (width, height) = (2048, 32)
    var noise = Noise(state: 8)
    let scene = (0..<height + 8).map { _ in (0..<width + 32).map { _ in Int.random(in: 0..<4000, using: &noise) } }
    let drift = [(0, 0), (1, -7), (-1, 5)]
    let words = drift.flatMap { drift in frame(width, height) { y, x in ([], scene[4 + y - drift.0][16 + x - drift.1]) } }
    let scan = try scan("a.pts", width: width, height: height, words, pieceLength: 1 << 16)
    #expect(scan.index.frames.count == 3)
    let shifts = try JEOLDrift(scan).shifts([0, 1, 2])
    #expect(shifts == [.init(), .init(y: -1, x: 7), .init(y: 1, x: -5)])
  }

  @Test func driftWithoutImagesIsNotCorrectedAndSaid() throws {
    let words = frame(4, 4) { y, x in ([y * 4 + x], nil) }
    let map = try read(words + words, width: 4, height: 4) { $0.correctsDrift = true }[0]
    #expect(map.notes.contains { $0.contains("holds no images") })
    #expect(try map.array.read(map.array.wholeBox).reduce(0) { $0 + Int($1) } == 32)
  }

  @Test func aDamagedFrameAmongGoodOnesIsLeftOut() throws {
    let good = frame(4, 4) { y, x in ([y * 4 + x], nil) }
    let broken = Builder.words([(0, [.init(x: 0, channels: [7])]), (1, [.init(x: 1, channels: [8])])], step: 1024)
    let map = try read(good + broken + good, width: 4, height: 4)[0]
    #expect(map.notes.contains { $0.contains("Frame 1 is incomplete") })
    #expect(map.metadata.instrument.frames == 2)
    #expect(try map.array.read(map.array.wholeBox) == (try read(good, width: 4, height: 4)[0].allBytes().map { $0 * 2 }))
  }

  @Test func pixelsOfAScanThatIsNotSquareAreSquare() throws {
    func stream(step: Int) -> [UInt16] {
      var words: [UInt16] = []
      for y in 0..<6 {
        words.append(0x9000 | UInt16(y * step))
        for x in 0..<8 { words += [0x8000 | UInt16(x * 512), 0xB000 | UInt16(y * 8 + x)] }
      }
      return words
    }
    // 8 × 6 pixels: 512 marks along either side.
    let map = try read(stream(step: 512), width: 8, height: 6)[0]
    #expect(map.array.shape == [6, 8, 4096])
    for place in 0..<48 {
      let (y, x) = (place / 8, place % 8)
      #expect(try map.array.read([y..<y + 1, x..<x + 1, place..<place + 1]) == [1])
    }
    // 120 µm are 4,096 marks.
    #expect(map.metadata.axes[..<2].map(\.scale) == [15, 15])
    // Or 4,096 marks along each, when marks beyond three quarters occur.
    let values = try map.allBytes()
    let stretched = try read(stream(step: 682), width: 8, height: 6)[0]
    #expect(try stretched.allBytes() == values)
    #expect(stretched.metadata.axes[..<2].map(\.scale) == [20, 15])
  }

  @Test func aScanWithoutEventsIsEmpty() throws {
    let map = try read([], width: 4, height: 4) { $0.keepsFrames = true }[0]
    #expect(map.array.shape == [4, 4, 4096] && map.notes.contains("The file holds no events."))
    #expect(try map.allBytes().allSatisfy { $0 == 0 })
  }

  @Test func anAreaOfAimEndsItsFrames() throws {
    let words = Builder.words((1..<3).map { y in (y, [.init(x: 1, channels: [y]), .init(x: 2, channels: [y])]) }, step: 1024)
    let whole = try scratch.write(
      "a.pts", Builder.points(width: 4, height: 4, words: words + words, area: [1, 1, 2, 2]))
    let map = try JEOLReader.read(whole, options: ImportOptions())[0]
    #expect(map.metadata.instrument.frames == 2 && !map.notes.contains { $0.contains("incomplete") })
    #expect(try map.array.read([1..<2, 1..<2, 1..<2]) == [2])
  }

  @Test func whatTheHeaderSaysGoesIntoTheMap() throws {
    let map = try read(frame(4, 4) { _, _ in ([1], 3) }, width: 4, height: 4)[0]
    let energy = map.metadata.axes[2]
    #expect(energy.scale == 0.01 && energy.offset == -0.002 - 0.01 * 96 && energy.units == "keV")
    // 120 mm, a thousand times magnified, are 120 µm.
    #expect(map.metadata.axes[0].scale == 30 && map.metadata.axes[0].units == "µm")
    #expect(map.metadata.signalType == "EDS_SEM" && map.metadata.instrument.acquisitionMode == "SEM")
    #expect(map.metadata.notes == "視野0" && map.metadata.instrument.dwellTime == 5e-4)
    #expect(map.metadata.instrument.liveTime == 3 && map.metadata.instrument.realTime == 4)
    let short = Builder.points(width: 4, height: 4, words: frame(4, 4) { _, _ in ([1], nil) }, length: 1000)
    let cut = try JEOLReader.read(scratch.write("cut.pts", short), options: ImportOptions())[0]
    #expect(cut.notes.contains { $0.contains("cut short") })
    let impossible = Builder.points(width: 4, height: 4, words: [], pixels: "100000x100000")
    let error = #expect(throws: FormatError.self) { try FormatCatalogue.read(scratch.write("b.pts", impossible)) }
    #expect(error?.field == "Meas Cond.Pixels" && error?.offset != nil)
  }
}
