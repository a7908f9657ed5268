import Blocks
import Microscopy
import Testing

@testable import Formats

struct GatanDamageTests {
  typealias Builder = GatanFileBuilder
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

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
