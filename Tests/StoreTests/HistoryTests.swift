import HDF5
import Microscopy
import Testing

@testable import Store

@Suite struct HistoryTests {
  @Test func itLeadsBackToTheImportedFile() throws {
    let scratch = try Scratch()
    let store = try sampleFile(scratch.file("a.hspy"))
    let map = try store.map("rock")
    let made = try Provenance(
      operation: "quantify", parameters: ["k": 1], inputs: [map.result("nmf").input, map.mask("grain").input])
    try map.addResult("quantify", made: made) { try $0.scalar("x", 1) }

    let history = try store.history(of: "rock/results/quantify")
    #expect(history.made == made)
    #expect(history.inputs.map { $0.made?.operation } == ["nmf", "mask"])
    #expect(history.inputs[0].inputs.map(\.path) == ["/rock/data/counts"])
    #expect(history.inputs[0].inputs[0].made?.operation == "import")
    #expect(
      history.inputs[0].inputs[0].inputs == [
        History(path: "/", file: "rock.raw", sha256: nil, hasChanged: false, made: nil, inputs: [])
      ])
    #expect(!history.inputs[0].inputs[0].hasChanged)
    #expect(try store.history(of: "/series/both").inputs.map(\.path) == ["/rock/data/counts", "/other/data/counts"])
    #expect(throws: StoreError.self) { try store.history(of: "nothing") }
    #expect(throws: StoreError.self) { try store.history(of: "rock/results/nothing") }

    try map.dataset.attributes.set("sha256", to: String(repeating: "0", count: 64))
    #expect(try store.history(of: "rock/results/nmf").inputs[0].hasChanged)
  }

  @Test func whatWasMadeFromItselfEnds() throws {
    let scratch = try Scratch()
    let store = try sampleFile(scratch.file("a.hspy"))
    let map = try store.map("rock")
    let made = try Provenance(operation: "loop", parameters: ["k": 1], inputs: [.init(path: "/rock/results/loop")])
    try map.addResult("loop", made: made) { try $0.scalar("x", 1) }
    let history = try store.history(of: "/rock/results/loop")
    #expect(history.inputs.count == 1)
    #expect(history.inputs[0].inputs.isEmpty)
  }

  @Test func filesThatNameEachOtherEnd() throws {
    let scratch = try Scratch()
    let store = try sampleFile(scratch.file("a.hspy"))
    let made = try Provenance(
      operation: "loop", parameters: ["k": 1], inputs: [.init(path: "/rock/results/loop", file: "a.hspy")])
    try store.map("rock").addResult("loop", made: made) { try $0.scalar("x", 1) }
    try store.close()
    let history = try Store.open(scratch.file("a.hspy")).history(of: "/rock/results/loop")
    #expect(history.inputs.count == 1)
  }

  @Test func itReachesIntoOtherFiles() throws {
    let scratch = try Scratch()
    try sampleFile(scratch.file("other.hspy")).close()
    let store = try sampleFile(scratch.file("a.hspy"))
    let series = try store.addSeries("two", [.init("rock"), .init("rock", file: scratch.file("other.hspy"))])
    let made = try Provenance(operation: "nmf", parameters: ["k": 1], inputs: series.maps.map { try $0.input })
    try series.addResult("nmf", made: made) { try $0.scalar("x", 1) }
    let history = try store.history(of: "/series/two/results/nmf")
    #expect(history.inputs.map(\.file) == [nil, "other.hspy"])
    #expect(history.inputs[1].inputs.first?.file == "rock.raw")
  }
}
