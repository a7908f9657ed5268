import Blocks
import Foundation
import Microscopy
import Testing

@testable import Formats

/// A source that fails after some boxes.
private struct FailingArray: ArraySource {
  struct Failure: Error {}

  let shape = [100, 1 << 20]
  let elementSize = 1

  func read(_ box: [Range<Int>]) throws -> [UInt8] {
    guard box[0].upperBound < 50 else { throw Failure() }
    return [UInt8](repeating: 1, count: box.reduce(1) { $0 * $1.count })
  }
}

@Suite struct ExportTests {
  @Test func spectraBecomeColumns() throws {
    let scratch = try ScratchFolder()
    let axes = [
      Axis(name: "component", size: 2, role: .navigation),
      Axis(name: "energy", size: 3, scale: 0.5, offset: 1, units: "keV", role: .signal),
    ]
    let metadata = MapMetadata(title: "a, \"b\"", axes: axes)
    let map = ExportedMap(
      metadata: metadata, type: .float32, array: MemoryArray(shape: [2, 3], [1, 2.5, 3, 4, 5, -6] as [Float]))
    try ExportCatalogue.write(map, to: scratch.file("a.csv"))
    #expect(
      try decodeText(scratch.bytes("a.csv"))
        == "energy (keV),component 1,component 2\r\n1.0,1.0,4.0\r\n1.5,2.5,5.0\r\n2.0,3.0,-6.0\r\n")
    let one = ExportedMap(
      metadata: MapMetadata(title: "a, \"b\"", axes: [axes[1]]), type: .uint64,
      array: MemoryArray(shape: [3], [UInt64.max, 0, 1]))
    try ExportCatalogue.write(one, to: scratch.file("a.csv"))
    #expect(
      try decodeText(scratch.bytes("a.csv"))
        == "energy (keV),\"a, \"\"b\"\"\"\r\n1.0,18446744073709551615\r\n1.5,0\r\n2.0,1\r\n")
  }

  @Test(arguments: ["a.rpl", "a.npy", "a.tif", "a.png"]) func aFailureLeavesTheOldFileAndNothingElse(name: String) throws {
    let scratch = try ScratchFolder()
    _ = try scratch.write(name, "old")
    let map = ExportedMap(
      metadata: MapMetadata(axes: Axis.defaults(for: [100, 1 << 20])), type: .uint8, array: FailingArray())
    #expect(throws: FailingArray.Failure.self) { try ExportCatalogue.write(map, to: scratch.file(name)) }
    #expect(try scratch.names == [name])
    #expect(try scratch.bytes(name) == Array("old".utf8))
  }

  @Test func formatsThatAreNotKnownOrDoNotFitNameOthers() throws {
    let scratch = try ScratchFolder()
    let spectrum = sampleMap([9], "s", .float32)
    let unknown = #expect(throws: FormatError.self) { try ExportCatalogue.write(spectrum, to: scratch.file("a.xyz")) }
    #expect(unknown?.advice.contains("Ripple (.rpl, .raw)") == true)
    let image = #expect(throws: FormatError.self) { try ExportCatalogue.write(spectrum, to: scratch.file("a.png")) }
    #expect(image?.advice.contains(".msa") == true && image?.advice.contains(".tif") == false)
    let absent = #expect(throws: FormatError.self) { try ExportCatalogue.write(spectrum, to: scratch.file("no/a.npy")) }
    #expect(absent?.problem.contains("cannot be made") == true)
  }

  @Test func slabsFollowEachOtherInOrder() throws {
    for shape in [[7], [3, 5], [2, 3, 5], [1, 1, 4], [3, 1, 2, 4]] {
      let count = shape.reduce(1, *)
      let array = MemoryArray(shape: shape, (0..<count).map { UInt16($0) })
      for limit in [1, 2, 3, 8, 20, 1000] {
        var joined: [UInt8] = []
        try array.forEachSlab(limit: limit) { slab in
          #expect(slab.count <= max(limit, 2))
          joined += slab
        }
        #expect(joined == array.bytes)
      }
    }
  }

  @Test func halfPrecisionHasItsValues() {
    let cases: [(UInt16, Double)] = [
      (0x0000, 0), (0x3C00, 1), (0xC000, -2), (0x7BFF, 65504), (0x0001, 0x1p-24), (0x03FF, 1023 * 0x1p-24), (0x0400, 0x1p-14),
      (0x7C00, .infinity), (0xFC00, -.infinity), (0x3555, 0.333251953125),
    ]
    for (bits, value) in cases { #expect(Double(halfBits: bits) == value) }
    #expect(Double(halfBits: 0x7E00).isNaN)
  }
}
