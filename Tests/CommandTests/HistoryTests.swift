import Foundation
import Store
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

  @Test func mapsTellHowLongTheyTook() throws {
    let scratch = try Scratch()
    try scratch.lamella("simulate", "mineral", "-o", "rock.hspy", "--size", "40x40", "--channels", "256")
    let simulated = try #require(try Store.open(scratch.path("rock.hspy")).map("mineral").provenance)
    #expect(simulated.duration > 0)
    try scratch.lamella("export", "rock.hspy", "mineral", "-o", "rock.rpl")
    try scratch.lamella("import", "rock.raw", "-o", "back.hspy", "--name", "back")
    let made = try #require(try Store.open(scratch.path("back.hspy")).map("back").provenance)
    #expect(made.duration > 0)
    #expect(made.inputs.map(\.file) == ["rock.rpl", "rock.raw"])
    #expect(made.inputs.map(\.size) == [try scratch.bytes("rock.rpl").count, 40 * 40 * 256 * 2])
    // The values of a .raw file are the map's, and so is their digest.
    let digest = try Store.open(scratch.path("rock.hspy")).map("mineral").digest
    #expect(made.inputs[1].sha256 == digest)
    #expect(made.inputs[0].sha256?.count == 64)
    try scratch.lamella("export", "rock.hspy", "mineral", "-o", "copy.hspy")
    let copied = try #require(try Store.open(scratch.path("copy.hspy")).map("mineral").provenance?.inputs.first)
    #expect(copied.file == "rock.hspy" && copied.sha256 == digest)
  }

  @Test func unknownPaths() throws {
    let scratch = try Scratch()
    try scratch.makeMap("a", in: "maps.hspy")
    #expect(try scratch.lamella("history", "maps.hspy", "b", code: 3).errors.contains("a"))
    try scratch.lamella("history", "maps.hspy", "a/results/nmf", code: 3)
  }

  @Test func theGraphIsWrittenForGraphviz() throws {
    let scratch = try Scratch()
    try scratch.writeCounts("a \"raw\" \\ dump.bin", shape: [4, 5, 16])
    try scratch.lamella(
      "import", "a \"raw\" \\ dump.bin", "-o", "maps.hspy", "--shape", "4x5x16", "--dtype", "uint16", "--name", "a")
    try scratch.lamella("nmf", "maps.hspy", "-k", "2")
    let dot = try scratch.lamella("history", "maps.hspy", "a/results/nmf", "--dot").output
    #expect(dot.hasPrefix("digraph history {") && dot.hasSuffix("}\n"))
    #expect(dot.contains(#"n3 [label="a \"raw\" \\ dump.bin\nfile\nsha256 "#))
    #expect(dot.contains("n2 -> n1 [label=\"intensity\"") || dot.contains("n2 -> n1 [label=\"counts\""))
    try FileManager.default.removeItem(atPath: scratch.path("a \"raw\" \\ dump.bin"))
    #expect(try scratch.lamella("history", "maps.hspy", "--dot").output.contains("\\nmissing"))
    try scratch.lamella("history", "maps.hspy", "--dot", "--json", code: 2)
  }

  @Test func jsonHasTheTreeAndTheGraph() throws {
    let scratch = try Scratch()
    try scratch.makeMap("a", in: "maps.hspy")
    let history = try scratch.lamella("history", "maps.hspy", "--json").json()
    #expect((history["objects"] as? [[String: Any]])?.count == 1)
    #expect((history["nodes"] as? [[String: Any]])?.map { $0["kind"] as? String } == ["map", "file"])
    #expect((history["edges"] as? [[String: Any]])?.map { $0["state"] as? String } == ["same"])
  }
}
