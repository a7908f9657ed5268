import Foundation
import Testing
import Workflows

@testable import lamella

@Suite struct HistoryTests {
  @Test func resultsLeadBackToTheInput() throws {
    let scratch = try Scratch()
    try scratch.lamella(
      "simulate", "mineral", "-o", "rock.hspy", "--size", "4x4", "--channels", "32", "--note", "for a test")
    let history = try scratch.lamella("history", "rock.hspy", "mineral", "--json").json()
    let entry = try #require((history["objects"] as? [[String: Any]])?.first)
    #expect(entry["operation"] as? String == "simulate")
    #expect(entry["note"] as? String == "for a test")
    #expect((entry["parameters"] as? [String: Any])?["channels"] as? Int == 32)
    let text = try scratch.lamella("history", "rock.hspy").output
    #expect(text.contains("/mineral\n") && text.contains("/mineral/results/truth\n"))
  }

  @Test func importsNameTheirSource() throws {
    let scratch = try Scratch()
    try scratch.makeMap("a", in: "maps.hspy")
    let text = try scratch.lamella("history", "maps.hspy", "a").output
    #expect(text.contains("made by import on "))
    #expect(text.contains("└─ a.bin"))
  }

  @Test func unknownPaths() throws {
    let scratch = try Scratch()
    try scratch.makeMap("a", in: "maps.hspy")
    #expect(try scratch.lamella("history", "maps.hspy", "b", code: 3).errors.contains("a"))
    try scratch.lamella("history", "maps.hspy", "a/results/nmf", code: 3)
  }
}
