import Foundation
import Testing

@Suite struct RerunTests {
  @Test func resultsAreRepeated() throws {
    let scratch = try Scratch()
    try scratch.lamella("simulate", "mineral", "-o", "rock.hspy", "--size", "12x10", "--channels", "64")
    try scratch.lamella("nmf", "rock.hspy", "-k", "2")
    let before = try scratch.bytes("rock.hspy")
    let text = try scratch.lamella("rerun", "rock.hspy", "nmf", "--threads", "1", "--memory", "1M").output
    #expect(text.contains("identical: all "))
    #expect(text.contains("read /mineral/data/counts: the same"))
    let report = try scratch.lamella("rerun", "rock.hspy", "mineral/results/nmf", "--json").json()
    #expect(report["identical"] as? Bool == true)
    let object = try #require((report["objects"] as? [[String: Any]])?.first)
    #expect((object["inputs"] as? [[String: Any]])?.map { $0["state"] as? String } == ["same"])
    #expect((object["values"] as? [[String: Any]])?.allSatisfy { $0["differing"] as? Int == 0 } == true)
    #expect(try scratch.bytes("rock.hspy") == before)
    #expect(try scratch.lamella("rerun", "rock.hspy", "other", code: 3).errors.contains("/mineral/results/nmf"))
  }

  @Test func importsAreRepeated() throws {
    let scratch = try Scratch()
    try scratch.makeMap("a", in: "maps.hspy")
    #expect(try scratch.lamella("rerun", "maps.hspy", "a").output.contains("read a.bin: the same"))
    var data = try scratch.bytes("a.bin")
    data[0] &+= 1
    try scratch.write(data, "a.bin")
    let text = try scratch.lamella("rerun", "maps.hspy", "a", code: 1).output
    #expect(text.contains("1 of 320 values differ"))
    #expect(text.contains("read a.bin: has changed since"))
    try FileManager.default.moveItem(atPath: scratch.path("a.bin"), toPath: scratch.path("b.bin"))
    #expect(try scratch.lamella("rerun", "maps.hspy", "a", code: 3).errors.contains("a.bin"))
    try scratch.lamella("rerun", "maps.hspy", "a", "--source", "b.bin", code: 1)
  }
}
