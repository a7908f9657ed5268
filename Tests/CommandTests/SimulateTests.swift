import Foundation
import Testing

@Suite struct SimulateTests {
  @Test func truthLiesBesideTheMap() throws {
    let scratch = try Scratch()
    let line = [
      "simulate", "mineral", "-o", "rock.hspy", "--size", "12x10", "--channels", "64", "--counts", "50",
    ]
    let report = try scratch.run(line + ["--seed", "3", "--json"]).json()
    #expect(report["truth"] as? String == "/mineral/results/truth")
    let map = try #require(try scratch.maps("rock.hspy").first)
    #expect(map["shape"] as? [Int] == [12, 10, 64])
    let results = try #require(map["results"] as? [[String: Any]])
    #expect(results.map { $0["name"] as? String } == ["truth"])
    #expect(results[0]["arrays"] as? [String] == ["abundances", "expected_counts", "spectra"])
    try scratch.lamella("validate", "rock.hspy")
    try scratch.lamella("verify", "rock.hspy")
  }

  @Test func theSameSeedGivesTheSameMap() throws {
    let scratch = try Scratch()
    for (file, seed) in [("a.hspy", "3"), ("b.hspy", "3"), ("c.hspy", "4")] {
      try scratch.lamella(
        "simulate", "mineral", "-o", file, "--size", "8x8", "--channels", "64", "--seed", seed)
    }
    let digests = try ["a.hspy", "b.hspy", "c.hspy"].map { try scratch.maps($0)[0]["digest"] as? String }
    #expect(digests[0] == digests[1])
    #expect(digests[0] != digests[2])
  }

  @Test func severalMapsAndTheirSeries() throws {
    let scratch = try Scratch()
    let line = ["simulate", "mineral", "-o", "rock.hspy", "--size", "6x5", "--channels", "64", "--maps", "2"]
    let report = try scratch.run(line + ["--beam", "80", "--escape-peaks", "--pile-up", "0.02", "--json"]).json()
    #expect(report["maps"] as? [String] == ["mineral-1", "mineral-2"] && report["series"] as? String == "mineral")
    #expect(try scratch.maps("rock.hspy").map { $0["name"] as? String } == ["mineral-1", "mineral-2"])
    try scratch.lamella("validate", "rock.hspy")
    try scratch.lamella("verify", "rock.hspy")
    try scratch.lamella("rerun", "rock.hspy", "mineral-2/results/truth")
    let before = try Data(contentsOf: scratch.folder.appending(path: "rock.hspy"))
    try scratch.run(line, code: 4)
    let after = try Data(contentsOf: scratch.folder.appending(path: "rock.hspy"))
    let same = before == after
    #expect(same)
    for bad in [["--maps", "0"], ["--maps", "65"], ["--beam", "0"], ["--pile-up", "0.6"], ["--thickness", "0"]] {
      try scratch.run(["simulate", "mineral", "-o", "b.hspy", "--size", "4x4"] + bad, code: 2)
    }
    #expect(!scratch.exists("b.hspy"))
  }

  @Test func sizesAreChecked() throws {
    let scratch = try Scratch()
    for size in ["8", "8x8x8", "100000x2", "0x4"] {
      try scratch.lamella("simulate", "mineral", "-o", "a.hspy", "--size", size, code: 2)
    }
    #expect(!scratch.exists("a.hspy"))
  }
}
