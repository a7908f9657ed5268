import Decomposition
import Foundation
import Microscopy
import Store
import Testing
import XRay

@testable import Workflows

struct SharedMetadataTests {
  private let elements = ["O", "Mg", "Al", "Si", "Ca", "Fe"]

  private func quantify(_ change: (inout Quantify.Parameters) -> Void = { _ in }) -> Quantify {
    var parameters = Quantify.Parameters()
    (parameters.series, parameters.elements) = ("both", elements)
    change(&parameters)
    var verb = Quantify(parameters)
    verb.isDryRun = true
    return verb
  }

  /// A series of two maps, the second of which has other metadata.
  private func pair(_ scratch: Scratch, _ change: @escaping (inout MapMetadata) -> Void) throws -> Store {
    let sample = try SpectrumSample(scratch.path("\(UUID().uuidString).hspy"))
    try sample.add("one")
    try sample.add("two", seed: 2, height: 3, change)
    try sample.store.addSeries("both", [.init("one"), .init("two")])
    return sample.store
  }

  @Test func whatDiffersIsRefusedUnlessItIsGiven() throws {
    let scratch = try Scratch()
    let cases: [((inout MapMetadata) -> Void, String, (inout Quantify.Parameters) -> Void)] = [
      ({ $0.instrument.beamEnergy = 300 }, "beam energy: 200 keV of one, 300 keV of two", { $0.beamEnergy = 200 }),
      (
        { $0.instrument.elevationAngle = 40 }, "film and detector: 22 degrees of one, 40 degrees of two", { $0.takeOffAngle = 22 }
      ),
      ({ $0.sample.thickness = 50 }, "thickness: 117 nm of one, 50 nm of two", { ($0.thickness, $0.density) = (117, 4.5) }),
      ({ $0.sample.density = 3 }, "density: ", { ($0.thickness, $0.density) = (117, 4.5) }),
      ({ $0.sample.elements = ["O"] }, "name other elements", { $0.elements = ["O", "Mg", "Si"] }),
    ]
    for (change, problem, give) in cases {
      let store = try pair(scratch, change)
      let refused = #expect(throws: WorkflowError.self) {
        try quantify { if problem.contains("elements") { $0.elements = [] } }.run(on: store)
      }
      #expect(refused?.problem.contains(problem) == true, "\(problem): \(refused?.problem ?? "")")
      #expect(try quantify(give).run(on: store).elements.isEmpty == false)
      // So are spectra that were summed over the maps.
      var sum = IntegrateSpectrum()
      (sum.series, sum.name) = ("both", "sum")
      _ = try sum.run(on: store)
      let stored = #expect(throws: WorkflowError.self) {
        try quantify {
          ($0.series, $0.spectrum) = (nil, "sum")
          if problem.contains("elements") { $0.elements = [] }
        }.run(on: store)
      }
      #expect(stored?.problem.contains(problem) == true)
    }
    let store = try pair(scratch) { $0.instrument.solidAngle = 0.1 }
    #expect(try quantify().run(on: store).elements.count == 6, "the solid angle is of no use to ratios")
    let refused = #expect(throws: WorkflowError.self) { try quantify { $0.method = .crossSection }.run(on: store) }
    #expect(refused?.problem.contains("solid angle") == true)
  }

  /// 30 pixels of one dose and 15 of three times as much.
  @Test func electronsAreThoseOfEachMap() throws {
    let scratch = try Scratch()
    let store = try pair(scratch) { $0.instrument.liveTime = $0.instrument.liveTime.map { 3 * $0 } }
    var sum = IntegrateSpectrum()
    (sum.series, sum.name) = ("both", "sum")
    _ = try sum.run(on: store)
    let doses = try #require(try SharedMetadata(store.series("both")).doses).electrons
    #expect(abs(doses[1] / doses[0] - 3) < 0.1)
    for spectrum in [nil, "sum"] {
      let verb = quantify {
        ($0.spectrum, $0.method) = (spectrum, .crossSection)
        if spectrum != nil { $0.series = nil }
      }
      let target = try QuantifyTarget(verb.parameters, in: store)
      let source = try target.source(verb.parameters, Resources(threads: 1, memory: 0), .silent)
      let setting = try QuantifySetting(verb.parameters, source)
      let wanted = 30 * doses[0] + 15 * doses[1]
      #expect(abs((setting.quantification.electrons ?? 0) / wanted - 1) < 1e-12)
    }
    // A spectrum that does not tell which pixels it has of which map cannot be counted by the ampere.
    let series = try store.series("both")
    let counts = try StoredSpectrum("sum", in: store)
    try series.addResult("bare", made: Provenance(operation: "subtract", parameters: ["of": "all"], inputs: [])) { result in
      try result.array("spectrum", StoredArray(counts.counts), axes: [counts.signalAxis])
      try result.scalar("pixels", 45)
    }
    let refused = #expect(throws: WorkflowError.self) {
      try quantify { ($0.series, $0.spectrum, $0.method) = (nil, "bare", .crossSection) }.run(on: store)
    }
    #expect(refused?.advice.contains("--dose") == true)
  }

  /// A series keeps its members by name: another map takes the place of one, of another calibration.
  @Test func everySumDemandsOneCalibration() throws {
    let scratch = try Scratch()
    let sample = try SpectrumSample(scratch.path("a.hspy"))
    var other: SpectrumSample? = try SpectrumSample(scratch.path("b.hspy"))
    let values = (0..<4 * 64).map { UInt16($0 % 7 + 1) }
    try sample.add("one", values, .uint16, shape: [2, 2, 64])
    try other?.add("two", values, .uint16, shape: [2, 2, 64])
    try other?.store.close()
    try sample.store.addSeries("both", [.init("one"), .init("two", file: scratch.path("b.hspy"))])
    var sum = IntegrateSpectrum()
    (sum.map, sum.name) = ("one", "s")
    _ = try sum.run(on: sample.store)
    try sample.store.close()
    try FileManager.default.removeItem(atPath: scratch.path("b.hspy"))
    other = try SpectrumSample(scratch.path("b.hspy"))
    try other?.add("two", values, .uint16, shape: [2, 2, 64], offset: 0.1)
    try other?.store.close()
    let store = try Store.open(scratch.path("a.hspy"), .writing)
    let target = FactorizationTarget(series: "both")
    var parameters = Quantify.Parameters()
    (parameters.series, parameters.elements, parameters.beamEnergy) = ("both", ["Si"], 200)
    let verbs: [(String, () throws -> Void)] = [
      ("quantify", { _ = try Quantify(parameters).run(on: store) }),
      ("detect", { _ = try DetectLines(.init(parameters, lines: ["Si Ka"], reference: "Si Ka")).run(on: store) }),
      ("abundances", { _ = try FindAbundances(spectra: ["s"], unmixing: Unmixing(), target: target).run(on: store) }),
      ("nmf", { _ = try Factorize(recipe: NMF(components: 2), target: target).run(on: store) }),
      ("pca", { _ = try FindPrincipalComponents(recipe: PCA(components: 2), target: target).run(on: store) }),
      (
        "spectrum",
        {
          (sum.map, sum.series) = (nil, "both")
          _ = try sum.run(on: store)
        }
      ),
    ]
    for (name, verb) in verbs {
      let refused = #expect(throws: WorkflowError.self, "\(name)") { try verb() }
      #expect(refused?.problem.contains("one and two of /series/both differ in calibration") == true, "\(name)")
    }
    #expect(try store.series("both").results.isEmpty)
  }

  /// What the metadata told is kept: made again for a map of other metadata, the result is the same.
  @Test func resultsKeepWhatMetadataTold() throws {
    let scratch = try Scratch()
    let sample = try SpectrumSample(scratch.path("a.hspy"))
    let map = try sample.add("mineral")
    let changed = try SpectrumSample(scratch.path("b.hspy"))
    let other = try changed.add("mineral") { metadata in
      metadata.sample.elements = ["O", "Si"]
      (metadata.sample.thickness, metadata.sample.density) = (300, 9)
      (metadata.instrument.beamEnergy, metadata.instrument.elevationAngle) = (80, 45)
      (metadata.instrument.dwellTime, metadata.instrument.solidAngle) = (1, 0.1)
    }
    var parameters = Quantify.Parameters()
    parameters.map = "mineral"
    for method in [SensitivityFactor.Method.cliffLorimer, .crossSection] {
      parameters.method = method
      var verb = Quantify(parameters)
      verb.name = "q-\(method)"
      _ = try verb.run(on: sample.store)
      let made = try map.result("q-\(method)").provenance
      let kept = try made.parameters(as: Quantify.Parameters.self).known
      #expect(kept?.beamEnergy == 200 && kept?.elements?.count == 9 && (kept?.doses != nil) == (method == .crossSection))
      let fill = try Quantify.again(made, for: other, Resources(threads: 1, memory: 0), .silent)
      try other.addResult("q-\(method)", made: made) { try fill($0) }
      #expect(try other.result("q-\(method)").table("composition") == map.result("q-\(method)").table("composition"))
      #expect(try other.result("q-\(method)").texts == map.result("q-\(method)").texts)
    }
    var detect = DetectLines(.init(parameters, lines: ["Fe Ka"], reference: "Mg Ka"))
    detect.name = "d"
    _ = try detect.run(on: sample.store)
    let fill = try DetectLines.again(map.result("d").provenance, for: other, Resources(threads: 1, memory: 0), .silent)
    try other.addResult("d", made: map.result("d").provenance) { try fill($0) }
    #expect(try other.result("d").table("detection") == map.result("d").table("detection"))
  }
}
