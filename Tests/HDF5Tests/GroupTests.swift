import Testing

@testable import HDF5

@Suite struct GroupTests {
  @Test func linksOfEveryKindAreListedAndFollowed() throws {
    let scratch = try Scratch()
    let other = try scratch.file("other.h5")
    try other.root.createDataset("there", [7])
    try other.close()
    let root = try scratch.file().root
    let data = try root.createDataset("a/b/data", [1, 2])
    try root.createHardLink("hard", to: data)
    try root.createSoftLink("soft", to: "/a/b/data")
    try root.createSoftLink("dangling", to: "/nowhere/at/all")
    try root.createExternalLink("external", file: "other.h5", target: "/there")
    try root.createExternalLink("lost", file: "missing.h5", target: "/there")
    let links = try root.links()
    #expect(links.map(\.name) == ["a", "dangling", "external", "hard", "lost", "soft"])
    #expect(links[1].target == .soft(path: "/nowhere/at/all"))
    #expect(links[2].target == .external(file: "other.h5", path: "/there"))
    #expect(links[3].target == .hard(address: try data.identity.address))
    #expect(try root.dataset("external").read() == [7])
    #expect(try root.dataset("soft").read() == [1, 2])
    #expect(try root.kind(of: "a") == .group && root.kind(of: "hard") == .dataset)
    #expect(try root.kind(of: "dangling") == nil && root.kind(of: "lost") == nil)
    #expect(try root.exists("a/b/data") && !root.exists("a/x/data") && !root.exists("a/b/data/deeper"))
    #expect(try root.dataset("hard").identity == data.identity)
    #expect(try root.dataset("external").identity.file != data.identity.file)
    #expect(kind { try root.dataset("lost") } == .notFound)
    #expect(kind { try root.open("") } == .invalidArgument)
  }

  @Test func creationOrderIsKept() throws {
    let root = try Scratch().file().root
    let ordered = try root.createGroup("ordered", tracksOrder: true)
    let plain = try root.createGroup("plain")
    for name in ["c", "a", "b"] {
      try ordered.createGroup(name)
      try plain.createGroup(name)
    }
    #expect(try ordered.links(.creation).map(\.name) == ["c", "a", "b"])
    #expect(try ordered.links(.creation).map(\.creationOrder) == [0, 1, 2])
    #expect(try ordered.names == ["a", "b", "c"])
    #expect(try plain.links(.creation).map(\.name) == ["a", "b", "c"])
  }

  @Test func objectsMoveCopyAndGo() throws {
    let scratch = try Scratch()
    let root = try scratch.file().root
    try root.createDataset("a/data", [1, 2])
    try root.group("a").attributes.set("title", to: "t")
    try root.move("a/data", to: "new/place/data")
    #expect(try !root.exists("a/data") && root.dataset("new/place/data").read() == [1, 2])
    try root.copy("a", to: root, as: "copies/a")
    #expect(try root.group("copies/a").attributes.read("title") == "t")
    let second = try scratch.file("second.h5")
    try root.copy("new", to: second.root, as: "new")
    #expect(try second.root.dataset("new/place/data").read() == [1, 2])
    try root.delete("new")
    #expect(try !root.exists("new"))
    #expect(kind { try root.delete("new") } == .notFound)
    #expect(kind { try root.move("new", to: "old") } == .notFound)
    #expect(kind { try root.createGroup("a") } == .alreadyExists)
    #expect(kind { try root.createHardLink("x", to: second.root) } == .invalidArgument)
    #expect(try root.requireGroup("a").path == "/a" && root.requireGroup("z/y").path == "/z/y")
  }

  @Test func namesOfAnyKindAreKept() throws {
    let root = try Scratch().file().root
    for name in ["µ-Raman map", "日本語", "e\u{301}", "é", "a b", "-", "line\nbreak"] {
      try root.createGroup(name)
      #expect(try root.exists(name))
    }
    #expect(try root.links().count == 7)
    #expect(kind { try root.createGroup("zero\0byte") } == .invalidArgument)
    #expect(kind { try root.open("zero\0byte") } == .invalidArgument)
  }

  @Test func aWalkMeetsEachObjectOnce() throws {
    let root = try Scratch().file().root
    let inner = try root.createGroup("a/inner")
    try inner.createDataset("data", [1])
    try inner.createHardLink("loop", to: root)
    try root.createHardLink("z", to: inner)
    try root.createDatatype("type", .float32)
    try root.createSoftLink("soft", to: "/a")
    var met: [String] = []
    try root.visit { (path, node) throws(HDF5Error) in
      met.append("\(path) \(node.kind)")
      return .proceed
    }
    #expect(met == ["a group", "a/inner group", "a/inner/data dataset", "type datatype"])
    var first: [String] = []
    try root.visit { (path, _) throws(HDF5Error) in
      first.append(path)
      return path == "a" ? .skipChildren : .stop
    }
    #expect(first == ["a", "type"])
  }

  @Test func softLinksInALoopEnd() throws {
    let root = try Scratch().file().root
    try root.createSoftLink("a", to: "/b")
    try root.createSoftLink("b", to: "/a")
    #expect(kind { try root.open("a") } == .tooManyLinks)
  }
}
