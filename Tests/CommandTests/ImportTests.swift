import Foundation
import Testing

@Suite struct ImportTests {
  @Test func bareBinaryWithAxes() throws {
    let scratch = try Scratch()
    try scratch.writeCounts("scan 1.bin", shape: [3, 4, 8])
    let report = try scratch.lamella(
      "import", "scan 1.bin", "-o", "maps.hspy", "--shape", "3x4x8", "--dtype", "uint16", "--axes",
      "y:0.5:nm,x:0.5:nm:2,Energy:0.01:keV:-0.2", "--json"
    ).json()
    let imported = try #require((report["maps"] as? [[String: Any]])?.first)
    #expect(imported["name"] as? String == "scan_1")
    #expect(imported["shape"] as? [Int] == [3, 4, 8])
    let map = try #require(try scratch.maps("maps.hspy").first)
    #expect(map["name"] as? String == "scan_1")
    #expect(map["dtype"] as? String == "uint16")
    #expect(map["digest"] as? String == imported["digest"] as? String)
    let axes = try #require(map["axes"] as? [[String: Any]])
    #expect(axes.map { $0["name"] as? String } == ["y", "x", "Energy"])
    #expect(axes.map { $0["units"] as? String } == ["nm", "nm", "keV"])
    #expect(axes.map { $0["offset"] as? Double } == [0, 2, -0.2])
    #expect(axes.map { $0["scale"] as? Double } == [0.5, 0.5, 0.01])
    #expect(axes.map { $0["size"] as? Int } == [3, 4, 8])
  }

  @Test func severalInputsAndAdding() throws {
    let scratch = try Scratch()
    for name in ["a.bin", "b.bin"] { try scratch.writeCounts(name, shape: [2, 2, 8]) }
    try scratch.lamella(
      "import", "a.bin", "b.bin", "-o", "maps.hspy", "--shape", "2x2x8", "--dtype", "uint16")
    #expect(try scratch.maps("maps.hspy").map { $0["name"] as? String } == ["a", "b"])
    try scratch.lamella(
      "import", "a.bin", "b.bin", "-o", "maps.hspy", "--name", "c", "--shape", "2x2x8", "--dtype", "uint16")
    #expect(try scratch.maps("maps.hspy").map { $0["name"] as? String } == ["a", "b", "c", "c-2"])
  }

  @Test func takenNameIsRefused() throws {
    let scratch = try Scratch()
    try scratch.makeMap("a", in: "maps.hspy")
    let before = try scratch.bytes("maps.hspy")
    let run = try scratch.lamella(
      "import", "a.bin", "-o", "maps.hspy", "--shape", "4x5x16", "--dtype", "uint16", code: 4)
    #expect(run.errors.contains("maps.hspy, /a: there is a map of that name already"))
    #expect(run.errors.contains("--name"))
    #expect(try scratch.bytes("maps.hspy") == before)
  }

  @Test func otherFilesAreNeverOverwritten() throws {
    let scratch = try Scratch()
    try scratch.writeCounts("a.bin", shape: [2, 2, 8])
    try scratch.write(Data("dear diary".utf8), "diary.txt")
    try scratch.lamella(
      "import", "a.bin", "-o", "diary.txt", "--shape", "2x2x8", "--dtype", "uint16", code: 4)
    #expect(try scratch.bytes("diary.txt") == Data("dear diary".utf8))
    try scratch.lamella("import", "a.bin", "-o", "a.bin", "--shape", "2x2x8", "--dtype", "uint16", code: 4)
  }

  @Test func unknownFormatsNameTheSupportedOnes() throws {
    let scratch = try Scratch()
    try scratch.write(Data("what is this".utf8), "thing.xyz")
    let run = try scratch.lamella("import", "thing.xyz", "-o", "maps.hspy", code: 3)
    for format in ["Ripple", "NumPy", "EMSA", "HyperSpy", "HDF5"] { #expect(run.errors.contains(format)) }
    #expect(!scratch.exists("maps.hspy"))
  }

  @Test func missingInputLeavesNoOutput() throws {
    let scratch = try Scratch()
    let run = try scratch.lamella("import", "nowhere.npy", "-o", "maps.hspy", code: 3)
    #expect(run.errors.contains("nowhere.npy"))
    #expect(!scratch.exists("maps.hspy"))
  }

  @Test func aFullDiskIsAnErrorOfTheOutput() throws {
    let scratch = try Scratch()
    try scratch.writeCounts("a.bin", shape: [64, 64, 128])
    let run = try scratch.lamella(
      limited: 64, "import", "a.bin", "-o", "maps.hspy", "--shape", "64x64x128", "--dtype", "uint16",
      code: 4)
    #expect(run.errors.contains("maps.hspy"))
    #expect(!scratch.exists("maps.hspy"))
    try scratch.makeMap("b", in: "maps.hspy")
    _ = try scratch.lamella(
      limited: 64, "import", "a.bin", "-o", "maps.hspy", "--shape", "64x64x128", "--dtype", "uint16",
      code: 4)
    #expect(scratch.exists("maps.hspy"))
  }

  @Test func errorsOfInputsAndWordsAreNotThoseOfTheOutput() throws {
    let scratch = try Scratch()
    var empty = Data([0x93] + "NUMPY".utf8 + [1, 0, 118, 0])
    empty.append(contentsOf: "{'descr': '<u2', 'fortran_order': False, 'shape': (0, 4, 8), }".utf8)
    empty.append(contentsOf: [UInt8](repeating: 32, count: 127 - empty.count) + [10])
    try scratch.write(empty, "empty.npy")
    let run = try scratch.lamella("import", "empty.npy", "-o", "maps.hspy", code: 3)
    #expect(run.errors.contains("empty.npy") && run.errors.contains("empty: its shape"))
    try scratch.writeCounts("a.bin", shape: [2, 2, 8])
    for name in ["a/b", "", "series"] {
      let run = try scratch.lamella(
        "import", "a.bin", "-o", "maps.hspy", "--shape", "2x2x8", "--dtype", "uint16", "--name", name, code: 2)
      #expect(run.errors.contains("--name"))
      try scratch.lamella("simulate", "mineral", "-o", "maps.hspy", "--size", "2x2", "--name", name, code: 2)
    }
    #expect(!scratch.exists("maps.hspy"))
  }

  @Test func shortFileIsRefused() throws {
    let scratch = try Scratch()
    try scratch.writeCounts("a.bin", shape: [2, 2, 8])
    try scratch.lamella(
      "import", "a.bin", "-o", "maps.hspy", "--shape", "3x2x8", "--dtype", "uint16", code: 3)
    #expect(!scratch.exists("maps.hspy"))
  }
}
