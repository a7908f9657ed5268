import Decomposition
import Formats
import Foundation
import HDF5
import Microscopy
import Store
import Synchronization
import Testing
import XRay

@testable import Workflows

/// A file with a simulated map, as small as factorisations take.
private func simulate(_ path: String, name: String = "mineral", seed: UInt64 = 1, height: Int = 12) throws {
  var settings = MineralSettings()
  (settings.height, settings.width, settings.channels, settings.seed) = (height, 10, 64, seed)
  _ = try SimulateMineral(settings, output: path, name: name).run()
}

private func factorize(
  _ path: String, _ recipe: NMF = NMF(components: 2), target: FactorizationTarget = .init(), name: String? = nil,
  from spectra: String? = nil
) throws {
  let store = try Store.open(path, .writing)
  var verb = Factorize(recipe: recipe, target: target)
  (verb.name, verb.spectraFrom) = (name, spectra)
  _ = try verb.run(on: store)
  try store.close()
}

/// Changes one value, as a fault of the disk or another program would.
private func alter(_ file: String, _ path: String, to value: some HDF5Element) throws {
  let file = try File.open(file, .writing)
  let dataset = try file.root.dataset(path)
  let corner = try dataset.shape.map { _ in 0..<1 }
  try dataset.write([value], corner.isEmpty ? .all : .box(corner))
  try file.close()
}

struct RepeatResultTests {
  private func repeated(_ file: String, _ path: String, map: String? = nil) throws -> RepeatResult.Report {
    var verb = RepeatResult(file, path: path)
    verb.map = map
    return try verb.run()
  }

  @Test func everyOperationIsRepeatedToTheSameBits() throws {
    let scratch = try Scratch()
    let path = scratch.path("rock.hspy")
    try simulate(path)
    try factorize(path)
    var windowed = FactorizationTarget()
    windowed.windows = [0.5...3, 6...8]
    windowed.mask = "grain"
    let store = try Store.open(path, .writing)
    let map = try store.map("mineral")
    try map.addMask(
      "grain", (0..<120).map { $0 % 7 != 0 },
      made: Provenance(operation: "threshold", parameters: ["level": 1], inputs: [map.input]))
    _ = try FindPrincipalComponents(recipe: PCA(components: 3), target: .init()).run(on: store)
    try store.close()
    try factorize(path, target: windowed, name: "part")
    var refined = NMF(components: 3, loss: .poissonScaled, initialization: .random, seed: 5)
    refined.held = [1]
    refined.restarts = 2
    try factorize(path, refined, name: "refined", from: "nmf")
    // A second map does not make the first one's results ambiguous.
    try simulate(path, name: "other", seed: 2)

    let before = try scratch.bytes("rock.hspy")
    for (name, operation, inputs) in [
      ("nmf", "nmf", 1), ("part", "nmf", 2), ("refined", "nmf", 2), ("pca", "pca", 1), ("other/results/truth", "simulate", 0),
      ("/mineral", "simulate", 0),
    ] {
      let report = try repeated(path, name)
      let object = try #require(report.objects.first)
      #expect(report.identical, "\(name): \(object.values.filter { !$0.isIdentical })")
      #expect(object.operation == operation && object.values.count > 3)
      #expect(object.inputs.map(\.state) == Array(repeating: .same, count: inputs))
      #expect(object.then == object.now)
    }
    #expect(try scratch.bytes("rock.hspy") == before)
  }

  @Test func aRunThatWasTakenUpAgainIsTheSame() throws {
    let scratch = try Scratch()
    let path = scratch.path("rock.hspy")
    try simulate(path)
    let store = try Store.open(path, .writing)
    let recipe = NMF(components: 3, tolerance: 1e-9, maxIterations: 30)
    let verb = Factorize(recipe: recipe, target: .init())
    let iterations = Mutex(0)
    let impatient = Observer(
      report: { step in iterations.withLock { $0 = step.done } }, isStopped: { iterations.withLock { $0 >= 7 } })
    #expect(throws: Stopped.self) { try verb.run(on: store, observer: impatient) }
    try store.close()
    #expect(throws: WorkflowError.self) { try repeated(path, "mineral/results/nmf") }
    let again = try Store.open(path, .writing)
    #expect(try verb.run(on: again).resumedFrom ?? 0 >= 7)
    try again.close()
    #expect(try repeated(path, "nmf").identical)
  }

