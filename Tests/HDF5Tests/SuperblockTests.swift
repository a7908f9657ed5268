import Foundation
import Testing

@testable import HDF5

@Suite struct SuperblockTests {
  @Test(arguments: [0, 1024], [FormatVersion.earliest, .v110])
  func itSaysHowLongTheFileWas(userBlock: Int, version: FormatVersion) throws {
    let scratch = try Scratch()
    let path = scratch.path("a.h5")
    var access = FileAccess()
    access.versions = version ... .v110
    let file = try File.create(path, userBlockBytes: userBlock, access: access)
    try file.root.createDataset("data", (0..<1000).map { Int32($0) })
    try file.close()
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    let whole = try #require(try Superblock(of: path))
    #expect(whole.address == userBlock && whole.version == (version == .earliest ? 0 : 3))
    #expect(whole.endOfFile == UInt64(bytes.count) && !whole.isTruncated)
    try bytes.dropLast(5).write(to: URL(fileURLWithPath: path))
    let cut = try #require(try Superblock(of: path))
    #expect(cut.isTruncated && cut.byteCount == UInt64(bytes.count - 5) && cut.endOfFile == whole.endOfFile)
    try bytes.prefix(userBlock + 20).write(to: URL(fileURLWithPath: path))
    #expect(kind { _ = try Superblock(of: path) } == .damaged)
  }

  @Test func otherFilesHaveNone() throws {
    let scratch = try Scratch()
    let path = scratch.path("a.txt")
    for text in ["", "short", String(repeating: "x", count: 5000)] {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      #expect(try Superblock(of: path) == nil)
    }
    #expect(kind { _ = try Superblock(of: scratch.path("none")) } == .cannotOpen)
    #expect(try Superblock(of: "/dev/null") == nil)
  }
}
