import Foundation
import Microscopy
import Testing

@testable import Formats

@Suite struct FormatSearchTests {
  @Test func onlyWhatIsOfAFormatIsFound() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "lamella-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func reader(_ name: String, _ options: ImportOptions = ImportOptions()) throws -> String? {
      let path = folder.appending(path: name).path(percentEncoded: false)
      if !FileManager.default.fileExists(atPath: path) { try Data([1, 2, 3, 4]).write(to: URL(filePath: path)) }
      return try FormatCatalogue.readerOfFound(path, options: options)?.name
    }
    #expect(try reader("notes.txt") == nil)
    #expect(try reader("bare.bin") == nil)
    #expect(try reader("scan.rpl") == "Ripple")
    try Data("{}".utf8).write(to: folder.appending(path: "described.bin.json"))
    #expect(try reader("described.bin") == "bare binary")
    var options = ImportOptions()
    options.type = .uint8
    #expect(try reader("bare.bin", options) == "bare binary" && reader("dump.raw", options) == "bare binary")
    #expect(try reader("notes.txt", options) == nil)
    options.format = "ripple"
    #expect(try reader("scan.rpl", options) == "Ripple" && reader("other.npy", options) == nil)
  }

  @Test func everyOptionIsKnown() throws {
    var options = ImportOptions()
    #expect(ReadingOption.allCases.allSatisfy { !options.says($0) })
    (options.shape, options.type, options.byteOrder, options.offset) = ([1], .uint8, .big, 0)
    (options.dataset, options.followsForeignLinks, options.frames) = ("x", true, 0..<1)
    (options.keepsFrames, options.separatesDetectors, options.correctsDrift) = (true, true, true)
    #expect(ReadingOption.allCases.allSatisfy { options.says($0) })
    let error = #expect(throws: FormatError.self) {
      try FormatCatalogue.demandUse(of: options, by: [NumPyReader.self], file: "a.npy")
    }
    #expect(error?.field == "--shape" && error?.advice.contains("bare binary") == true)
    options = ImportOptions()
    options.shape = [1]
    try FormatCatalogue.demandUse(of: options, by: [NumPyReader.self, BareBinaryReader.self], file: "a.npy")
  }
}
