import Foundation
import Microscopy
import Segmentation
import Store
import Testing

@testable import Workflows

struct MaskFileTests {
  @Test func aLineOfPixelsIsAPictureOfOneRow() throws {
    let scratch = try Scratch()
    let sample = try SpectrumSample(scratch.path("line.hspy"))
    let map = try sample.add("line", [UInt16](repeating: 1, count: 5 * 8), .uint16, shape: [5, 8])
    let pixels = [true, false, true, true, false]
    try map.addMask("grain", pixels, made: Provenance(operation: "test", parameters: ["n": 1], inputs: []))
    for suffix in ["png", "npy"] {
      let file = scratch.path("grain.\(suffix)")
      _ = try ExportMask("grain", output: file).run(on: sample.store)
      _ = try ImportMask(file, name: suffix).run(on: sample.store)
      #expect(try map.mask(suffix).pixels == pixels && map.mask(suffix).level == nil)
    }
  }

  @Test func theLevelThatWasFoundIsKept() throws {
    let scratch = try Scratch()
    let sample = try SpectrumSample(scratch.path("level.hspy"))
    let map = try sample.add("rock", [UInt16](repeating: 1, count: 6 * 8), .uint16, shape: [2, 3, 8])
    try map.addResult("nmf", made: Provenance(operation: "nmf", parameters: ["n": 1], inputs: [])) { result in
      try result.images(StoredArray([0, 0.1, 0.05, 9, 10, 11] as [Float], shape: [1, 2, 3]))
    }
    let method = SegmentImages.Method.threshold(try #require(Threshold("otsu")))
    let report = try SegmentImages(from: "nmf", component: 1, method: method, name: "bright").run(on: sample.store)
    let mask = try map.mask("bright")
    let level = try #require(mask.level)
    #expect(mask.pixels == [false, false, false, true, true, true] && (0.1..<9).contains(level))
    #expect(report.masks.map(\.level) == [level])
    // A rectangle that does not fit is told with its map.
    let cut = GrabCut(rectangles: [PixelRectangle(y0: 0, x0: 0, y1: 5, x1: 1)])
    let outside = #expect(throws: WorkflowError.self) {
      try SegmentImages(from: "nmf", component: 1, method: .grabCut(cut), name: "cut").run(on: sample.store)
    }
    #expect(outside?.problem.contains("level.hspy: /rock: the rectangle 0,0,5,1") == true)
    try sample.store.close()
    #expect(try ValidateFile(scratch.path("level.hspy")).run().problems.isEmpty)
  }
}
