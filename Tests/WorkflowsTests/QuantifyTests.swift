import Foundation
import Microscopy
import Store
import Testing
import XRay

@testable import Workflows

struct QuantifyWorkflowTests {
  private let elements = ["O", "Mg", "Al", "Si", "Ca", "Fe"]

  private func simulate(_ path: String, name: String = "mineral", seed: UInt64 = 1) throws {
    var settings = MineralSettings()
    (settings.height, settings.width, settings.channels, settings.counts, settings.seed) = (9, 8, 512, 3000, seed)
    _ = try SimulateMineral(settings, output: path, name: name).run()
  }

  private func parameters(spectrum: String? = nil, map: String? = nil, series: String? = nil) -> Quantify.Parameters {
    var parameters = Quantify.Parameters()
    (parameters.spectrum, parameters.map, parameters.series, parameters.elements) = (spectrum, map, series, elements)
    return parameters
  }

  /// A spectrum as a sum over pixels leaves it.
  private func addSum(_ name: String, to map: Map, common: Bool = false) throws -> [Double] {
    let counts = try ResolvedMaps(map).sum(threads: 1, .silent)
    try map.addResult(name, made: Provenance(operation: "spectrum", parameters: ["of": "all"], inputs: [map.input])) { result in
      let axis = [try #require(map.axes.last)]
      try result.array("spectrum", StoredArray(counts), axes: axis)
      try result.array("variance", StoredArray(counts), axes: axis)
      if common { try result.array("common_deviation", StoredArray(counts.map { 0.01 * $0 }), axes: axis) }
      try result.scalar("pixels", 72)
    }
    return counts
  }

  @Test func theSumOfAMapIsTheSpectrumOfItsPixels() throws {
    let scratch = try Scratch()
    let path = scratch.path("rock.hspy")
    try simulate(path)
    let store = try Store.open(path, .writing)
    let counts = try addSum("sum", to: store.map("mineral"))
    let map = try Quantify(parameters(map: "mineral")).run(on: store)
    let spectrum = try Quantify(parameters(spectrum: "sum")).run(on: store)
    #expect(map.path == "/mineral/results/quantify" && spectrum.path == "/mineral/results/quantify-2")
    for (one, other) in zip(map.elements, spectrum.elements) {
      #expect(one.netCounts == other.netCounts && one.atomicPercent == other.atomicPercent)
    }
    let result = try store.map("mineral").result("quantify")
    // One image per element, of the sum's composition on average.
    let (images, axes) = try result.array("atomic_percent")
    #expect(images.shape == [6, 9, 8] && axes.map(\.name) == ["component", "y", "x"])
    let percents = try #require(images.floats)
    for (index, element) in map.elements.enumerated() {
      let own = percents[index * 72..<(index + 1) * 72]
      #expect(abs(own.reduce(0, +) / 72 - Float(element.atomicPercent)) < 0.05 * Float(element.atomicPercent) + 0.3)
    }
    for pixel in 0..<72 { #expect(abs((0..<6).reduce(0) { $0 + percents[$1 * 72 + pixel] } - 100) < 1e-3) }
    let net = try #require(try result.array("net_counts").values.floats)
    for (index, element) in map.elements.enumerated() {
      let sum = net[index * 72..<(index + 1) * 72].reduce(0.0) { $0 + Double($1) }
      // A model that bends far leaves the faint ends of the background at zero in the sum, but not in pixels.
      #expect(abs(sum - element.netCounts) < element.netCountsError, "\(element.symbol)")
    }
    // The fit itself: counts = model + residuals where it was made.
    let model = try #require(try result.array("model").values.doubles)
    let residuals = try #require(try result.array("residuals").values.doubles)
    let fitted = model.indices.filter { model[$0].isFinite }
    #expect(fitted.count > 480 && fitted.allSatisfy { abs(model[$0] + residuals[$0] - counts[$0]) < 1e-9 })
    #expect(try result.array("element_spectra").values.shape == [6, 512])
    #expect(try result.table("composition").map(\.name).prefix(4) == ["symbol", "line", "net_counts", "net_counts_error"])
    #expect(try result.scalar("reduced_chi_square") == map.reducedChiSquare)
    try store.close()
    for name in ["quantify", "quantify-2"] { #expect(try RepeatResult(path, path: name).run().identical) }
  }

  @Test func threadsAndWindowsDoNotMatterToBits() throws {
    let scratch = try Scratch()
    let path = scratch.path("rock.hspy")
    try simulate(path)
    let store = try Store.open(path, .writing)
    for counting in SpectrumQuantification.Counting.allCases {
      var values: [StoredArray] = []
      for threads in [1, 3] {
        var verb = Quantify(parameters(map: "mineral"))
        verb.parameters.counting = counting
        verb.threads = threads
        verb.memory = threads == 1 ? 0 : 1 << 28
        verb.name = "\(counting)-\(threads)"
        _ = try verb.run(on: store)
        values.append(try store.map("mineral").result("\(counting)-\(threads)").array("atomic_percent").values)
      }
      #expect(values[0].bytes == values[1].bytes)
    }
  }

  @Test func seriesHaveImagesForEveryMap() throws {
    let scratch = try Scratch()
    let path = scratch.path("rock.hspy")
    try simulate(path, name: "one")
    try simulate(path, name: "two", seed: 2)
    let store = try Store.open(path, .writing)
    try store.addSeries("both", [.init("one"), .init("two")])
    let report = try Quantify(parameters(series: "both")).run(on: store)
    #expect(report.pixels == 144 && report.path == "/series/both/results/quantify")
    let names = try store.series("both").result("quantify").arrayNames
    #expect(names.contains("atomic_percent/one") && names.contains("net_counts/two"))
    try store.close()
    #expect(try RepeatResult(path, path: "series/both/results/quantify").run().identical)
  }

  @Test func storedSpectraAreFoundByName() throws {
    let scratch = try Scratch()
    let path = scratch.path("rock.hspy")
    try simulate(path, name: "one")
    try simulate(path, name: "two", seed: 2)
    let store = try Store.open(path, .writing)
    let counts = try addSum("sum", to: store.map("one"), common: true)
    _ = try addSum("sum", to: store.map("two"))
    for name in ["one/sum", "one/results/sum", "/one/results/sum"] {
      let spectrum = try StoredSpectrum(name, in: store)
      #expect(spectrum.counts == counts && spectrum.variance == counts && spectrum.pixels == 72)
      #expect(spectrum.name == "one/results/sum" && spectrum.energies.units == "keV")
      #expect(spectrum.commonDeviation?[100] == 0.01 * counts[100] && spectrum.inputs.count == 3)
    }
    let ambiguous = #expect(throws: StoreError.self) { try StoredSpectrum("sum", in: store) }
    #expect(ambiguous?.advice?.contains("one/sum, two/sum") == true)
    #expect(throws: StoreError.self) { try StoredSpectrum("three/sum", in: store) }
    let truth = try StoredSpectrum("one/truth:1", in: store)
    #expect(truth.variance == nil && abs(truth.counts.reduce(0, +) - 1) < 1e-5)
    // What is common to all channels is in the errors of amounts, and not in those of a composition's ratios alone.
    var one = Quantify(parameters(spectrum: "one/sum"))
    one.isDryRun = true
    var two = Quantify(parameters(spectrum: "two/sum"))
    two.isDryRun = true
    let (with, without) = (try one.run(on: store), try two.run(on: store))
    #expect(with.result == nil && with.elements[0].netCountsError > 2 * without.elements[0].netCountsError)
    #expect(try store.map("one").results.map(\.name) == ["truth", "sum"])
  }
}
