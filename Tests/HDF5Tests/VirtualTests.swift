import Testing

@testable import HDF5

@Suite struct VirtualTests {
  @Test func partsOfSeveralDatasetsAppearAsOne() throws {
    let scratch = try Scratch()
    let other = try scratch.file("other.h5")
    try other.root.createDataset("b", (0..<6).map { Int32($0 + 100) }, shape: [2, 3])
    try other.close()
    let file = try scratch.file()
    let root = try file.root
    try root.createDataset(
      "a", (0..<12).map { Int32($0) }, shape: [4, 3], layout: .chunked([2, 2]), filters: .standard)
    let mappings = [
      VirtualMapping(
        .box([0..<2, 0..<3]), path: "/a", shape: [4, 3], sourceSelection: .box([1..<3, 0..<3])),
      VirtualMapping(.box([2..<4, 0..<3]), file: "other.h5", path: "b", shape: [2, 3]),
    ]
    try root.createDataset(
      "all", type: .int32, shape: [5, 3], layout: .virtual(mappings), fillValue: [255, 255, 255, 255])
    try file.close()
    let all = try File.open(scratch.path()).root.dataset("all")
    #expect(try all.read(as: Int.self) == Array(3..<9) + Array(100..<106) + [-1, -1, -1])
    #expect(try all.read(as: Int.self, .box([1..<3, 1..<2])) == [7, 101])
    guard case .virtual(let found) = all.layout else {
      Issue.record("is \(all.layout)")
      return
    }
    #expect(found.map(\.selection) == mappings.map(\.selection))
    #expect(found.map(\.sourceSelection) == mappings.map(\.sourceSelection))
    #expect(found.map(\.sourceFile) == [".", "other.h5"] && found.map(\.sourcePath) == ["/a", "b"])
  }
}