  @Test func seriesOverSeveralFiles() throws {
    let scratch = try Scratch()
    try simulate(scratch.path("a.hspy"), name: "one")
    try simulate(scratch.path("b.hspy"), name: "two", seed: 2, height: 7)
    let store = try Store.open(scratch.path("a.hspy"), .writing)
    try store.addSeries("both", [.init("one"), .init("two", file: scratch.path("b.hspy"))])
    try store.close()
    try factorize(scratch.path("a.hspy"), target: .init(series: "both"))
    let report = try repeated(scratch.path("a.hspy"), "series/both/results/nmf")
    #expect(report.identical)
    #expect(report.objects[0].inputs.map(\.file) == [nil, "b.hspy"])
    #expect(report.objects[0].values.map(\.name).contains("abundances/two"))

    try alter(scratch.path("b.hspy"), "two/data/counts", to: UInt16(999))
    let changed = try repeated(scratch.path("a.hspy"), "nmf")
    #expect(!changed.identical && !changed.objects[0].identical)
    #expect(changed.objects[0].inputs.map(\.state) == [.same, .changed])

    try FileManager.default.removeItem(atPath: scratch.path("b.hspy"))
    #expect(throws: StoreError.self) { try repeated(scratch.path("a.hspy"), "nmf") }
  }

  @Test func oneChangedValueIsFound() throws {
    let scratch = try Scratch()
    let path = scratch.path("rock.hspy")
    try simulate(path)
    try factorize(path)
    let store = try Store.open(path)
    let value = try #require(try store.map("mineral").result("nmf").array("spectra").values.floats?.first)
    try store.close()
    try alter(path, "mineral/results/nmf/spectra/spectra", to: value * 1.25 + 0.25)
    try alter(path, "mineral/results/nmf/scalars/iterations", to: 1.0)
    let report = try repeated(path, "nmf")
    #expect(!report.identical)
    let differing = report.objects[0].values.filter { !$0.isIdentical }
    #expect(differing.map(\.name) == ["scalars/iterations", "spectra"])
    #expect(differing.map(\.differing) == [1, 1])
    let expected = Double((value * 1.25 + 0.25 - value) / (value * 1.25 + 0.25))
    #expect(abs((differing[1].largestRelativeDifference ?? 0) - expected) < 1e-6)
    #expect(differing.allSatisfy { $0.note?.contains("not those that were written") == true })
    #expect(report.objects[0].inputs.map(\.state) == [.same])
  }

  @Test func inputsThatAreGoneAreTold() throws {
    let scratch = try Scratch()
    let path = scratch.path("rock.hspy")
    try simulate(path)
    try factorize(path)
    try factorize(path, name: "refined", from: "nmf")
    let store = try Store.open(path, .writing)
    try store.map("mineral").removeResult("nmf")
    try store.close()
    // The spectra themselves are among the parameters: what was made from them can still be made again.
    let report = try repeated(path, "refined")
    #expect(report.objects[0].identical && !report.identical)
    #expect(report.objects[0].inputs.map(\.state) == [.same, .missing])
  }

  @Test func whatCannotBeRepeatedSaysWhy() throws {
    let scratch = try Scratch()
    let path = scratch.path("rock.hspy")
    try simulate(path)
    let store = try Store.open(path, .writing)
    let map = try store.map("mineral")
    try map.addResult("magic", made: Provenance(operation: "magic", parameters: ["k": 1], inputs: [map.input])) {
      try $0.scalar("x", 1)
    }
    try map.addResult("nmf", made: Provenance(operation: "nmf", parameters: ["k": 1], inputs: [map.input])) {
      try $0.scalar("x", 1)
    }
    try store.close()
    try simulate(path, name: "other")
    let unknown = #expect(throws: WorkflowError.self) { try repeated(path, "magic") }
    #expect(unknown?.problem.contains("\"magic\"") == true && unknown?.advice.contains("nmf, pca") == true)
    let foreign = #expect(throws: WorkflowError.self) { try repeated(path, "nmf") }
    #expect(foreign?.problem.contains("{\"k\":1}") == true)
    let ambiguous = #expect(throws: StoreError.self) { try repeated(path, "truth") }
    #expect(ambiguous?.advice?.contains("/mineral/results/truth, /other/results/truth") == true)
    #expect(try repeated(path, "truth", map: "other").identical)
    let missing = #expect(throws: StoreError.self) { try repeated(path, "nothing") }
    #expect(missing?.advice?.contains("/mineral/results/magic") == true)
  }

