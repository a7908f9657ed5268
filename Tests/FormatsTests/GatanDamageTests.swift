import Blocks
import Microscopy
import Testing

@testable import Formats

struct GatanDamageTests {
  typealias Builder = GatanFileBuilder
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private static func sample(_ version: Int, _ byteOrder: ByteOrder) -> [UInt8] {
    let image = Builder.image(
      "sample", sizes: [3, 2], dataType: 1, code: 2, width: 2, data: [UInt8](repeating: 1, count: 12),
      dimensions: [(0, 1, "nm"), (0, 1, "nm")],
      tags: [
        ("record", .record([(code: 2, bytes: [1, 0]), (code: 7, bytes: [UInt8](repeating: 0, count: 8))])),
        ("records", .recordArray(codes: [2, 2], width: 2, bytes: [1, 0, 2, 0])), ("text", .text("text")),
      ])
    let packed = Builder.image(
      "FFT", sizes: [2, 2], dataType: 27, code: 6, width: 4, data: [UInt8](repeating: 0, count: 32))
    let colour = Builder.image(
      "colour", sizes: [2, 2], dataType: 23, code: 3, width: 4, data: [UInt8](repeating: 0, count: 16))
    return Builder.file(version: version, byteOrder: byteOrder, images: [image, packed, colour])
  }

  /// Reads all that can be read; damage may be unseen or an error, never more.
  private func readAll(_ path: String) -> FormatError? {
    do {
      for map in try GatanReader.read(path, options: ImportOptions()) {
        if map.array.byteCount < 1 << 20 { _ = try map.array.read(map.array.wholeBox) }
      }
      return nil
    } catch let error as FormatError {
      return error
    } catch {
      Issue.record("\(error) is no FormatError")
      return nil
    }
  }

  @Test(arguments: [3, 4]) func aFileCutAnywhereIsAnError(version: Int) throws {
    let whole = Self.sample(version, .little)
    #expect(readAll(try scratch.write("whole", whole)) == nil)
    // The last eight bytes are padding.
    for length in stride(from: 0, to: whole.count - 8, by: 7) {
      let error = readAll(try scratch.write("cut", Array(whole.prefix(length))))
      #expect(error != nil, "cut to \(length) bytes")
    }
  }

  @Test(arguments: [3, 4]) func everyFlippedBitIsSurvived(version: Int) throws {
    let whole = Self.sample(version, version == 3 ? .big : .little)
    for place in whole.indices {
      var damaged = whole
      damaged[place] ^= [0x01, 0x80, 0xff, 0x10][place % 4]
      _ = readAll(try scratch.write("flipped", damaged))
    }
  }

  @Test func nestedDirectoriesEndSomewhere() throws {
    var tag = Builder.Tag.group([])
    for _ in 0..<200 { tag = .group([("", tag)]) }
    var builder = Builder(version: 3, byteOrder: .little)
    let error = readAll(try scratch.write("deep", builder.file([("deep", tag)])))
    #expect(error?.problem.contains("nested") == true)
  }

  @Test func errorsSayWhatAndWhere() throws {
    let known = Builder.image("a", sizes: [3], dataType: 99, code: 2, width: 2, data: [1, 0, 2, 0, 3, 0])
    #expect(readAll(try scratch.write("type", Builder.file(images: [known])))?.problem.contains("99") == true)
    let short = Builder.image("a", sizes: [4], dataType: 1, code: 2, width: 2, data: [1, 0, 2, 0, 3, 0])
    #expect(readAll(try scratch.write("short", Builder.file(images: [short])))?.problem.contains("4 values") == true)
    let huge = Builder.image(
      "a", sizes: [4_000_000_000, 4_000_000_000, 4_000_000_000], dataType: 1, code: 2, width: 2, data: [1, 0])
    #expect(readAll(try scratch.write("huge", Builder.file(images: [huge]))) != nil)
    #expect(readAll(try scratch.write("text", Array("no DM file at all, but long enough".utf8)))?.offset == 4)
  }
}
