import Blocks
import Microscopy
import Testing

@testable import Store

@Suite struct ResultTests {
  @Test func everythingComesBack() throws {
    let scratch = try Scratch()
    let path = scratch.file("a.hspy")
    try sampleFile(path).close()
    let store = try Store.open(path)
    let map = try store.map("rock")
    let result = try map.result("nmf")
    #expect(try result.arrayNames == ["abundances", "spectra"])
    let (spectra, axes) = try result.array("spectra")
    #expect(spectra.floats == (0..<60).map { Float($0) })
    #expect(axes.map(\.size) == [2, 30])
    #expect(axes[1] == map.axes[2])
    #expect(try result.scalar("divergence") == 12.5)
    #expect(try result.table("fractions")[1] == TableColumn("fraction", units: "at.%", numbers: [40, 60]))
    let made = try result.provenance
    #expect(made.operation == "nmf")
    #expect(made.inputs == [try map.input])
    #expect(made.inputs[0].path == "/rock/data/counts")
    #expect(try made.parameters(as: [String: Int].self) == ["components": 2])
    #expect(try map.mask("grain").pixels == (0..<20).map { $0 % 3 == 0 })
    #expect(try map.image("HAADF").array.read([1..<2, 0..<5]) == MemoryArray(shape: [5], (5..<10).map { Float($0) }).bytes)
    #expect(try map.provenance?.inputs.first?.size == 1200)
    let series = try store.series("both")
    #expect(try series.members.map(\.link) == ["rock", "other"])
    #expect(try series.result("nmf").arrayNames == ["abundances/other", "abundances/rock", "spectra"])
    #expect(try series.result("nmf").array("abundances/other").values.floats?.first == 2)
    let model = try store.model("net")
    #expect(model.tensorNames == ["b.weight", "a.bias"])
    #expect(try model.tensor("a.bias").doubles == [1.5])
    #expect(try model.architecture(as: [String: Int].self) == ["layers": 3])
  }

  @Test func namesAreUniqueAndCheckpointsGiveWay() throws {
    let scratch = try Scratch()
    let path = scratch.file("a.hspy")
    let store = try sampleFile(path)
    let map = try store.map("rock")
    #expect(try map.nextResultName("nmf") == "nmf-2")
    #expect(try map.nextResultName("pca") == "pca")
    let made = try Provenance(operation: "nmf", parameters: ["seed": 3])
    #expect(throws: StoreError.self) { try map.addResult("nmf", made: made) { _ in } }

    let state = ["w": StoredArray([1.5, -0.0, .nan] as [Float]), "step": StoredArray([7] as [Int64])]
    try map.saveCheckpoint("nmf-2", made: made, state: ["w": StoredArray([0] as [Float])])
    try map.saveCheckpoint("nmf-2", made: made, state: state)
    #expect(try map.results.map(\.name) == ["nmf"])
    #expect(try map.unfinishedResults.map(\.name) == ["nmf-2"])
    #expect(try map.nextResultName("nmf") == "nmf-3")
    try store.close()

    let again = try Store.open(path, .writing)
    let same = try again.map("rock")
    let checkpoint = try #require(try same.checkpoint("nmf-2"))
    #expect(checkpoint.state == state)
    #expect(checkpoint.provenance == made)
    struct Broken: Error {}
    #expect(throws: StoreError.self) {
      try same.addResult("nmf-2", made: made) { result in
        try result.scalar("x", 1)
        throw Broken()
      }
    }
    #expect(try same.checkpoint("nmf-2") != nil)
    try same.addResult("nmf-2", made: made) { try $0.scalar("x", 1) }
    #expect(try same.results.map(\.name) == ["nmf", "nmf-2"])
    #expect(try same.checkpoint("nmf-2") == nil)
    #expect(try again.validate() == [])
  }

  @Test func onlyFactorisationsAreLearningResults() throws {
    let scratch = try Scratch()
    let store = try sampleFile(scratch.file("a.hspy"))
    let map = try store.map("other")
    let place = "Experiments/other/learning_results"
    for operation in ["simulate", "nmf"] {
      try map.addResult(operation, made: Provenance(operation: operation, parameters: ["k": 2])) { result in
        try result.spectra(StoredArray([Float](repeating: 1, count: 60), shape: [2, 30]))
        try result.images(StoredArray([Float](repeating: 1, count: 40), shape: [2, 4, 5]))
      }
      #expect(try store.file.root.exists(place) == (operation == "nmf"))
    }
    #expect(try store.file.root.group(place).attributes.read("decomposition_algorithm", as: String.self) == "NMF")
  }

  @Test func seriesReachIntoOtherFiles() throws {
    let scratch = try Scratch()
    let other = scratch.file("other.hspy")
    try sampleFile(other).close()
    let store = try sampleFile(scratch.file("main.hspy"))
    let series = try store.addSeries("two", [.init("rock"), .init("rock", file: other)])
    let members = try series.members
    #expect(members.map(\.link) == ["rock", "rock-2"])
    #expect(try members[1].map.input.file == "other.hspy")
    #expect(try members[1].map.input.path == "/rock/data/counts")
    let joined = try ConcatenatedSource(members.map { try $0.map.rows() })
    #expect(joined.images == [[4, 5], [4, 5]])
    #expect(try matrix(joined) == matrix(store.map("rock").rows()) + matrix(store.map("rock").rows()))
    #expect(throws: StoreError.self) { try store.addSeries("bad", [.init("nothing")]) }
    #expect(throws: StoreError.self) { try store.addSeries("two", [.init("rock")]) }
    let elsewhere = try Scratch()
    let outside = elsewhere.file("x.hspy")
    try sampleFile(outside).close()
    #expect(throws: StoreError.self) { try store.addSeries("far", [.init("rock", file: outside)]) }
    #expect(try store.series.map(\.name) == ["both", "two"])
  }
}
