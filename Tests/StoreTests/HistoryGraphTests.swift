import Foundation
import HDF5
import Microscopy
import Testing

@testable import Store

@Suite struct HistoryGraphTests {
  private func made(_ inputs: [Provenance.Input]) throws -> Provenance {
    try Provenance(operation: "quantify", parameters: ["k": 1], inputs: inputs)
  }

  @Test func everyObjectIsOneNode() throws {
    let scratch = try Scratch()
    try Data(count: 1200).write(to: URL(fileURLWithPath: scratch.file("rock.raw")))
    let store = try sampleFile(scratch.file("a.hspy"))
    let map = try store.map("rock")
    try map.addResult("quantify", made: made([map.result("nmf").input, map.mask("grain").input, map.input])) {
      try $0.scalar("x", 1)
    }
    let graph = try store.historyGraph(of: ["rock/results/quantify"])
    #expect(graph.nodes.map(\.kind) == [.result, .result, .mask, .map, .file])
    #expect(graph.nodes.map(\.operation) == ["quantify", "nmf", "mask", "import", nil])
    #expect(graph.nodes[4].file == "rock.raw" && graph.nodes[4].path == nil && graph.nodes[4].size == 1200)
    #expect(
      graph.edges.map { "\($0.from) \($0.to) \($0.state)" } == [
        "n2 n1 same", "n3 n1 same", "n4 n1 same", "n4 n2 same", "n5 n4 unverified",
      ])
    let order = graph.inOrderOfMaking.map(\.id)
    #expect(order.sorted() == graph.nodes.map(\.id))
    for edge in graph.edges { #expect(try #require(order.firstIndex(of: edge.from)) < order.firstIndex(of: edge.to) ?? 0) }
    #expect(try store.historyGraph(of: ["rock/results/nmf", "rock"]).nodes.count == 3)
    #expect(throws: StoreError.self) { try store.historyGraph(of: ["nothing"]) }
  }

  @Test func whatChangedOrIsGoneIsMarked() throws {
    let scratch = try Scratch()
    let store = try sampleFile(scratch.file("a.hspy"))
    let map = try store.map("rock")
    try map.addResult("quantify", made: made([map.result("nmf").input, map.mask("grain").input])) { try $0.scalar("x", 1) }
    try map.removeMask("grain")
    try map.dataset.attributes.set("sha256", to: String(repeating: "0", count: 64))
    let graph = try store.historyGraph(of: ["rock/results/quantify"])
    #expect(graph.edges.map(\.state) == [.same, .missing, .changed, .missing])
    #expect(graph.nodes.map(\.missing) == [false, false, true, false, true])
    #expect(graph.nodes[2].kind == .unknown && graph.nodes[2].path == "/rock/masks/grain/mask")
  }

  @Test func circlesEnd() throws {
    let scratch = try Scratch()
    let store = try sampleFile(scratch.file("a.hspy"))
    let map = try store.map("rock")
    try map.addResult("one", made: made([.init(path: "/rock/results/two", file: "a.hspy")])) { try $0.scalar("x", 1) }
    try map.addResult("two", made: made([.init(path: "/rock/results/one"), .init(path: "/rock/results/two")])) {
      try $0.scalar("x", 1)
    }
    let graph = try store.historyGraph(of: ["rock/results/one"])
    #expect(graph.nodes.count == 2)
    #expect(graph.edges.map { "\($0.from) \($0.to)" } == ["n2 n1", "n1 n2", "n2 n2"])
    #expect(graph.inOrderOfMaking.count == 2)
  }