  @Test func importsAreRepeatedFromTheRawDump() throws {
    let scratch = try Scratch()
    try simulate(scratch.path("rock.hspy"))
    let folder = scratch.path("dump")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    _ = try ExportObject(scratch.path("rock.hspy"), path: "mineral", output: folder + "/scan.rpl").run()
    let path = scratch.path("back.hspy")
    _ = try ImportFiles([folder + "/scan.rpl"], output: path).run()
    let first = try repeated(path, "scan")
    #expect(first.identical)
    #expect(first.objects[0].inputs.map(\.file) == ["dump/scan.rpl", "dump/scan.raw"])

    // Moved beside the file it is found; elsewhere it must be said.
    for name in ["scan.rpl", "scan.raw"] {
      try FileManager.default.moveItem(atPath: "\(folder)/\(name)", toPath: scratch.path(name))
    }
    #expect(try repeated(path, "scan").identical)
    for name in ["scan.rpl", "scan.raw"] {
      try FileManager.default.moveItem(atPath: scratch.path(name), toPath: "\(folder)/old-\(name)")
    }
    #expect(throws: WorkflowError.self) { try repeated(path, "scan") }
    var told = RepeatResult(path, path: "scan")
    told.source = "\(folder)/old-scan.rpl"
    #expect(try told.run().identical)

    var raw = try Data(contentsOf: URL(filePath: "\(folder)/old-scan.raw"))
    raw[0] &+= 1
    try raw.write(to: URL(filePath: "\(folder)/old-scan.raw"))
    let changed = try told.run()
    #expect(!changed.identical)
    #expect(changed.objects[0].inputs.map(\.state) == [.same, .changed])
    #expect(changed.objects[0].values.filter { !$0.isIdentical }.map(\.differing) == [1])
  }

  @Test func copiesAreRepeatedFromTheFileTheyWereMadeOf() throws {
    let scratch = try Scratch()
    try simulate(scratch.path("rock.hspy"))
    try factorize(scratch.path("rock.hspy"))
    let path = scratch.path("maps.hspy")
    _ = try ExportObject(scratch.path("rock.hspy"), path: "mineral/results/nmf/abundances", output: path).run()
    #expect(try repeated(path, "nmf-abundances").identical)
  }

  @Test func chainsGoBackToTheRawDumpOverSeveralFiles() throws {
    let scratch = try Scratch()
    try simulate(scratch.path("rock.hspy"))
    _ = try ExportObject(scratch.path("rock.hspy"), path: "mineral", output: scratch.path("scan.rpl")).run()
    _ = try ImportFiles([scratch.path("scan.rpl")], output: scratch.path("first.hspy")).run()
    let path = scratch.path("second.hspy")
    _ = try ExportObject(scratch.path("first.hspy"), path: "scan", output: path).run()
    try factorize(path)
    try factorize(path, name: "refined", from: "nmf")
    var verb = RepeatResult(path, path: "refined")
    verb.chain = true
    let report = try verb.run()
    #expect(report.identical)
    #expect(report.objects.map(\.operation) == ["import", "export", "nmf", "nmf"])
    #expect(report.objects.map(\.file) == ["first.hspy", nil, nil, nil])
    try FileManager.default.removeItem(atPath: scratch.path("scan.raw"))
    let broken = try verb.run()
    #expect(!broken.identical)
    #expect(broken.objects.map { $0.problem == nil } == [false, true, true, true])
    #expect(broken.objects.dropFirst().allSatisfy { $0.identical })
  }

  @Test func filesThatAreNothingButValuesHaveTheirDigest() throws {
    let scratch = try Scratch()
    let bytes = Data((0..<2 * 3 * 4 * 5).map { UInt8($0) })
    for (name, data) in [("bare.bin", bytes), ("longer.bin", bytes + [1]), ("headed.bin", [7, 7] + bytes)] {
      try data.write(to: URL(filePath: scratch.path(name)))
      for order in [ByteOrder.little, .big] {
        let path = scratch.path("\(name)-\(order).hspy")
        var job = ImportFiles([scratch.path(name)], output: path)
        (job.reading.shape, job.reading.type, job.reading.byteOrder) = ([3, 4, 5], .uint16, order)
        job.reading.offset = name == "headed.bin" ? 2 : nil
        let digest = try #require(try job.run().maps[0].digest)
        let store = try Store.open(path)
        let input = try #require(try store.map().provenance?.inputs.first)
        let whole = try Provenance.Input.wholeFile(scratch.path(name))
        #expect(input.sha256 == whole.sha256 && input.size == data.count && input.file == name)
        #expect((input.sha256 == digest) == (name == "bare.bin" && order == .little))
        try store.close()
        #expect(try repeated(path, String(name.dropLast(4))).identical)
      }
    }
  }
}
