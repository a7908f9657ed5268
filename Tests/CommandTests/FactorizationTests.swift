import Foundation
import Testing

@Suite struct FactorizationTests {
  @Test func reportHasWhatScriptsNeed() throws {
    let scratch = try Scratch()
    try scratch.lamella("simulate", "mineral", "-o", "rock.hspy", "--size", "16x12", "--channels", "64")
    let report = try scratch.lamella("nmf", "rock.hspy", "--components", "2", "--json").json()
    #expect(report["result"] as? String == "nmf")
    #expect(report["loss"] as? String == "kl")
    #expect(report["converged"] is Bool)
    for key in ["divergence", "seconds"] { #expect(report[key] is Double, "\(key)") }
    for key in ["iterations", "peak_memory_bytes"] { #expect(report[key] is Int, "\(key)") }
    try scratch.lamella("nmf", "rock.hspy", "--components", "2", "--loss", "frobenius", "--name", "plain")
    try scratch.lamella("pca", "rock.hspy", "--components", "3")
    let results = try #require(try scratch.maps("rock.hspy")[0]["results"] as? [[String: Any]])
    #expect(results.map { $0["name"] as? String } == ["truth", "nmf", "plain", "pca"])
    try scratch.lamella("validate", "rock.hspy")
    try scratch.lamella("verify", "rock.hspy")
  }

  @Test func seriesOfTwoFiles() throws {
    let scratch = try Scratch()
    for (file, name, size) in [("a.hspy", "one", "10x8"), ("b.hspy", "two", "6x7")] {
      try scratch.lamella("simulate", "mineral", "-o", file, "--size", size, "--channels", "64", "--name", name)
    }
    try scratch.lamella("series", "a.hspy", "both", "one", "two", "--from", "b.hspy")
    let report = try scratch.lamella("nmf", "a.hspy", "--series", "both", "--components", "2", "--json").json()
    #expect(report["path"] as? String == "/series/both/results/nmf")
    let info = try scratch.lamella("info", "a.hspy", "--json").json()
    let series = try #require((info["series"] as? [[String: Any]])?.first)
    let result = try #require((series["results"] as? [[String: Any]])?.first)
    #expect((result["arrays"] as? [String])?.filter { $0.hasPrefix("abundances/") } == ["abundances/one", "abundances/two"])
    try scratch.lamella("export", "a.hspy", "series/both/results/nmf/abundances/two", "-o", "two.npy")
    let header = String(decoding: try scratch.bytes("two.npy").prefix(128), as: UTF8.self)
    #expect(header.contains("(2, 6, 7)"))
    try scratch.lamella("validate", "a.hspy")
  }

  @Test func whatCannotBe() throws {
    let scratch = try Scratch()
    try scratch.lamella("simulate", "mineral", "-o", "rock.hspy", "--size", "4x4", "--channels", "32")
    let run = try scratch.lamella("nmf", "rock.hspy", "--components", "33", code: 3)
    #expect(run.errors.hasPrefix("lamella: rock.hspy: /mineral: 33 components"))
    try scratch.lamella("nmf", "rock.hspy", "--components", "0", code: 2)
    try scratch.lamella("nmf", "rock.hspy", "--components", "2", "--map", "granite", code: 3)
    try scratch.lamella("nmf", "rock.hspy", "--components", "2", "--map", "a", "--series", "b", code: 2)
    try scratch.makeMap("other", in: "rock.hspy")
    let ambiguous = try scratch.lamella("nmf", "rock.hspy", "--components", "2", code: 3)
    #expect(ambiguous.errors.contains("mineral, other"))
  }
}
