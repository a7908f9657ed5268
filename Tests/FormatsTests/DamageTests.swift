import Blocks
import Microscopy
import Testing

@testable import Formats

/// Damaged files are read well or refused by an error that says where, whatever the format; never a trap, never a hang.
@Suite struct DamageTests {
  @Test(.timeLimit(.minutes(1)), arguments: Damage.parsed) func aFileCutAnywhereIsRefused(_ file: Damage) throws {
    let outcomes = try file.cut()
    #expect(outcomes.count >= 100 || outcomes.count == file.bytes.count)
    for (length, outcome) in outcomes where length < file.bytes.count - file.spare {
      #expect(outcome.error != nil, "\(file.name), \(outcome.what)")
    }
  }

  @Test(.timeLimit(.minutes(1)), arguments: Damage.parsed) func changedBytesAreSurvived(_ file: Damage) throws {
    let outcomes = try file.flipped(count: 1000)
    // Any bytes are values.
    #expect(outcomes.contains { $0.error != nil } != file.name.hasSuffix(".raw"))
  }

  /// Changed bytes can crash libhdf5 itself: they are tried in processes of their own, by Tools/Fuzz.
  @Test(.timeLimit(.minutes(1))) func anHDF5FileCutAnywhereIsRefused() throws {
    for file in try Damage.libraryFiles(in: try ScratchFolder()) {
      for (_, outcome) in try file.cut() { #expect(outcome.error != nil, "\(file.name), \(outcome.what)") }
    }
  }

  @Test(.timeLimit(.minutes(1))) func whatIsRepeatedCostsNoMoreThanItsBytes() throws {
    let scratch = try ScratchFolder()
    let fields = String(repeating: "#A : 1\n", count: 200_000) + "#SPECTRUM :\n1\n"
    #expect(try FormatCatalogue.read(scratch.write("a.msa", "#FORMAT : EMSA/MAS\n" + fields)).count == 1)
    typealias Builder = GatanFileBuilder
    let image = Builder.image(
      "a", sizes: [2], dataType: 1, code: 2, width: 2, data: [1, 0, 2, 0],
      tags: (0..<100_000).map { _ in ("same", .number(code: 2, bytes: [1, 0])) })
    let map = try #require(try FormatCatalogue.read(scratch.write("a.dm3", Builder.file(images: [image]))).first)
    let tags = map.metadata.vendor[path: "ImageList.TagGroup0.ImageTags"]
    #expect(tags?["same (100000)"] != nil && tags?["same (100001)"] == nil)
  }

  @Test func extentsWhoseProductOverflowsAreRefused() throws {
    let scratch = try ScratchFolder()
    _ = try scratch.write("map.raw", [0, 0])
    let header = "key\tvalue\nwidth\t4000000000000\nheight\t4000000000000\ndepth\t1\ndata-length\t2\ndata-type\tsigned\n"
    for depth in ["depth\t1", "depth\t3"] {
      let path = try scratch.write("map.rpl", header.replacing("depth\t1", with: depth))
      let error = #expect(throws: FormatError.self) { try FormatCatalogue.read(path) }
      #expect(error?.problem.contains("not possible") == true)
    }
  }

  @Test func membersThatShareTheirBytesAreRefused() throws {
    let scratch = try ScratchFolder()
    let array = NumPyHeader.bytes(shape: [1000], type: .int16) + sampleBytes(.int16, count: 1000)
    var zip = ZipSample().bytes([("a.npy", array), ("b.npy", array)])
    // The second entry of the directory is made to point to the first member, and the second member goes.
    let second = try #require(zip.indices.last { Array(zip[$0..<min($0 + 4, zip.count)]) == little(0x0201_4b50, 4) })
    zip.replaceSubrange(second + 42..<second + 46, with: little(0, 4))
    let start = try #require(zip.indices.dropFirst().first { Array(zip[$0..<$0 + 4]) == little(0x0403_4b50, 4) })
    let directory = try #require(zip.indices.first { Array(zip[$0..<min($0 + 4, zip.count)]) == little(0x0201_4b50, 4) })
    zip.removeSubrange(start..<directory)
    zip.replaceSubrange(zip.count - 6..<zip.count - 2, with: little(start, 4))
    let error = #expect(throws: FormatError.self) { try FormatCatalogue.read(scratch.write("a.npz", zip)) }
    #expect(error?.problem.contains("the members take") == true)
  }

  @Test func moreDimensionsThanAnyArrayHasAreRefused() throws {
    let scratch = try ScratchFolder()
    let path = try scratch.write("a.npy", NumPyHeader.bytes(shape: Array(repeating: 1, count: 1000), type: .uint8) + [1])
    let error = #expect(throws: FormatError.self) { try FormatCatalogue.read(path) }
    #expect(error?.problem.contains("1000 dimensions") == true)
  }
}
