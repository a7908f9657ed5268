import Blocks
import Decomposition
import Foundation
import Microscopy
import Store
import Testing

@testable import Workflows

struct ResultChoiceTests {
  /// Maps "rock" and "soil" and a series "all" of both, with results of one, two and five spectra.
  private func sample(_ scratch: Scratch) throws -> Store {
    let sample = try SpectrumSample(scratch.path("names.hspy"))
    let values = (0..<4 * 16).map { UInt16($0 % 7 + 1) }
    for name in ["rock", "soil"] { try sample.add(name, values, .uint16, shape: [2, 2, 16]) }
    let series = try sample.store.addSeries("all", [.init("rock"), .init("soil")])
    let axis = Axis(name: "Energy", size: 16, scale: 0.01, units: "keV", role: .signal)
    func add(_ name: String, _ count: Int, _ value: Double, to holder: any ResultHolder) throws {
      try holder.addResult(name, made: Provenance(operation: "test", parameters: ["n": count], inputs: [])) { result in
        let values = (0..<count * 16).map { value + Double($0 / 16) }
        if count == 1 {
          try result.array("spectrum", StoredArray(values), axes: [axis])
        } else {
          try result.spectra(StoredArray(values.map { Float($0) }, shape: [count, 16]))
        }
      }
    }
    let rock = try sample.store.map("rock")
    try add("nmf", 3, 10, to: rock)
    try add("nmf:2", 1, 50, to: rock)
    try add("one", 1, 1, to: rock)
    try add("both", 1, 2, to: rock)
    try add("both", 1, 3, to: sample.store.map("soil"))
    try add("joint", 2, 20, to: series)
    return sample.store
  }

