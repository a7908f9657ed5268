import Blocks
import Microscopy
import Testing

@testable import Formats

@Suite struct RippleTests {
  static let kinds: [(shape: [Int], roles: String)] = [
    ([7], "s"), ([3, 7], "ns"), ([3, 4, 7], "nns"), ([3, 4], "ss"), ([3, 4, 7], "nss"),
  ]

  @Test(arguments: ScalarType.allCases.filter { !$0.isComplex }) func whatIsWrittenIsReadAgain(type: ScalarType) throws {
    let scratch = try ScratchFolder()
    for (shape, roles) in Self.kinds {
      let map = sampleMap(shape, roles, type)
      let files = try ExportCatalogue.write(map, to: scratch.file("map.rpl"))
      #expect(files.map(fileName) == ["map.rpl", "map.raw"])
      for path in files {
        let read = try FormatCatalogue.read(path)[0]
        #expect(read.array.shape == shape)
        #expect(read.type == (type == .bool ? .uint8 : type == .float16 ? .float32 : type))
        let expected = try map.allBytes()
        #expect(try read.allBytes() == (type == .float16 ? bytes(type.doubles(expected).map { Float($0) }) : expected))
        #expect(read.metadata.axes == map.metadata.axes)
        #expect(read.metadata.title == "sample")
        #expect(read.metadata.signalType == "EELS")
        #expect(read.metadata.acquired == "2024-03-01T12:30:05")
        #expect(read.metadata.instrument == map.metadata.instrument)
        #expect(read.notes == [])
      }
    }
    #expect(try scratch.names == ["map.raw", "map.rpl"])
  }

  private static func header(_ type: ScalarType, _ order: String, _ record: String, offset: Int = 0, more: String = "") -> String
  {
    let kind =
      type.rawValue.hasPrefix("u") || type == .bool
      ? "Unsigned" : type.isComplex ? "complex" : type.isInteger ? "signed" : "float"
    return """
      ; a comment
      KEY\tvalue
      Width\t4
      height\t 3
      depth\t5
      Data-Length\t\(type.size)
      data-type\t\(kind)
      byte-order\t\(order)
      record-by\t\(record)
      offset\t\(offset)
      \(more)
      """
  }

  @Test(arguments: ScalarType.allCases, ["little-endian", "big-endian", "dont-care"])
  func byteOrdersAndRecordsGiveTheSameMap(type: ScalarType, order: String) throws {
    let scratch = try ScratchFolder()
    let values = sampleBytes(type, count: 60)
    let spectra = MemoryArray(shape: [3, 4, 5], elementSize: type.size, bytes: values)
    var planes: [UInt8] = []
    for channel in 0..<5 { planes += spectra.read([0..<3, 0..<4, channel..<channel + 1]) }
    for (record, stored) in [("vector", values), ("image", planes)] {
      let disk = order == "big-endian" ? swapped(stored, type) : stored
      _ = try scratch.write("map.rpl", Self.header(type, order, record, offset: 3, more: "ev-per-chan\t10\n"))
      _ = try scratch.write("map.raw", [1, 2, 3] + disk + [9])
      let map = try FormatCatalogue.read(scratch.file("map.rpl"))[0]
      #expect(map.array.shape == [3, 4, 5])
      #expect(map.type == (type == .bool ? .uint8 : type))
      #expect(try map.allBytes() == values)
      #expect(map.metadata.axes.map(\.name) == ["y", "x", "energy"])
      #expect(map.metadata.axes.map(\.role) == [.navigation, .navigation, .signal])
      #expect(map.metadata.axes[2].scale == 10)
      #expect(map.metadata.axes[2].units == "eV")
      #expect(map.notes.count == 1)
    }
  }

  @Test func imagesThatAreNoSpectraStayAStack() throws {
    let scratch = try ScratchFolder()
    _ = try scratch.write("map.rpl", Self.header(.uint8, "dont-care", "image"))
    let values = sampleBytes(.uint8, count: 60)
    _ = try scratch.write("map.raw", values)
    let map = try FormatCatalogue.read(scratch.file("map.raw"))[0]
    #expect(map.array.shape == [5, 3, 4])
    #expect(map.metadata.axes.map(\.role) == [.navigation, .signal, .signal])
    #expect(try map.allBytes() == values)
  }

  @Test func whatIsMissingOrWrongIsNamed() throws {
    let scratch = try ScratchFolder()
    _ = try scratch.write("map.raw", sampleBytes(.uint16, count: 60))
    func error(_ header: String) throws -> FormatError? {
      _ = try scratch.write("map.rpl", header)
      return #expect(throws: FormatError.self) { try FormatCatalogue.read(scratch.file("map.rpl")) }
    }
    let good = Self.header(.uint16, "little-endian", "vector")
    #expect(try FormatCatalogue.read(scratch.write("map.rpl", good)).count == 1)
    #expect(try error(good.replacing("Width\t4", with: "width\t5"))?.problem.contains("150 bytes") == true)
    #expect(try error(good.replacing("Width\t4", with: "width\t4000000000000000000"))?.problem.contains("not possible") == true)
    #expect(try error(good.replacing("Width\t4", with: "width\t0"))?.field == "width")
    #expect(try error(good.replacing("Width\t4", with: "width\t-4"))?.field == "width")
    #expect(try error(good.replacing("Data-Length\t2", with: "data-length\t3"))?.field == "data-type")
    #expect(try error(good.replacing("little-endian", with: "middle"))?.field == "byte-order")
    #expect(try error(good.replacing("vector", with: "spiral"))?.field == "record-by")
    #expect(try error(good.replacing("offset\t0", with: "offset\t1"))?.problem.contains("120 bytes") == true)
    let lone = try scratch.write("lone.raw", [1, 2])
    let missing = #expect(throws: FormatError.self) { try FormatCatalogue.read(lone) }
    #expect(missing?.advice.contains("--shape") == true)
  }

  @Test func whatDoesNotFitIsRefusedWithFormatsThatDo() throws {
    let scratch = try ScratchFolder()
    let error = #expect(throws: FormatError.self) {
      try ExportCatalogue.write(sampleMap([2, 2, 3, 3], "nnss", .uint8), to: scratch.file("a.rpl"))
    }
    #expect(error?.advice.contains(".npy") == true)
    #expect(try scratch.names == [])
  }
}
