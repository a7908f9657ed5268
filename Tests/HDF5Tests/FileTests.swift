import Testing

@testable import HDF5

@Suite struct FileTests {
  @Test func valuesComeBackAfterReopening() throws {
    let scratch = try Scratch()
    let path = scratch.path()
    do {
      let file = try File.create(path)
      let root = try file.root
      try root.attributes.set("units", to: "µm")
      try root.attributes.set("names", to: ["y", "x", "energy"])
      try root.attributes.set("flag", to: true)
      try root.attributes.set("scale", to: 0.25)
      try root.attributes.set("sizes", to: [1, 2, 3])
      let data = try root.createDataset(
        "a/b/data", type: .uint16, shape: [4, 6], layout: .chunked([2, 3]), filters: .standard)
      try data.write((0..<24).map { UInt16($0) })
      try root.createDataset("a/labels", ["one", "zwei", "три"])
      try file.close()
    }
    let file = try File.open(path)
    let root = try file.root
    #expect(try root.attributes.read("units") == "µm")
    #expect(try root.attributes.read("names") == ["y", "x", "energy"])
    #expect(try root.attributes.read("flag") == true)
    #expect(try root.attributes.read("scale") == 0.25)
    #expect(try root.attributes.read("sizes") == [1, 2, 3])
    #expect(try root.attributes.readIfPresent("nothing", as: Int.self) == nil)
    let data = try root.dataset("a/b/data")
    #expect(data.filters == .standard)
    #expect(try data.read(as: Int.self) == Array(0..<24))
    #expect(try data.read(as: Float.self, .box([1..<3, 2..<4])) == [8, 9, 14, 15])
    #expect(try data.chunks().map(\.offset) == [[0, 0], [0, 3], [2, 0], [2, 3]])
    #expect(try root.dataset("a/labels").read(as: String.self) == ["one", "zwei", "три"])
    #expect(try root.links().map(\.name) == ["a"])
    #expect(try root.exists("a/x/y/z") == false)
  }
}
