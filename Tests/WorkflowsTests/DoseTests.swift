import Foundation
import Microscopy
import Store
import Testing
import XRay

@testable import Workflows

struct DoseTests {
  private func metadata(_ navigation: [Int], names: [String] = ["y", "x"], _ change: (inout Instrument) -> Void) -> MapMetadata {
    var axes = zip(navigation, names).map { Axis(name: $1, size: $0, role: .navigation) }
    axes.append(Axis(name: "Energy", size: 100, scale: 0.01, units: "keV", role: .signal))
    var metadata = MapMetadata(title: "", axes: axes, signalType: "EDS_TEM", quantity: "")
    change(&metadata.instrument)
    return metadata
  }

  @Test func liveTimeComesBeforeDwellTime() throws {
    let live = try #require(metadata([4, 5]) { ($0.liveTime, $0.dwellTime, $0.frames) = (325.5, 1e-3, 14) }.pixelTime)
    #expect(live.seconds == 325.5 / 20 && live.source == "live time")
    let dwell = try #require(metadata([4, 5]) { ($0.dwellTime, $0.frames) = (1e-3, 14) }.pixelTime)
    #expect(abs(dwell.seconds - 14e-3) < 1e-15 && dwell.source == "dwell time of 14 frames")
    #expect(metadata([4, 5]) { $0.dwellTime = 1e-3 }.pixelTime?.seconds == 1e-3)
    // Frames that are pixels of their own.
    let frames = metadata([14, 4, 5], names: ["Frame", "y", "x"]) { ($0.dwellTime, $0.frames) = (1e-3, 14) }
    #expect(frames.pixelTime?.seconds == 1e-3)
    // The dwell time of a map is not that of a spectrum from it.
    #expect(metadata([]) { ($0.dwellTime, $0.frames) = (1e-3, 14) }.pixelTime == nil)
    #expect(metadata([]) { ($0.liveTime, $0.dwellTime) = (325.5, 1e-3) }.pixelTime?.seconds == 325.5)
    for time in [0, -1, Double.nan] {
      #expect(metadata([4, 5]) { ($0.liveTime, $0.dwellTime) = (time, time) }.pixelTime == nil)
    }
  }

  /// A JEOL map of 14 frames.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["LAMELLA_TEST_DATA"] != nil, "LAMELLA_TEST_DATA is not set"))
  func framesOfAVendorsMapCount() throws {
    let data = try #require(ProcessInfo.processInfo.environment["LAMELLA_TEST_DATA"])
    let scratch = try Scratch()
    let file = "\(data)/formats/jeol/Sample/00_View000/View000_0000006.pts"
    guard FileManager.default.fileExists(atPath: file) else { return }
    _ = try ImportFiles([file], output: scratch.path("a.hspy")).run()
    let store = try Store.open(scratch.path("a.hspy"), .reading)
    let metadata = try store.map("EDS").metadata
    let time = try #require(metadata.pixelTime)
    let pixels = Double(metadata.navigationAxes.reduce(1) { $0 * $1.size })
    let (live, dwell) = (try #require(metadata.instrument.liveTime), try #require(metadata.instrument.dwellTime))
    let frames = Double(try #require(metadata.instrument.frames))
    #expect(time.source == "live time" && abs(time.seconds * pixels / live - 1) < 1e-12)
    let sum = try store.map("EDS_sum_spectrum").metadata
    #expect(sum.pixelTime?.seconds == live)
    // Dead time is what is missing of all frames' dwell times.
    #expect((0.5...1).contains(live / (dwell * frames * pixels)))
  }
}
