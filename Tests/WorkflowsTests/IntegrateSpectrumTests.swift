import Foundation
import Microscopy
import Segmentation
import Store
import Synchronization
import Testing

@testable import Workflows

struct IntegrateSpectrumTests {
  private func spectrum(_ store: Store, _ holder: any ResultHolder, _ name: String) throws -> [Double] {
    try #require(try holder.result(name).array("spectrum").values.doubles)
  }

  @Test func wholeNumbersAreSummedExactly() throws {
    let scratch = try Scratch()
    let sample = try SpectrumSample(scratch.path("sum.hspy"))
    let odd = UInt32(1 << 24) + 1
    try sample.add("wide", [odd, 7, odd, 8, 3, 9] as [UInt32], .uint32, shape: [3, 1, 2])
    try sample.add("signed", [-Int64(odd), 1, -Int64(odd), 2] as [Int64], .int64, shape: [2, 1, 2])
    var verb = IntegrateSpectrum()
    (verb.map, verb.name) = ("wide", "all")
    #expect(try verb.run(on: sample.store).counts == 33_554_461)
    #expect(try spectrum(sample.store, sample.store.map("wide"), "all") == [33_554_437, 24])
    (verb.rectangles, verb.name) = ([PixelRectangle(y0: 0, x0: 0, y1: 2, x1: 1)], "two")
    _ = try verb.run(on: sample.store)
    #expect(try spectrum(sample.store, sample.store.map("wide"), "two") == [33_554_434, 15])
    (verb.map, verb.rectangles, verb.name) = ("signed", [], "all")
    _ = try verb.run(on: sample.store)
    #expect(try spectrum(sample.store, sample.store.map("signed"), "all") == [-33_554_434, 3])
  }

  @Test func aSeriesIsTheSumOfItsMapsAndEachIsNamed() throws {
    let scratch = try Scratch()
    let sample = try SpectrumSample(scratch.path("sum.hspy"))
    try sample.add("a", [1, 2, 3, 4] as [UInt16], .uint16, shape: [2, 1, 2])
    try sample.add("b", [5, 6] as [UInt16], .uint16, shape: [1, 1, 2])
    let series = try sample.store.addSeries("both", [.init("a"), .init("b")])
    var verb = IntegrateSpectrum()
    (verb.series, verb.name) = ("both", "all")
    let report = try verb.run(on: sample.store)
    #expect(report.maps.map(\.counts) == [10, 11] && report.maps.map(\.pixels) == [2, 1])
    #expect(try spectrum(sample.store, series, "all") == [9, 12])
    #expect(try StoredSpectrum("all", in: sample.store).pixelsOfMaps == [2, 1])
    (verb.rectangles, verb.name) = ([PixelRectangle(y0: 0, x0: 0, y1: 2, x1: 1)], "spot")
    let outside = #expect(throws: WorkflowError.self) { try verb.run(on: sample.store) }
    #expect(outside?.problem.contains("sum.hspy") == true && outside?.problem.contains("/b") == true)
  }

  /// Within a map, of which nothing was read but the first blocks.
  @Test func aSumIsStoppedWithinAMap() throws {
    let scratch = try Scratch()
    let sample = try SpectrumSample(scratch.path("sum.hspy"))
    try sample.add("map", [UInt16](repeating: 1, count: 64 * 64 * 512), .uint16, shape: [64, 64, 512])
    var verb = IntegrateSpectrum()
    verb.threads = 1
    let steps = Mutex<[Observer.Step]>([])
    let observer = Observer(
      report: { step in steps.withLock { $0.append(step) } }, isStopped: { steps.withLock { !$0.isEmpty } })
    #expect(throws: Stopped.self) { try verb.run(on: sample.store, observer: observer) }
    let told = steps.withLock { $0 }
    let first = try #require(told.first)
    #expect(first.phase == "Summing spectra" && first.done == 1 && first.total > 1)
    #expect(try sample.store.map("map").results.isEmpty)
  }
}
