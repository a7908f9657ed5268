import Blocks
import Foundation
import Store
import Testing
import Workflows
import XRay

struct SimulateMineralTests {
  @Test func theFileHoldsTheMapAndItsTruth() throws {
    let folder = URL.temporaryDirectory.appending(path: "simulate-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer {
      do { try FileManager.default.removeItem(at: folder) } catch { Issue.record(error) }
    }
    let path = folder.appending(path: "rock.h5").path
    var settings = MineralSettings()
    (settings.height, settings.width, settings.channels, settings.seed) = (37, 45, 300, 5)
    let report = try SimulateMineral(settings, output: path).run()
    #expect(report.shape == [37, 45, 300])

    let mineral = try MineralMap(settings)
    let expected = mineral.read(mineral.wholeBox)
    let store = try Store.open(path)
    let map = try store.map()
    let stored = try map.read([0..<37, 0..<45, 0..<300])
    let isSame = stored == expected
    #expect(isSame)
    #expect(try map.provenance?.parameters(as: MineralSettings.self) == settings)

    let truth = try map.result("truth")
    #expect(try truth.array("spectra").values.doubles == mineral.spectra.flatMap { $0 })
    let abundances = try truth.array("abundances").values
    #expect(abundances.shape == [3, 37, 45])
    #expect(abundances.floats == (0..<3).flatMap { mineral.abundances(of: $0) })
    #expect(try truth.array("expected_counts").values.floats == mineral.expectedCounts)
    let counts = try truth.table("phases").first { $0.name == "counts" }
    #expect(counts?.values == .numbers(mineral.brightness))
    try store.close()

    let nonzeros = stride(from: 0, to: expected.count, by: 2).count { expected[$0] | expected[$0 + 1] != 0 }
    for threads in [1, 3] {
      let sweep = try MeasureSweep(path, threads: threads).run()
      #expect(sweep.nonzeros == nonzeros)
      #expect(sweep.bytes == expected.count)
    }
  }
}