  @Test func spectraAreNamedInEveryWay() throws {
    let store = try sample(try Scratch())
    func first(_ name: String) throws -> Double { try StoredSpectrum(name, in: store).counts[0] }
    for name in ["one", "rock/one", "rock/results/one", "/rock/results/one"] { #expect(try first(name) == 1) }
    #expect(try first("soil/both") == 3 && first("series/all/joint:2") == 21 && first("joint:1") == 20)
    #expect(try first("series/all/results/joint:2") == 21)
    // A name that ends in a number is tried as a whole first.
    #expect(try first("nmf:2") == 50 && first("rock/nmf:2") == 50 && first("nmf:3") == 12)
    #expect(try StoredSpectrum("nmf:3", in: store).name == "rock/results/nmf:3")
    #expect(try StoredSpectrum("nmf:2", in: store).name == "rock/results/nmf:2")
    let ambiguous = #expect(throws: StoreError.self) { try first("both") }
    #expect(ambiguous?.advice == "Say which: rock/both, soil/both.")
    for name in ["none", "nmf:9:1", "one/spectrum", "none/one", "series/none/one", ""] {
      #expect(throws: StoreError.self, "\(name)") { try first(name) }
    }
    #expect(throws: WorkflowError.self) { try first("nmf:7") }
  }

  @Test func aPathToAnotherPlaceIsRefused() throws {
    let store = try sample(try Scratch())
    let rock = try store.map("rock")
    #expect(try StoredSpectrum("both", of: rock).counts[0] == 2 && StoredSpectrum("rock/both", of: rock).counts[0] == 2)
    for name in ["soil/both", "soil/results/both", "series/all/joint:1"] {
      let refused = #expect(throws: WorkflowError.self) { try StoredSpectrum(name, of: rock) }
      #expect(refused?.problem.contains(name) == true && refused?.problem.contains("rock is wanted") == true)
    }
    var parameters = Quantify.Parameters()
    (parameters.spectrum, parameters.map) = ("soil/both", "rock")
    #expect(throws: WorkflowError.self) { try Quantify(parameters).run(on: store) }
  }

  @Test func picturesAndHistoriesTakeTheSameNames() throws {
    let scratch = try Scratch()
    let store = try sample(scratch)
    let grain = try store.map("rock").addMask(
      "grain", [true, false, true, true], made: Provenance(operation: "test", parameters: ["n": 1], inputs: []))
    func subject(_ path: String) throws -> (String, Int?) {
      var component: Int?
      return (try PictureSubject(path, in: store, component: &component).path, component)
    }
    for (name, path, component) in [
      ("one", "/rock/results/one", nil), ("nmf", "/rock/results/nmf", nil), ("nmf:3", "/rock/results/nmf", 3),
      ("rock/nmf:3", "/rock/results/nmf", 3), ("rock/results/nmf/spectra/2", "/rock/results/nmf/spectra", 2),
      ("joint", "/series/all/results/joint", nil), ("series/all/joint:2", "/series/all/results/joint", 2),
      ("rock", "/rock/data", nil), ("rock/masks/grain", grain.path, nil),
    ] as [(String, String, Int?)] {
      let found = try subject(name)
      #expect(found.1 == component, "\(name)")
      if name != "rock" { #expect(found.0 == path, "\(name)") }
    }
    for name in ["none", "both", "rock/none", "rock/masks/none", ""] { #expect(throws: (any Error).self) { try subject(name) } }
    try store.close()
    for (name, path) in [
      ("one", "/rock/results/one"), ("rock/one", "/rock/results/one"), ("joint", "/series/all/results/joint"),
      ("series/all/joint", "/series/all/results/joint"), ("grain", "/rock/masks/grain"), ("rock", "/rock"),
      ("rock/results/one", "/rock/results/one"),
    ] {
      let found = try TraceHistory(scratch.path("names.hspy"), path: name).run().objects.map(\.path)
      #expect(found.first?.hasSuffix(path.dropFirst()) == true, "\(name)")
    }
    for name in ["none", "both", "rock/none", "series/none", "models/none"] {
      #expect(throws: StoreError.self, "\(name)") { try TraceHistory(scratch.path("names.hspy"), path: name).run() }
    }
  }

  @Test func whatCannotBeUnmixedIsToldByFileAndMap() throws {
    let scratch = try Scratch()
    let sample = try SpectrumSample(scratch.path("odd.hspy"))
    let good = (0..<4 * 16).map { Float($0 % 7 + 1) }
    var (strange, negative) = (good, good)
    (strange[37], negative[40]) = (.nan, -3)
    for (name, values) in [("good", good), ("strange", strange), ("negative", negative)] {
      try sample.add(name, values, .float32, shape: [2, 2, 16])
    }
    let store = sample.store
    try store.addSeries("odd", [.init("good"), .init("strange")])
    try store.addSeries("below", [.init("good"), .init("negative")])
    var sum = IntegrateSpectrum()
    (sum.map, sum.name) = ("good", "s")
    _ = try sum.run(on: store)
    try store.map("good").addResult("zero", made: Provenance(operation: "test", parameters: ["n": 1], inputs: [])) { result in
      let axis = [try StoredSpectrum("s", in: store).signalAxis]
      try result.array("spectrum", StoredArray([Double](repeating: 0, count: 16)), axes: axis)
    }
    func problem(_ spectra: [String], _ target: FactorizationTarget) throws -> WorkflowError {
      let told = #expect(throws: WorkflowError.self) {
        try FindAbundances(spectra: spectra, unmixing: Unmixing(), target: target).run(on: store)
      }
      return try #require(told)
    }
    for (series, map) in [("odd", "/strange"), ("below", "/negative")] {
      let told = try problem(["s"], FactorizationTarget(series: series))
      #expect(told.problem.contains("odd.hspy: \(map):") && !told.advice.contains("scaling"))
      #expect(throws: WorkflowError.self) {
        try Factorize(recipe: NMF(components: 2), target: FactorizationTarget(series: series)).run(on: store)
      }
    }
    let empty = try problem(["s", "zero"], FactorizationTarget(map: "good"))
    #expect(empty.problem.contains("good/results/zero has no counts"))
    let same = try problem(["s", "good/s"], FactorizationTarget(map: "good"))
    #expect(same.problem.contains("good/results/s, good/results/s are mixtures"))
  }

  @Test func componentsThatAreNoSpectraAreToldSo() throws {
    let scratch = try Scratch()
    let sample = try SpectrumSample(scratch.path("patterns.hspy"))
    let map = try sample.add("rock", [UInt16](repeating: 1, count: 64), .uint16, shape: [2, 2, 16])
    let axes = ["component", "ky", "kx"].map { Axis(name: $0, size: 2, role: .signal) }
    try map.addResult("n", made: Provenance(operation: "test", parameters: ["n": 1], inputs: [])) { result in
      try result.array("spectra", StoredArray([Float](repeating: 1, count: 8), shape: [2, 2, 2]), axes: axes)
    }
    let told = #expect(throws: WorkflowError.self) { try StoredSpectrum("n:1", in: sample.store) }
    #expect(told?.problem.contains("no spectra") == true && told?.advice.contains("n:1") == false)
  }
}
