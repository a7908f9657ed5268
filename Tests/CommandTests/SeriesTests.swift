import Foundation
import Testing

@Suite struct SeriesTests {
  @Test func mapsOfOneFile() throws {
    let scratch = try Scratch()
    try scratch.makeMap("a", in: "maps.hspy", shape: [4, 5, 16])
    try scratch.makeMap("b", in: "maps.hspy", shape: [3, 2, 16])
    let report = try scratch.lamella("series", "maps.hspy", "all", "b", "a", "--json").json()
    #expect(report["pixels"] as? Int == 26)
    #expect(report["channels"] as? Int == 16)
    let info = try scratch.lamella("info", "maps.hspy", "--json").json()
    let series = try #require((info["series"] as? [[String: Any]])?.first)
    #expect(series["maps"] as? [String] == ["b", "a"])
  }

  @Test func mapsOfAnotherFile() throws {
    let scratch = try Scratch()
    try scratch.makeMap("a", in: "maps.hspy")
    try scratch.makeMap("b", in: "older.hspy")
    try scratch.lamella("series", "maps.hspy", "both", "a", "b", "--from", "older.hspy")
    try scratch.lamella("validate", "maps.hspy")
  }

  @Test func whatCannotBe() throws {
    let scratch = try Scratch()
    try scratch.makeMap("a", in: "maps.hspy", shape: [4, 5, 16])
    try scratch.makeMap("b", in: "maps.hspy", shape: [4, 5, 17])
    #expect(try scratch.lamella("series", "maps.hspy", "all", "a", "b", code: 3).errors.contains("channels"))
    #expect(try scratch.lamella("series", "maps.hspy", "all", "c", code: 3).errors.contains("\"c\""))
    try scratch.lamella("series", "maps.hspy", "all", code: 2)
    try scratch.lamella("series", "maps.hspy", "all", "a", "--from", "nowhere.hspy", code: 3)
  }
}
