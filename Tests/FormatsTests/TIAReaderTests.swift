import Blocks
import Microscopy
import Testing

@testable import Formats

@Suite struct TIAReaderTests {
  private typealias Builder = TIAFileBuilder
  private static let codes: [(Int, ScalarType)] = [
    (1, .uint8), (2, .uint16), (3, .uint32), (4, .int8), (5, .int16), (6, .int32), (7, .float32), (8, .float64),
    (9, .complex64), (10, .complex128),
  ]

  @Test(arguments: [0x0210, 0x0220], 0..<10) func versionsAndTypes(version: Int, index: Int) throws {
    let (code, type) = Self.codes[index]
    let scratch = try ScratchFolder()
    let values = sampleBytes(type, count: 6)
    let row = 3 * type.size
    let image = Builder.image(3, 2, values, code: code)
    let path = try scratch.write("a_1.ser", Builder.series(version: version, dimensions: [.init(size: 1)], [image]))
    let map = try FormatCatalogue.read(path)[0]
    #expect(map.type == type && map.array.shape == [2, 3])
    #expect(try map.allBytes() == Array(values[row...] + values[..<row]))
    #expect(map.metadata.axes[1] == Axis(name: "x", size: 3, scale: 2e-9 * 1e9, offset: -1e-8 * 1e9, units: "nm", role: .signal))
    let spectrum = Builder.Element(calibrations: [(10, 5, 2)], code: code, extents: [6], values: values)
    let second = try scratch.write("b_1.ser", Builder.series(version: version, dimensions: [.init(size: 1)], [spectrum]))
    let line = try FormatCatalogue.read(second)[0]
    #expect(line.array.shape == [1, 6])
    #expect(try line.allBytes() == values)
    #expect(line.metadata.axes[1].offset == 0)
  }

  @Test func boxesAreThePartsOfTheWhole() throws {
    let scratch = try ScratchFolder()
    let elements = (0..<6).map { index in
      Builder.image(4, 3, sampleBytes(.int16, count: 12).map { $0 &+ UInt8(index) })
    }
    let dimensions = [Builder.Dimension(size: 3, units: "meters"), Builder.Dimension(size: 2, units: "meters")]
    let path = try scratch.write("a_1.ser", Builder.series(dimensions: dimensions, elements))
    let array = try FormatCatalogue.read(path)[0].array
    #expect(array.shape == [2, 3, 3, 4])
    let whole = MemoryArray(shape: array.shape, elementSize: 2, bytes: try array.read(array.wholeBox))
    let boxes: [[Range<Int>]] = [
      [0..<1, 1..<3, 0..<3, 0..<4], [0..<2, 0..<3, 1..<2, 1..<3], [1..<2, 2..<3, 2..<3, 0..<1], [0..<0, 0..<3, 0..<3, 0..<4],
    ]
    for box in boxes {
      #expect(try array.read(box) == whole.read(box))
    }
  }

  /// One element of more than a window.
  @Test func largeElementsAreReadInBands() throws {
    let scratch = try ScratchFolder()
    let (width, height) = (1500, 1501)
    let values = sampleBytes(.int16, count: width * height)
    let path = try scratch.write(
      "a_1.ser", Builder.series(dimensions: [.init(size: 1)], [Builder.image(width, height, values)]))
    let array = try FormatCatalogue.read(path)[0].array
    var turned: [UInt8] = []
    for row in (0..<height).reversed() { turned += values[row * width * 2..<(row + 1) * width * 2] }
    #expect(try array.read(array.wholeBox) == turned)
    let part = try array.read([7..<1490, 3..<5])
    #expect(Array(part.prefix(4)) == Array(turned[(7 * width + 3) * 2..<(7 * width + 5) * 2]))
    #expect(Array(part.suffix(4)) == Array(turned[(1489 * width + 3) * 2..<(1489 * width + 5) * 2]))
  }

  @Test func mapsThatWereStoppedAreFilled() throws {
    let scratch = try ScratchFolder()
    let dimensions = [
      Builder.Dimension(size: 2, delta: 1e-9, units: "meters"),
      Builder.Dimension(size: 2, delta: -1e-9, element: 2, units: "meters"),
    ]
    for (code, fill) in [(5, [UInt8](repeating: 0, count: 4)), (7, bytes([Float.nan, Float.nan]))] {
      let size = Self.codes[code - 1].1.size
      let elements: [Builder.Element] = (0..<3).map { index in
        let x = Double(index % 2) * 1e-9 + 0.5e-9
        let y = 1.5e-9 - Double(index / 2) * 1e-9
        let values = [UInt8](repeating: UInt8(index + 1), count: 2 * size)
        return Builder.Element(calibrations: [(0, 1, 0)], code: code, extents: [2], values: values, position: (x, y))
      }
      let path = try scratch.write("a_1.ser", Builder.series(dimensions: dimensions, total: 4, elements))
      let map = try FormatCatalogue.read(path)[0]
      #expect(map.array.shape == [2, 2, 2])
      #expect(try map.allBytes() == elements.flatMap(\.values) + fill)
      #expect(map.metadata.axes.map(\.name) == ["y", "x", "Energy"])
      #expect(map.metadata.axes[0].scale == -1 && abs(map.metadata.axes[0].offset - 1.5) < 1e-12)
      #expect(map.metadata.axes[1].scale == 1 && map.metadata.axes[1].offset == 0.5)
      #expect(map.notes.count == 1 && map.notes[0].contains("3 of 4"))
    }
  }

