import Testing

@testable import HDF5

/// Files that point out of their folder.
@Suite struct OutsideTests {
  /// A folder `in` with `main.h5` and a file outside it.
  private func setting(_ fill: (Group, Scratch) throws -> Void) throws -> (Scratch, String) {
    let scratch = try Scratch()
    try scratch.makeFolder("in/sub")
    for name in ["secret.h5", "in/friend.h5", "in/sub/deep.h5"] {
      let file = try scratch.file(name)
      try file.root.createDataset("data", [1, 2, 3])
      try file.close()
    }
    let file = try scratch.file("in/main.h5", access: trusting)
    try fill(try file.root, scratch)
    try file.close()
    return (scratch, scratch.path("in/main.h5"))
  }

  private var trusting: FileAccess {
    var access = FileAccess()
    access.allowsOutsideFiles = true
    return access
  }

  @Test func externalLinksStayInTheFolder() throws {
    let (scratch, path) = try setting { root, scratch in
      try scratch.makeSymbolicLink("in/alias.h5", to: "../secret.h5")
      try scratch.makeSymbolicLink("in/up", to: "..")
      try scratch.makeSymbolicLink("in/near.h5", to: "friend.h5")
      let targets = [
        "friend": "friend.h5", "deep": "sub/deep.h5", "near": "near.h5", "round": "../in/friend.h5",
        "own": scratch.path("in/friend.h5"),
        "dots": "../secret.h5", "nested": "sub/../../secret.h5", "absolute": scratch.path("secret.h5"),
        "alias": "alias.h5", "up": "up/secret.h5", "passwords": "/etc/passwd",
      ]
      for (name, target) in targets { try root.createExternalLink(name, file: target, target: "/data") }
    }
    _ = scratch
    let root = try File.open(path).root
    for name in ["friend", "deep", "near", "round", "own"] {
      #expect(try root.dataset(name).read() == [1, 2, 3], "\(name)")
    }
    for name in ["dots", "nested", "absolute", "alias", "up", "passwords"] {
      #expect(kind { try root.dataset(name) } == .outsideFolder, "\(name)")
      #expect(kind { try root.exists(name) } == .outsideFolder, "\(name)")
    }
    let trusted = try File.open(path, access: trusting).root
    for name in ["dots", "nested", "absolute", "alias", "up"] {
      #expect(try trusted.dataset(name).read() == [1, 2, 3], "\(name)")
    }
  }

  @Test func nothingIsMadeOrRemovedOutside() throws {
    let (scratch, path) = try setting { root, _ in
      try root.createExternalLink("out", file: "../secret.h5", target: "/")
    }
    let root = try File.open(path, .writing).root
    #expect(kind { try root.createGroup("out/new") } != nil)
    #expect(kind { try root.createDataset("out/new", [1]) } != nil)
    #expect(kind { try root.createSoftLink("out/new", to: "/data") } != nil)
    #expect(kind { try root.createDatatype("out/new", .int8) } != nil)
    #expect(kind { try root.delete("out/data") } != nil)
    #expect(kind { try root.move("out/data", to: "out/moved") } != nil)
    #expect(try File.open(scratch.path("secret.h5")).root.names == ["data"])
  }

  @Test func linksBehindLinksAreJudgedToo() throws {
    let (scratch, path) = try setting { root, scratch in
      let friend = try File.open(scratch.path("in/friend.h5"), .writing)
      try friend.root.createExternalLink("out", file: "../secret.h5", target: "/data")
      try friend.close()
      let deep = try File.open(scratch.path("in/sub/deep.h5"), .writing)
      try deep.root.createExternalLink("back", file: "../friend.h5", target: "/data")
      try deep.close()
      try root.createExternalLink("chain", file: "friend.h5", target: "/out")
      try root.createExternalLink("back", file: "sub/deep.h5", target: "/back")
      try root.createSoftLink("soft", to: "/chain")
    }
    _ = scratch
    let root = try File.open(path).root
    #expect(kind { try root.dataset("chain") } == .outsideFolder)
    #expect(kind { try root.dataset("soft") } == .outsideFolder)
    #expect(try root.dataset("back").read() == [1, 2, 3])
  }

  @Test func virtualDatasetsStayInTheFolder() throws {
    let (scratch, path) = try setting { root, scratch in
      let targets = [
        "friend": "friend.h5", "dots": "../secret.h5", "absolute": scratch.path("secret.h5"),
        "missing": "missing.h5",
      ]
      for (name, target) in targets {
        let mapping = VirtualMapping(.all, file: target, path: "data", shape: [3])
        try root.createDataset(name, type: .int64, shape: [3], layout: .virtual([mapping]))
      }
      let blocks = VirtualMapping(
        .hyperslab(start: [0], stride: [3], count: [.max], block: [3]), file: "friend-%b.h5", path: "data",
        shape: [3])
      try root.createDataset(
        "pattern", type: .int64, space: .simple(shape: [3], maxShape: [nil]), layout: .virtual([blocks]))
      try root.createExternalLink("link", file: "../secret.h5", target: "/data")
      let through = VirtualMapping(.all, path: "link", shape: [3])
      try root.createDataset("through", type: .int64, shape: [3], layout: .virtual([through]))
    }
    _ = scratch
    let root = try File.open(path).root
    #expect(try root.dataset("friend").read() == [1, 2, 3])
    #expect(try root.dataset("missing").read() == [0, 0, 0])
    for name in ["dots", "absolute", "pattern", "through"] {
      #expect(kind { try root.dataset(name) } == .outsideFolder, "\(name)")
    }
    let trusted = try File.open(path, access: trusting).root
    for name in ["dots", "absolute", "through"] {
      #expect(try trusted.dataset(name).read() == [1, 2, 3], "\(name)")
    }
  }

  @Test func virtualDatasetsInALoopAreRefused() throws {
    let scratch = try Scratch()
    let file = try scratch.file()
    let toB = VirtualMapping(.all, path: "b", shape: [3])
    let toA = VirtualMapping(.all, path: "a", shape: [3])
    let root = try file.root
    try root.createDataset("b", [1, 2, 3])
    try root.createDataset("a", type: .int64, shape: [3], layout: .virtual([toB]))
    try root.delete("b")
    #expect(
      kind { try root.createDataset("b", type: .int64, shape: [3], layout: .virtual([toA])) } == .tooManyLinks
    )
    try file.close()
    let again = try File.open(scratch.path()).root
    #expect(kind { try again.dataset("a") } == .tooManyLinks)
  }

  @Test func aFileOpenedThroughASymbolicLinkKeepsItsFriends() throws {
    let (scratch, _) = try setting { root, _ in
      try root.createExternalLink("friend", file: "friend.h5", target: "/data")
      try root.createExternalLink("secret", file: "../secret.h5", target: "/data")
    }
    try scratch.makeFolder("elsewhere")
    try scratch.makeSymbolicLink("elsewhere/main.h5", to: "../in/main.h5")
    let root = try File.open(scratch.path("elsewhere/main.h5")).root
    #expect(try root.dataset("friend").read() == [1, 2, 3])
    #expect(kind { try root.dataset("secret") } == .outsideFolder)
  }
}
