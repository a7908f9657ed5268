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

  @Test func openingSaysWhatIsWrong() throws {
    let scratch = try Scratch()
    #expect(kind { try File.open(scratch.path("missing.h5")) } == .notFound)
    #expect(kind { try File.open(scratch.folder) } == .cannotOpen)
    try scratch.write(Array("no HDF5 at all, only a text".utf8), to: "text.h5")
    try scratch.write([], to: "empty.h5")
    #expect(kind { try File.open(scratch.path("text.h5")) } == .notHDF5)
    #expect(kind { try File.open(scratch.path("empty.h5")) } == .notHDF5)
    #expect(kind { try File.open("a\0b") } == .invalidArgument)
    #expect(kind { try File.create(scratch.path("no/folder.h5")) } == .cannotCreate)
    #expect(!File.isHDF5(scratch.path("text.h5")) && !File.isHDF5(scratch.path("missing.h5")))
    let file = try scratch.file()
    try file.root.createDataset("data", [Int](repeating: 3, count: 2000))
    try file.close()
    #expect(File.isHDF5(scratch.path()))
    #expect(kind { try File.create(scratch.path()) } == .alreadyExists)
    let bytes = try scratch.bytes()
    try scratch.write(Array(bytes.prefix(bytes.count / 2)), to: "cut.h5")
    #expect(kind { try File.open(scratch.path("cut.h5")) } == .damaged)
    var newer = bytes
    newer[8] = 9
    try scratch.write(newer, to: "newer.h5")
    #expect(kind { try File.open(scratch.path("newer.h5")) } == .tooNew)
    try File.create(scratch.path(), replacing: true).close()
    #expect(try File.open(scratch.path()).root.names == [])
  }

  @Test func aFileOpenForReadingIsNotWritten() throws {
    let scratch = try Scratch()
    let made = try scratch.file()
    try made.root.createDataset("data", [1])
    try made.close()
    let root = try File.open(scratch.path()).root
    #expect(kind { try root.createGroup("new") } == .cannotWrite)
    #expect(kind { try root.dataset("data").write([2]) } == .cannotWrite)
    #expect(kind { try root.attributes.set("new", to: 1) } == .cannotWrite)
    #expect(kind { try root.delete("data") } == .cannotWrite)
  }

  @Test func closedThingsSaySo() throws {
    let scratch = try Scratch()
    let file = try scratch.file()
    let root = try file.root
    let group = try root.createGroup("group")
    let data = try root.createDataset("data", [1, 2], layout: .chunked([2]))
    try root.attributes.set("a", to: 1)
    let attribute = try root.attributes.open("a")
    try group.close()
    try group.close()
    #expect(kind { try group.names } == .closed)
    #expect(kind { try group.attributes.names } == .closed)
    #expect(try data.read() == [1, 2])
    #expect(file.isOpen)
    try file.close()
    try file.close()
    #expect(!file.isOpen)
    #expect(kind { try file.root } == .closed)
    #expect(kind { try file.flush() } == .closed)
    #expect(kind { try root.createGroup("x") } == .closed)
    #expect(kind { try root.open("data") } == .closed)
    #expect(kind { try data.read(as: Int.self) } == .closed)
    #expect(kind { try data.write([1, 2]) } == .closed)
    #expect(kind { try data.readChunk(at: [0]) } == .closed)
    #expect(kind { try data.shape } == .closed)
    #expect(kind { try data.identity } == .closed)
    #expect(kind { try attribute.read(as: Int.self) } == .closed)
    try data.close()
    try attribute.close()
  }

  @Test func handlesDoNotLeak() throws {
    let file = try Scratch().file()
    #expect(try file.openObjectCount() == 1)
    do {
      let root = try file.root
      let data = try root.createDataset("g/data", ["a", "b"])
      try data.attributes.set("units", to: "eV")
      _ = try data.attributes.value("units")
      _ = try data.read(as: String.self, .points([[1]]))
      _ = try root.links()
      try root.visit { (_, _) throws(HDF5Error) in .proceed }
      _ = kind { try root.dataset("missing") }
      _ = kind { try data.attributes.read("missing", as: Int.self) }
      _ = kind { try data.read(as: Int.self) }
      _ = kind { try data.read(as: String.self, .points([[5]])) }
      _ = kind { try root.createDataset("g/data", [1]) }
      #expect(try file.openObjectCount() == 3)
    }
    #expect(try file.openObjectCount() == 1)
  }

  @Test func objectsKeepTheirFileOpen() throws {
    let scratch = try Scratch()
    let data: Dataset
    do { data = try scratch.file().root.createDataset("data", [1, 2, 3]) }
    #expect(try data.read() == [1, 2, 3])
    #expect(data.file.isOpen)
  }

  @Test func propertiesReachTheFile() throws {
    let scratch = try Scratch()
    let file = try File.create(scratch.path(), userBlockBytes: 1024)
    try file.root.createGroup("g")
    try file.close()
    #expect(try scratch.bytes().prefix(1024).allSatisfy { $0 == 0 })
    #expect(try File.open(scratch.path()).root.names == ["g"])
    #expect(kind { try File.create(scratch.path("odd.h5"), userBlockBytes: 100) } == .invalidArgument)
    var access = FileAccess()
    access.versions = .v110 ... .v110
    access.chunkCacheBytes = 1 << 16
    access.locking = false
    let modern = try scratch.file("modern.h5", access: access)
    try modern.root.createDataset("data", [1, 2, 3], layout: .chunked([2]))
    try modern.flush()
    try modern.close()
    #expect(try scratch.bytes("modern.h5")[8] == 3)
    #expect(try File.open(scratch.path("modern.h5")).root.dataset("data").read() == [1, 2, 3])
  }
}
