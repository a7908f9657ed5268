import Blocks
import Foundation
import Microscopy
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
    #expect(try truth.tableNames == ["compositions", "lines", "phases"])
    let compositions = try truth.table("compositions")
    #expect(compositions.map(\.units) == ["", "", "at.%", "wt.%"])
    let rows = try zip(#require(compositions[0].texts), zip(#require(compositions[1].texts), #require(compositions[2].numbers)))
    let samarium = rows.first { $0.0 == "bridgmanite" && $0.1.0 == "Sm" }?.1.1
    #expect(abs((samarium ?? 0) - 0.0314) < 1e-4)
    let lines = try truth.table("lines")
    #expect(lines.map(\.name) == ["phase", "element", "line", "family", "energy", "counts", "map_counts"])
    let total = try #require(lines[6].numbers).reduce(0, +)
    let allCounts = mineral.expectedCounts.reduce(0) { $0 + Double($1) }
    #expect(total > 0.85 * allCounts && total < allCounts)
    try store.close()

    let nonzeros = stride(from: 0, to: expected.count, by: 2).count { expected[$0] | expected[$0 + 1] != 0 }
    for threads in [1, 3] {
      let sweep = try MeasureSweep(path, threads: threads).run()
      #expect(sweep.nonzeros == nonzeros)
      #expect(sweep.bytes == expected.count)
    }
  }

  @Test func severalMapsMakeASeries() throws {
    let folder = URL.temporaryDirectory.appending(path: "simulate-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer {
      do { try FileManager.default.removeItem(at: folder) } catch { Issue.record(error) }
    }
    let path = folder.appending(path: "rock.h5").path
    var settings = MineralSettings()
    (settings.height, settings.width, settings.channels, settings.seed) = (17, 15, 300, 5)
    (settings.beamEnergy, settings.escapePeaks, settings.pileUp) = (80, true, 0.02)
    var verb = SimulateMineral(settings, output: path, name: "rock")
    verb.maps = 3
    let report = try verb.run()
    #expect(report.maps == ["rock-1", "rock-2", "rock-3"] && report.series == "rock" && report.map == "rock-1")
    let store = try Store.open(path)
    #expect(try store.series("rock").members.map(\.link) == report.maps)
    #expect(try store.validate() == [] && store.verify() == [])
    for (field, name) in report.maps.enumerated() {
      settings.field = field
      let mineral = try MineralMap(settings)
      let map = try store.map(name)
      let same = try map.read([0..<17, 0..<15, 0..<300]) == mineral.read(mineral.wholeBox)
      #expect(same)
      #expect(try map.result("truth").array("abundances").values.floats == (0..<3).flatMap { mineral.abundances(of: $0) })
      #expect(try map.metadata.instrument.beamEnergy == 80)
      #expect(try RepeatResult(path, path: "\(name)/results/truth").run().identical)
      #expect(try RepeatResult(path, path: name).run().identical)
    }
    try store.close()
    #expect(throws: OutputError.self) { try verb.run() }
    verb.maps = 0
    #expect(throws: MineralSettings.Invalid.self) { try verb.run() }
  }
}
