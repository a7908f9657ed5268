import Blocks
import Microscopy
import Testing

@testable import Formats

@Suite struct BrukerDamageTests {
  private typealias Builder = BrukerFileBuilder

  private static let header = Builder.header(images: "", spectra: [Builder.spectrum([1, 1, 1, 1])])
  private static let hypermap = Builder.hypermap(
    height: 2, width: 2, [[(0, .pulses12([1, 2, 3]))], [(0, .runs([.init(width: 1, values: [1, 2, 3])])), (1, .pulses16([0]))]])

  private static func problem(_ bytes: [UInt8]) throws -> String {
    let scratch = try ScratchFolder()
    let path = try scratch.write("a.bcf", bytes)
    let error = #expect(throws: FormatError.self) {
      for map in try FormatCatalogue.read(path) { _ = try map.allBytes() }
    }
    #expect(error?.offset.map { (0...bytes.count).contains($0) } == true)
    return error?.problem ?? ""
  }

  private static func changed(_ bytes: [UInt8], at place: Int, to value: [UInt8]) -> [UInt8] {
    var bytes = bytes
    bytes.replaceSubrange(place..<place + value.count, with: value)
    return bytes
  }

  @Test func claimsOfTheContainerAreChecked() throws {
    let file = Builder.file(Self.hypermap, header: Self.header, chunkSize: 2048)
    for size in [0, 100, 1 << 30] {
      #expect(try Self.problem(Self.changed(file, at: 0x128, to: little(size, 4))).contains("chunks of \(size) bytes"))
    }
    #expect(try Self.problem(Self.changed(file, at: 0x140, to: little(1 << 20, 4))).contains("outside of the file"))
    #expect(try Self.problem(Self.changed(file, at: 0x144, to: little(UInt32.max, 4))).contains("members do not fit"))
    // The folder, the header and the spectra.
    let tree = SFSContainer.place(ofChunk: 4, 2048)
    let size = little(UInt64.max / 2, 8)
    #expect(try Self.problem(Self.changed(file, at: tree + 512 + 4, to: size)).contains("the member has"))
    #expect(try Self.problem(Self.changed(file, at: tree + 512 + 40, to: little(1, 4))).contains("no sound place"))
    #expect(try Self.problem(Self.changed(file, at: tree + 512 + 40, to: little(77, 4))).contains("no sound place"))
    #expect(try Self.problem(Self.changed(file, at: tree + 512, to: little(-5, 4))).contains("outside of the file"))
    #expect(try Self.problem(Self.changed(file, at: tree + 512 + 224, to: [UInt8(ascii: "h")])).contains("no X-ray map"))
  }

  @Test func claimsOfBlocksAreChecked() throws {
    let file = Builder.container(
      [(path: "EDSDatabase/SpectrumData0", bytes: Self.hypermap), (path: "EDSDatabase/HeaderData", bytes: Self.header)],
      blockSize: 1 << 12, chunkSize: 1 << 13)
    let start = try #require(file.indices.first { Array(file[$0..<min($0 + 4, file.count)]) == Array("AACS".utf8) })
    let cases: [(Int, [UInt8], String)] = [
      (4, little(0, 4), "are not possible"), (4, little(UInt32.max, 4), "are not possible"),
      (12, little(UInt32.max, 4), "are not possible"), (12, little(9, 4), "behind the end"),
      (0x80, little(UInt32.max, 4), "cannot hold"), (0x84, little(4096, 4), "cannot be unpacked"),
      (0x84, little(5, 4), "bytes are needed"), (0x90, [0xFF], "cannot be unpacked"), (0x90 + 200, [0x55], "cannot be unpacked"),
    ]
    for (place, value, problem) in cases {
      #expect(try Self.problem(Self.changed(file, at: start + place, to: value)).contains(problem), "\(place)")
    }
  }

  @Test func claimsOfPixelsAreChecked() throws {
    // The rows begin at 0x1A0: a number of pixels, then pixels of 22 bytes and their body.
    let cases: [(Int, [UInt8], String)] = [
      (0, little(0, 4), "is not possible"), (0, little(UInt32.max, 4), "is not possible"), (4, little(1 << 30, 4), "is not possible"),
      (0x1A0, little(UInt32.max, 4), "pixels do not fit"), (0x1A4, little(2, 4), "not in a row of 2"),
      (0x1A4 + 16, little(5, 2), "do not hold 5 pulses"), (0x1A4 + 18, little(UInt32.max, 4), "do not hold 3 pulses"),
      (0x1A4 + 18, little(900_000, 4), "bytes are needed"),
      // The second row: a width of runs that there is not, and more channels than bytes.
      (0x1A4 + 28 + 4 + 22, [3], "runs of channels are not sound"), (0x1A4 + 28 + 4 + 23, [200], "runs of channels are not sound"),
    ]
    for (place, value, problem) in cases {
      let found = try Self.problem(Builder.file(Self.changed(Self.hypermap, at: place, to: value), header: Self.header))
      #expect(found.contains(problem), "\(place): \(found)")
    }
  }

  /// A thousand entries that point to the same bytes would be read a thousand times.
  @Test func membersThatShareTheirBytesAreRefused() throws {
    let spectra = (0..<200).map { (path: "EDSDatabase/SpectrumData\($0)", bytes: Self.hypermap + Array(repeating: 0, count: 3000)) }
    var file = Builder.container([(path: "EDSDatabase/HeaderData", bytes: Self.header)] + spectra, chunkSize: 4096)
    func entry(_ index: Int) -> Int { SFSContainer.place(ofChunk: 4 + index / 7, 4096) + index % 7 * 512 }
    // The folder and the header come first.
    let table = Array(file[entry(2)..<entry(2) + 4])
    for index in 3..<202 { file.replaceSubrange(entry(index)..<entry(index) + 4, with: table) }
    file.removeSubrange(SFSContainer.place(ofChunk: Int(table[0]) + 2, 4096)...)
    #expect(try Self.problem(file).contains("more bytes than the file has"))
  }

  /// Runs without a value cost two bytes and name 255 channels.
  @Test func runsOverMoreChannelsThanThereAreAreRefused() throws {
    let runs = (0..<300).map { _ in Builder.Run.zeros(255) } + [Builder.Run(width: 1, values: [1])]
    let file = Builder.file(Builder.hypermap(height: 1, width: 1, [[(0, .runs(runs))]]), header: Self.header)
    #expect(try Self.problem(file).contains("not sound"))
  }

  @Test func aContainerOfSomethingElseIsRefused() throws {
    #expect(try Self.problem(Builder.container([(path: "Other/Data", bytes: [1, 2, 3])])).contains("no X-ray map"))
    let empty = Builder.container([(path: "EDSDatabase/HeaderData", bytes: Self.header)])
    #expect(try Self.problem(empty).contains("neither spectra nor images"))
    let other = Builder.container([(path: "EDSDatabase/HeaderData", bytes: Array("<a>1</a>".utf8))])
    #expect(try Self.problem(other).contains("does not describe a map"))
  }
}
