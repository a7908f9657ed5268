import Blocks
import Foundation
import Microscopy
import Testing

@testable import Formats

struct JEOLFileTests {
  typealias Builder = JEOLFileBuilder
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private func read(_ path: String, _ change: (inout ImportOptions) -> Void = { _ in }) throws -> [ImportedMap] {
    var options = ImportOptions()
    change(&options)
    return try FormatCatalogue.read(path, options: options)
  }

  private func image(_ title: String) -> [UInt8] { Builder.image(title, width: 3, height: 2, bits: [1, 2, 3, 4, 5, 6]) }

  /// RosettaSciIO reads the eight bits that are shown, alone.
  @Test func countsBehindAnImageAreAMapOfTheirOwn() throws {
    let map = [
      Builder.word("MapType", 2), Builder.word("ElementNo", 26), Builder.real("DwellTime", 0.2), Builder.word("SweepCount", 7),
    ]
    func file(_ counts: [Int]) -> [UInt8] {
      let words = Builder.array("Bits16", type: 7, counts.flatMap { little($0, 2) })
      return Builder.image("Fe K", width: 3, height: 2, bits: [0, 51, 102, 153, 204, 255], extra: [words], map: map)
    }
    let maps = try read(scratch.write("a.map", file([0, 200, 400, 600, 800, 1000])))
    #expect(maps.map(\.suggestedName) == ["Fe K", "Fe K (counts)"])
    #expect(maps[1].type == .uint16 && maps[1].array.shape == [2, 3])
    #expect(try maps[1].allBytes() == [0, 200, 400, 600, 800, 1000].flatMap { little($0, 2) })
    #expect(try maps[0].allBytes() == [0, 51, 102, 153, 204, 255])
    #expect(maps[0].metadata.sample.elements == ["Fe"] && maps[0].metadata.quantity == "X-rays (Counts)")
    #expect(maps[0].metadata.instrument.dwellTime == 2e-4 && maps[0].metadata.instrument.frames == 7)
    #expect(maps[0].metadata.acquired == "2017-04-07T12:00:00")
    #expect(maps[0].metadata.vendor[path: "Image.Bits.count"] == 6)
    // The same numbers twice are one map.
    #expect(try read(scratch.write("b.map", file([0, 51, 102, 153, 204, 255]))).count == 1)
  }

  @Test func imagesOfOtherTypesAndOfTooFewPixels() throws {
    let words = Builder.image("SEI", width: 3, height: 2, bits: (0..<6).flatMap { little($0 * 1000, 2) }, type: 7)
    let map = try #require(try read(scratch.write("a.img", words)).first)
    #expect(map.type == .uint16 && map.metadata.quantity == "Intensity")
    let short = Builder.image("SEI", width: 3, height: 3, bits: [1, 2, 3])
    let error = #expect(throws: FormatError.self) { try read(scratch.write("b.img", short)) }
    #expect(error?.problem.contains("3 × 3 pixels are announced and 3 are there") == true)
  }

  @Test func aSpectrumWithAndWithoutItsFooter() throws {
    let map = try #require(try read(scratch.write("a.eds", Builder.spectrum("", [1, 2, 70_000], footer: Builder.footer))).first)
    #expect(map.suggestedName == "EDS" && map.type == .int32 && map.notes.isEmpty)
    #expect(try map.allBytes() == [1, 2, 70_000].flatMap { little($0, 4) })
    #expect(map.metadata.sample.elements == ["Fe"] && map.metadata.authors == "N. N.")
    #expect(map.metadata.instrument.energyResolution == 129 && map.metadata.instrument.beamEnergy == 15)
    #expect(map.metadata.signalType == "EDS_SEM" && map.metadata.axes[0].offset == -0.02)
    #expect(map.metadata.instrument.liveTime == 12 && map.metadata.instrument.realTime == 13)
    let cut = Array(Builder.spectrum("grain", [1, 2], footer: Builder.footer).dropLast(450))
    let damaged = try #require(try read(scratch.write("b.eds", cut)).first)
    #expect(damaged.suggestedName == "EDS grain")
    #expect(damaged.notes.contains { $0.contains("left out") })
    #expect(try damaged.allBytes() == little(1, 4) + little(2, 4))
  }

