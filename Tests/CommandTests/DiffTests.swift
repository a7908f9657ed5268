import Foundation
import HDF5
import Store
import Testing
import Workflows

@testable import lamella

@Suite struct DiffTests {
  @Test func theSameMapImportedTwiceIsTheSame() throws {
    let scratch = try Scratch()
    try scratch.makeMap("a", in: "one.hspy")
    try scratch.lamella(
      "import", "a.bin", "-o", "two.hspy", "--shape", "4x5x16", "--dtype", "uint16", "--chunks", "1x2x3", "--level", "9")
    let run = try scratch.lamella("diff", "one.hspy", "two.hspy")
    #expect(run.output.hasPrefix("one.hspy and two.hspy hold the same\n\nTheir history differs:"))
    #expect(run.output.contains("provenance/date"))
    let report = try scratch.lamella("diff", "one.hspy", "two.hspy", "--json").json()
    #expect(report["equal"] as? Bool == true && (report["differences"] as? [Any])?.isEmpty == true)
    #expect((report["provenance"] as? [Any])?.isEmpty == false)
    try scratch.lamella("diff", "one.hspy", "two.hspy", "--strict", code: 1)
    try scratch.lamella("diff", "one.hspy", "one.hspy", "--strict")
  }

  @Test func otherValuesAndOtherMapsAreTold() throws {
    let scratch = try Scratch()
    try scratch.makeMap("a", in: "one.hspy")
    let values = try scratch.writeCounts("a.bin", shape: [4, 5, 16])
    var other = values.map(\.littleEndian)
    other[100] += 250
    other[319] += 3
    try scratch.write(unsafe other.withUnsafeBytes { unsafe Data($0) }, "a.bin")
    try scratch.lamella("import", "a.bin", "-o", "two.hspy", "--shape", "4x5x16", "--dtype", "uint16")
    try scratch.makeMap("b", in: "two.hspy")
    let text = try scratch.lamella("diff", "one.hspy", "two.hspy", code: 1).output
    #expect(text.hasPrefix("one.hspy and two.hspy differ\n"))
    #expect(text.contains("map, only in two.hspy"))
    #expect(
      text.contains("2 of 320 values, first at (1, 1, 4): \(values[100]) → \(values[100] + 250), largest difference 250"))
    try scratch.lamella("diff", "one.hspy", "two.hspy", "--object", "b", code: 3)
    try scratch.lamella("diff", "two.hspy", "two.hspy", "--object", "b")
    let report = try scratch.lamella("diff", "one.hspy", "two.hspy", "--object", "a", "--json", code: 1).json()
    let difference = try #require((report["differences"] as? [[String: Any]])?.first)
    #expect((difference["values"] as? [String: Any])?["first"] as? [Int] == [1, 1, 4])
  }

  @Test func filesThatAreNotThereAreInputErrors() throws {
    let scratch = try Scratch()
    try scratch.makeMap("a", in: "one.hspy")
    try scratch.lamella("diff", "one.hspy", "none.hspy", code: 3)
    try scratch.lamella("diff", "a.bin", "one.hspy", code: 3)
    try scratch.lamella("diff", "one.hspy", code: 2)
  }
}
