import Foundation
import Store
import Testing
import Workflows
import XRay

struct TraceHistoryTests {
  @Test func everyInputIsToldByWhatMadeIt() throws {
    let folder = URL.temporaryDirectory.appending(path: "history-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer {
      do { try FileManager.default.removeItem(at: folder) } catch { Issue.record(error) }
    }
    let path = folder.appending(path: "rock.hspy").path
    var settings = MineralSettings()
    (settings.height, settings.width, settings.channels) = (4, 5, 32)
    _ = try SimulateMineral(settings, output: path).run()
    let store = try Store.open(path, .writing)
    let map = try store.map("mineral")
    let mask = try map.addMask(
      "grain", (0..<20).map { $0 > 3 }, made: Provenance(operation: "threshold", parameters: ["level": 1], inputs: [map.input]))
    let made = try Provenance(operation: "quantify", parameters: ["k": 1], inputs: [map.result("truth").input, mask.input])
    try map.addResult("quantify", made: made) { try $0.scalar("x", 1) }
    try store.addSeries("all", [.init("mineral")])
    try store.close()

    let result = try #require(try TraceHistory(path, path: "mineral/results/quantify").run().objects.first)
    #expect(result.operation == "quantify")
    #expect(result.inputs.map(\.operation) == ["simulate", "threshold"])
    #expect(result.inputs[1].inputs.map(\.operation) == ["simulate"])
    let series = try #require(try TraceHistory(path, path: "series/all").run().objects.first)
    #expect(series.inputs.map(\.operation) == ["simulate"])
    #expect(try TraceHistory(path, path: "mineral/masks/grain").run().objects[0].operation == "threshold")
    #expect(
      try TraceHistory(path).run().objects.map(\.path) == [
        "/mineral", "/mineral/masks/grain", "/mineral/results/truth", "/mineral/results/quantify", "/series/all",
      ])
  }
}