  @Test func aProjectFindsItsFilesWhateverTheirCase() throws {
    try FileManager.default.createDirectory(atPath: scratch.file("Sample/00_View"), withIntermediateDirectories: true)
    _ = try scratch.write("Sample/00_View/a.IMG", image("BF"))
    _ = try scratch.write("Sample/00_View/b.map", image("Fe K"))
    let views = [
      (memo: "first", files: [#".\sample\00_VIEW\A.img"#, #".\Sample\00_View\missing.map"#]),
      (memo: "second", files: [#".\Sample\00_View\b.map"#, #".\Sample\00_View\b.map"#]),
    ]
    let maps = try read(scratch.write("p.ASW", Builder.project(views)))
    #expect(maps.map(\.suggestedName) == ["first BF", "second Fe K"])
    #expect(maps[0].notes == [#"1 files of the project are missing: .\Sample\00_View\missing.map."#])
    #expect(maps[1].files == [scratch.file("p.ASW"), scratch.file("Sample/00_View/b.map")])
    #expect(maps[0].metadata.sample.name == "Steel" && maps[0].metadata.instrument.tiltAlpha == 5)
    #expect(maps[1].metadata.vendor[path: "asw.SampleInfo.0.ViewInfo.1.Memo"] == "second")
    #expect(maps[1].metadata.vendor[path: "asw.SampleInfo.0.ViewInfo.0"] == nil)
  }

  @Test func aProjectStaysInItsFolder() throws {
    try FileManager.default.createDirectory(atPath: scratch.file("project"), withIntermediateDirectories: true)
    let outside = try scratch.write("secret.img", image("secret"))
    _ = try scratch.write("project/a.img", image("BF"))
    try FileManager.default.createSymbolicLink(atPath: scratch.file("project/link.img"), withDestinationPath: outside)
    let names = [#"..\secret.img"#, outside, #"C:\secret.img"#, #"a\..\..\secret.img"#, "link.img", #".\a.img"#]
    let path = try scratch.write("project/p.asw", Builder.project([(memo: "v", files: names)]))
    let maps = try read(path)
    #expect(maps.map(\.suggestedName) == ["BF"])
    #expect(maps[0].notes.count { $0.contains("outside of the project's folder") } == 5)
    // A link that the user vouches for.
    #expect(try read(path) { $0.followsForeignLinks = true }.map(\.suggestedName) == ["secret", "BF"])
    let none = try scratch.write("project/q.asw", Builder.project([(memo: "v", files: [#"..\secret.img"#])]))
    let error = #expect(throws: FormatError.self) { try read(none) }
    #expect(error?.problem.contains("outside") == true)
  }

  @Test func aDamagedFileOfAProjectIsLeftOutWithAWord() throws {
    _ = try scratch.write("a.img", image("BF"))
    _ = try scratch.write("b.img", Array(image("DF").dropLast(60)))
    _ = try scratch.write("c.txt", Array("no such format".utf8))
    let path = try scratch.write("p.asw", Builder.project([(memo: "", files: ["b.img", "a.img", "c.txt"])]))
    let maps = try read(path)
    #expect(maps.map(\.suggestedName) == ["BF"])
    #expect(maps[0].notes.count == 2 && maps[0].notes[0].hasPrefix("b.img was left out"))
  }

  @Test func pixelsOfAnImageThatIsNotSquareAreSquare() throws {
    let map = try #require(try read(scratch.write("a.img", image("BF"))).first)
    // 120 µm along the longer of 2 × 3 pixels.
    #expect(map.metadata.axes.map(\.scale) == [40, 40] && map.metadata.axes[0].units == "µm")
  }

  @Test func noneOfManyDamagedFilesOfAProjectIsLeftOutWithoutAWord() throws {
    _ = try scratch.write("a.img", image("BF"))
    let names = (0..<14).map { "bad\($0).img" }
    for name in names { _ = try scratch.write(name, Array(image("DF").dropLast(60))) }
    let maps = try read(scratch.write("p.ASW", Builder.project([(memo: "", files: ["a.img"] + names)])))
    #expect(maps[0].notes.count == 9)
    #expect(maps[0].notes.last == "And 6 more: bad8.img, bad9.img, bad10.img, bad11.img and 2 more.")
  }

  @Test func aScanLearnsItsElementsFromItsMaps() throws {
    let map = [Builder.word("MapType", 2), Builder.word("ElementNo", 26)]
    _ = try scratch.write("a.map", Builder.image("Fe K", width: 3, height: 2, bits: [1, 2, 3, 4, 5, 6], map: map))
    _ = try scratch.write("b.pts", Builder.points(width: 4, height: 4, words: []))
    let maps = try read(scratch.write("p.asw", Builder.project([(memo: "", files: ["b.pts", "a.map"])])))
    #expect(maps[0].suggestedName == "EDS" && maps[0].metadata.sample.elements == ["Fe"])
    // A scan that was stopped at once.
    #expect(maps[0].array.shape == [4, 4, 4096] && maps[0].type == .uint8)
    #expect(try maps[0].allBytes().allSatisfy { $0 == 0 })
  }

  @Test func aPreviewOfWrongSizeIsRefused() throws {
    let whole = Builder.preview(width: 3, height: 2, frames: 2)
    let maps = try read(scratch.write("a.apb", whole))
    #expect(maps.map(\.array.shape) == [[4096], [3, 2, 3]])
    #expect(try maps[1].array.read([1..<2, 0..<2, 0..<3]) == [6, 7, 8, 9, 10, 11])
    let error = #expect(throws: FormatError.self) { try read(scratch.write("b.apb", whole + [0])) }
    #expect(error?.field == "size")
  }

  @Test func tagsMayNotNestWithoutEnd() throws {
    var tag = Builder.Tag.group("a", [])
    for _ in 0..<100 { tag = .group("a", [tag]) }
    let bytes = [UInt8](repeating: 0, count: 12) + Builder.tree([Builder.text("FileType", "Analysis Station"), tag])
    let error = #expect(throws: FormatError.self) { try read(scratch.write("a.asw", bytes)) }
    #expect(error?.problem.contains("nested") == true)
  }
}
