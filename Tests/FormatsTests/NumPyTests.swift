import Blocks
import Microscopy
import Testing

@testable import Formats

@Suite struct NumPyTests {
  /// An .npy file of a version, as NumPy writes it.
  static func file(_ header: String, version: UInt8 = 1, _ values: [UInt8]) -> [UInt8] {
    let text = Array(header.utf8) + [10]
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + little(text.count, version == 1 ? 2 : 4) + text + values
  }

  static func code(_ type: ScalarType, _ byteOrder: ByteOrder) -> String {
    let code = NumPyHeader.code(type).dropFirst()
    return (type.size == 1 ? "|" : byteOrder == .little ? "<" : ">") + code
  }

  @Test(arguments: ScalarType.allCases, ByteOrder.allCases)
  func typesOrdersAndVersions(type: ScalarType, byteOrder: ByteOrder) throws {
    let scratch = try ScratchFolder()
    let values = sampleBytes(type, count: 24)
    let c = MemoryArray(shape: [2, 3, 4], elementSize: type.size, bytes: values)
    var fortran: [UInt8] = []
    for k in 0..<4 { for j in 0..<3 { for i in 0..<2 { fortran += c.read([i..<i + 1, j..<j + 1, k..<k + 1]) } } }
    for version in UInt8(1)...3 {
      for (isFortran, stored) in [("False", values), ("True", fortran)] {
        let header = "{'descr': '\(Self.code(type, byteOrder))', 'fortran_order': \(isFortran), 'shape': (2, 3, 4), }"
        let disk = byteOrder == .native ? stored : swapped(stored, type)
        let bytes = Self.file(header, version: version, disk)
        let map = try FormatCatalogue.read(scratch.write("a.npy", bytes))[0]
        #expect(map.type == type)
        #expect(map.array.shape == [2, 3, 4])
        #expect(try map.allBytes() == values)
        for (isDeflated, limit) in [(false, 0), (true, 0), (true, 1 << 20)] {
          var options = ImportOptions()
          options.memoryLimit = limit
          let zip = ZipSample(isDeflated: isDeflated, isZip64: version == 2).bytes([("one.npy", bytes), ("b/two.npy", bytes)])
          let maps = try FormatCatalogue.read(scratch.write("a.npz", zip), options: options)
          #expect(maps.map(\.suggestedName) == ["one", "b/two"])
          for map in maps { #expect(try map.allBytes() == values) }
        }
      }
    }
  }

  @Test(arguments: ScalarType.allCases) func whatIsWrittenIsReadAgain(type: ScalarType) throws {
    let scratch = try ScratchFolder()
    for (shape, roles) in [
      ([5], "s"), ([3, 4], "ss"), ([2, 3, 4], "nns"), ([2, 2, 2, 3], "nnss"), ([1, 1, 2, 1, 2], "nnnns"),
    ] {
      let map = sampleMap(shape, roles, type)
      try ExportCatalogue.write(map, to: scratch.file("a.npy"))
      let read = try FormatCatalogue.read(scratch.file("a.npy"))[0]
      #expect(read.type == type && read.array.shape == shape)
      #expect(try read.allBytes() == map.allBytes())
      let size = try scratch.bytes("a.npy").count
      #expect((size - map.array.byteCount).isMultiple(of: 64))
    }
  }

  @Test func aNumberAloneIsASpectrumOfOneChannel() throws {
    let scratch = try ScratchFolder()
    let bytes = Self.file("{'descr': '<u2', 'fortran_order': False, 'shape': ()}", [1, 2])
    let map = try FormatCatalogue.read(scratch.write("a.npy", bytes))[0]
    #expect(map.array.shape == [1] && map.metadata.shape == [1])
    #expect(try map.allBytes() == [1, 2])
  }

  @Test(arguments: [
    "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,)}", "{'descr': '|O', 'fortran_order': False, 'shape': (2,)}",
    "{'descr': '<f16', 'fortran_order': False, 'shape': (2,)}", "{'descr': '<U4', 'fortran_order': False, 'shape': (2,)}",
    "{'descr': '<f4', 'fortran_order': 0, 'shape': (2,)}", "{'descr': '<f4', 'fortran_order': False, 'shape': 2}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,)}", "{'descr': '<f4', 'fortran_order': False}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 9)}", "{'descr': '<f4'", "", "()",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (3,)}", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
  ])
  func headersThatCannotBeAreRefused(header: String) throws {
    let scratch = try ScratchFolder()
    let path = try scratch.write("a.npy", Self.file(header, [UInt8](repeating: 0, count: 8)))
    #expect(throws: FormatError.self) { try FormatCatalogue.read(path) }
  }

  @Test func objectsBesideArraysAreLeftOut() throws {
    let scratch = try ScratchFolder()
    let array = Self.file("{'descr': '|u1', 'fortran_order': False, 'shape': (3,)}", [1, 2, 3])
    let object = Self.file("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", [1, 2, 3])
    let path = try scratch.write("a.npz", ZipSample().bytes([("o.npy", object), ("a.npy", array), ("readme.txt", [65])]))
    let maps = try FormatCatalogue.read(path)
    #expect(maps.map(\.suggestedName) == ["a"])
    #expect(maps[0].notes.count == 1)
    var options = ImportOptions()
    options.dataset = "o"
    #expect(throws: FormatError.self) { try FormatCatalogue.read(path, options: options) }
    options.dataset = "absent"
    let error = #expect(throws: FormatError.self) { try FormatCatalogue.read(path, options: options) }
    #expect(error?.advice == "The file has: o, a.")
    let packed = try scratch.write("b.npz", ZipSample(method: 12).bytes([("a.npy", array)]))
    #expect(throws: FormatError.self) { try FormatCatalogue.read(packed) }
  }

  @Test func aBombIsNotUnpacked() throws {
    let scratch = try ScratchFolder()
    var zip = ZipSample(isDeflated: true).bytes([("a.npy", [1, 2, 3])])
    // The size in the directory, 24 bytes behind the signature of its entry.
    let entry = try #require(zip.indices.first { Array(zip[$0..<min($0 + 4, zip.count)]) == little(0x0201_4b50, 4) })
    zip.replaceSubrange(entry + 24..<entry + 28, with: little(0xFFFF_FFF0 as UInt32, 4))
    let path = try scratch.write("a.npz", zip)
    let error = #expect(throws: FormatError.self) { try FormatCatalogue.read(path) }
    #expect(error?.problem.contains("cannot hold") == true)
  }
}