  @Test func aFileOfSeveralNamesIsOneNode() throws {
    let scratch = try Scratch()
    for name in ["raw", "raw/b"] {
      try FileManager.default.createDirectory(atPath: scratch.file(name), withIntermediateDirectories: true)
    }
    try Data([1, 2, 3]).write(to: URL(fileURLWithPath: scratch.file("raw/scan.raw")))
    try FileManager.default.createSymbolicLink(atPath: scratch.file("link.raw"), withDestinationPath: "raw/scan.raw")
    try sampleFile(scratch.file("raw/b/other.hspy")).close()
    let digest = try #require(try Provenance.Input.wholeFile(scratch.file("raw/scan.raw")).sha256)
    let store = try sampleFile(scratch.file("a.hspy"))
    let names = ["raw/scan.raw", "raw/b/../scan.raw", "link.raw", scratch.file("link.raw")]
    try store.map("rock").addResult(
      "quantify",
      made: made(
        names.map { .init(path: "/", file: $0, sha256: digest, size: 3) }
          + ["raw/b/other.hspy", "raw/../raw/b/other.hspy"].map { .init(path: "/rock/data/counts", file: $0) })
    ) { try $0.scalar("x", 1) }
    let graph = try store.historyGraph(of: ["rock/results/quantify"])
    #expect(graph.nodes.map(\.file) == ["a.hspy", "raw/scan.raw", "raw/b/other.hspy", "raw/b/rock.raw"])
    #expect(graph.edges.map(\.state) == [.same, .same, .same, .same, .unverified, .unverified, .missing])
  }

  @Test func movedFilesAreFoundBesideAndKnownByTheirDigest() throws {
    let scratch = try Scratch()
    let store = try sampleFile(scratch.file("a.hspy"))
    let name = scratch.file("scan.raw")
    try Data([1, 2, 3]).write(to: URL(fileURLWithPath: name))
    let input = try Provenance.Input.wholeFile(name)
    func state(_ file: String) throws -> InputCheck {
      var input = input
      input.file = file
      return try store.check(input, of: nil, .recorded)
    }
    #expect(try state("/nowhere/at/all/scan.raw").state == .same)
    #expect(try state("../elsewhere/scan.raw").place == name)
    #expect(try state("other.raw").state == .missing)
    try Data([1, 2, 4]).write(to: URL(fileURLWithPath: name))
    #expect(try state("/nowhere/at/all/scan.raw").state == .changed)
    // Another one of that name where it was does not hide the right one beside the file.
    try Data([1, 2, 3]).write(to: URL(fileURLWithPath: name))
    try FileManager.default.createDirectory(atPath: scratch.file("raw"), withIntermediateDirectories: true)
    try Data([9, 9, 9]).write(to: URL(fileURLWithPath: scratch.file("raw/scan.raw")))
    #expect(try state("raw/scan.raw").place == name)
  }

  @Test func filesAreNamedFromTheFileThatNamesThem() throws {
    let scratch = try Scratch()
    try FileManager.default.createDirectory(atPath: scratch.file("x/y"), withIntermediateDirectories: true)
    let store = scratch.file("x/a.hspy")
    #expect(scratch.file("x/scan.raw").named(from: store) == "scan.raw")
    #expect(scratch.file("x/y/scan.raw").named(from: store) == "y/scan.raw")
    #expect(scratch.file("scan.raw").named(from: store) == scratch.file("scan.raw"))
    #expect("scan.raw".named(from: "out/a.hspy") == "../scan.raw")
    #expect("./b/scan.raw".named(from: "a.hspy") == "b/scan.raw")
  }

  @Test func differencesAreCountedByElement() {
    var differences = ElementDifferences()
    differences.add([1, 0, 2, 0, 3, 0], [1, 0, 2, 1, 3, 0], .uint16)
    #expect(differences.count == 1 && differences.largest == 256.0 / 258)
    differences = ElementDifferences()
    let (a, b) = (StoredArray([1.0, .nan, 0.0, .infinity]), StoredArray([1.5, .nan, -0.0, 2]))
    differences.add(a.bytes, b.bytes, .float64)
    // Of two zeros of different sign the bits differ, and the numbers do not.
    #expect(differences.count == 3 && differences.largest == 0.5 / 1.5)
    for type in [StoredArray([Float(3)]), StoredArray([Int64(3)]), StoredArray([UInt8(3)]), StoredArray([true])] {
      var none = ElementDifferences()
      none.add(type.bytes, type.bytes, type.type)
      #expect(none.count == 0 && none.largest == nil)
    }
  }
}