  @Test func theSlowDimensionIsTheOneThatTheBeamMovesAlongLast() throws {
    let scratch = try ScratchFolder()
    let dimensions = [
      Builder.Dimension(size: 2, delta: 1e-9, units: "meters"), Builder.Dimension(size: 3, delta: 1e-9, units: "meters"),
    ]
    let elements = (0..<6).map { index in
      Builder.Element(
        calibrations: [(0, 1, 0)], code: 1, extents: [1], values: [UInt8(index)],
        position: (Double(index / 3) * 1e-9, Double(index % 3) * 1e-9))
    }
    let map = try FormatCatalogue.read(scratch.write("a_1.ser", Builder.series(dimensions: dimensions, elements)))[0]
    #expect(map.array.shape == [2, 3, 1])
    #expect(try map.allBytes() == [0, 1, 2, 3, 4, 5])
  }

  @Test func dimensionsThatDoNotFitMakeAStack() throws {
    let scratch = try ScratchFolder()
    let elements = (0..<5).map { Builder.image(2, 2, [UInt8](repeating: UInt8($0), count: 8)) }
    let map = try FormatCatalogue.read(
      scratch.write("a_1.ser", Builder.series(dimensions: [.init(size: 2), .init(size: 2)], elements)))[0]
    #expect(map.array.shape == [5, 2, 2])
    #expect(map.notes == ["The dimensions have room for 4 elements of 5: the elements are a stack."])
    let plain = try FormatCatalogue.read(scratch.write("b_1.ser", Builder.series(dimensions: [], elements)))[0]
    #expect(plain.array.shape == [5, 2, 2] && plain.notes.isEmpty)
  }

  /// Neither a length nor a frequency: no unit is made up.
  @Test func pixelsOfNoKnownUnit() throws {
    let scratch = try ScratchFolder()
    let image = Builder.image(2, 2, [UInt8](repeating: 0, count: 8), delta: 0.25)
    let map = try FormatCatalogue.read(scratch.write("a_1.ser", Builder.series(dimensions: [.init(size: 1)], [image])))[0]
    #expect(map.metadata.axes.map(\.units) == ["", ""] && map.metadata.axes[0].scale == 0.25)
    #expect(map.notes.count == 1)
  }

  @Test func manySeriesAndTheirObjects() throws {
    let scratch = try ScratchFolder()
    for number in 1...12 {
      let image = Builder.image(2, 2, [UInt8](repeating: UInt8(number), count: 8), time: 1_456_073_586 + 60 * number)
      _ = try scratch.write("many_\(number).ser", Builder.series(dimensions: [.init(size: 1)], [image]))
    }
    // 16:53:06 in universal time; the objects come in the other order.
    let objects = (1...12).reversed().map { number in
      Builder.object(
        [("High tension", "\(number * 10)", "kV"), ("OBJ Aperture", "10 µm", "")],
        date: "Sun Feb 21 \(number > 6 ? 18 : 17):\((53 + number) % 60):06 2016",
        "<DetectorRange><StartX>0</StartX></DetectorRange>")
    }
    let path = try scratch.write("many.emi", Builder.description(objects))
    let maps = try FormatCatalogue.read(path)
    #expect(maps.map(\.suggestedName) == (1...12).map { "many_\($0)" })
    #expect(maps.map { $0.metadata.instrument.beamEnergy } == (1...12).map { Double($0 * 10) })
    let apertures = maps.map { $0.metadata.vendor[path: "ObjectInfo.ExperimentalDescription.OBJ Aperture"] }
    #expect(apertures.allSatisfy { $0 == "10 µm" })
  }

  @Test func whatIsMissingIsSaid() throws {
    let scratch = try ScratchFolder()
    let lonely = try scratch.write("lonely.emi", Builder.description([Builder.object()]))
    let error = #expect(throws: FormatError.self) { try FormatCatalogue.read(lonely) }
    #expect(error?.problem.contains("no series beside") == true && error?.advice.contains("lonely_1.ser") == true)
    let image = Builder.image(2, 2, [UInt8](repeating: 0, count: 8))
    let none = try scratch.write("none_1.ser", Builder.series(dimensions: [.init(size: 1)], total: 1, []))
    #expect(throws: FormatError.self) { try FormatCatalogue.read(none) }
    _ = try scratch.write("part_1.ser", Builder.series(dimensions: [.init(size: 1)], [image]))
    _ = try scratch.write("part_2.ser", Array(Builder.series(dimensions: [.init(size: 1)], [image]).dropLast(12)))
    let maps = try FormatCatalogue.read(scratch.write("part.emi", Builder.description(["<ObjectInfo><a></ObjectInfo>"])))
    #expect(maps.count == 1)
    #expect(maps[0].notes.contains { $0.hasPrefix("part_2.ser was left out") })
    #expect(maps[0].notes.contains { $0.contains("1 objects in part.emi cannot be read") })
  }

  @Test func elementsOfAnotherFormAreRefused() throws {
    let scratch = try ScratchFolder()
    let zeros = [UInt8](repeating: 0, count: 8)
    let path = try scratch.write(
      "a_1.ser", Builder.series(dimensions: [.init(size: 2)], [Builder.image(2, 2, zeros), Builder.image(4, 1, zeros)]))
    let array = try FormatCatalogue.read(path)[0].array
    let error = #expect(throws: FormatError.self) { try array.read(array.wholeBox) }
    #expect(error?.field == "element 1")
  }
}
