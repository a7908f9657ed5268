import Foundation
import Testing

@Suite struct UnmixTests {
  private func rock(_ words: String...) throws -> Scratch {
    let scratch = try Scratch()
    try scratch.run(["simulate", "mineral", "-o", "rock.hspy", "--channels", "512", "--counts", "400"] + words)
    return scratch
  }

  private func phases(_ report: [String: Any]) throws -> [[String: Any]] {
    try #require(report["phases"] as? [[String: Any]])
  }

  private func atomicPercent(_ phase: [String: Any], _ symbol: String) throws -> Double {
    let composition = try #require(phase["composition"] as? [String: Any])
    let elements = try #require(composition["elements"] as? [[String: Any]])
    return try #require(elements.first { $0["symbol"] as? String == symbol }?["atomic_percent"] as? Double)
  }

  /// What the file holds beside maps.
  private func everything(_ scratch: Scratch) throws -> [String] {
    let objects = try scratch.lamella("history", "rock.hspy", "--json").json()["objects"] as? [[String: Any]]
    return try #require(objects).compactMap { $0["path"] as? String }
  }

  @Test func theChain() throws {
    let scratch = try rock("--size", "96x96", "--seed", "7")
    let report = try scratch.lamella(
      "unmix", "rock.hspy", "--components", "3", "--matrix", "auto", "--unique", "Mg,Si", "--elements",
      "O,Mg,Al,Si,Ca,Fe,Nd,Sm,U",
      "--fit", "windows", "--json"
    ).json()
    let phases = try phases(report)
    #expect(phases.compactMap { $0["name"] as? String } == ["matrix", "phase-2", "phase-3"])
    // Which lacks which was found out, whatever the order.
    #expect(phases.compactMap { $0["lacks"] as? String } == ["Si", "Mg"])
    #expect(try abs(atomicPercent(phases[0], "Mg") - 18.3) < 1.5)
    #expect(try abs(atomicPercent(phases[0], "Si") - 21.12) < 1.5)
    #expect(try atomicPercent(phases[1], "Mg") > 36 && atomicPercent(phases[1], "Si") < 1)
    #expect(try atomicPercent(phases[2], "Mg") < 2 && atomicPercent(phases[2], "Ca") > 5)
    #expect(abs((report["reduced_chi_square"] as? Double ?? 0) - 1) < 0.1)
    try scratch.lamella("validate", "rock.hspy")
    for result in ["unmix", "unmix-phase-2", "unmix-abundances", "unmix-matrix-composition"] {
      try scratch.lamella("rerun", "rock.hspy", "mineral/results/\(result)", "--threads", "1")
    }
    for mask in ["matrix", "phase-2-mixture", "phase-3-reach"] {
      try scratch.lamella("rerun", "rock.hspy", "mineral/masks/unmix-\(mask)")
    }

    // The recipe, repeated as it was written, finds the same.
    #expect(scratch.exists("rock-unmix.recipe.json"))
    let again = try scratch.lamella("unmix", "rock.hspy", "--recipe", "rock-unmix.recipe.json", "--name", "again", "--json")
      .json()
    let others = try self.phases(again)
    for (phase, other) in zip(phases, others) {
      #expect(phase["share"] as? Double == other["share"] as? Double)
      #expect(phase["scale"] as? Double == other["scale"] as? Double)
    }
    // What is taken is refused before anything is done.
    let before = try scratch.bytes("rock.hspy")
    let taken = try scratch.lamella("unmix", "rock.hspy", "--recipe", "rock-unmix.recipe.json", code: 3)
    #expect(taken.errors.contains("already"))
    let there = try scratch.lamella("unmix", "rock.hspy", "--unique", "Si,Mg", "--save", "rock-unmix.recipe.json", code: 4)
    #expect(there.errors.contains("--replace"))
    #expect(try scratch.bytes("rock.hspy") == before)
    // How far a composition depends on what the phase is taken to lack.
    let changes = try #require(phases[2]["changes"] as? [String: Double])
    let (matrix, found) = (try atomicPercent(phases[0], "Ca"), try atomicPercent(phases[2], "Ca"))
    #expect(try abs(changes["Ca", default: 0] - (matrix - found) / atomicPercent(phases[0], "Mg")) < 1e-9)
    #expect(phases[0]["changes"] == nil)
  }

  @Test func recipesAreNeverLost() throws {
    let scratch = try rock("--size", "72x72", "--seed", "7")
    let map = try scratch.bytes("rock.hspy")
    func unmix(_ words: String...) throws {
      try scratch.write(map, "rock.hspy")
      try scratch.run(
        ["unmix", "rock.hspy", "--unique", "Si,Mg", "--elements", "Mg,Si", "--fit", "windows", "--name", "a"] + words)
    }
    try unmix()
    let first = try scratch.bytes("rock-a.recipe.json")
    // The same again is the same recipe; another one has a name of its own.
    try unmix()
    #expect(!scratch.exists("rock-a-2.recipe.json"))
    try unmix("--margin", "1")
    #expect(try scratch.bytes("rock-a.recipe.json") == first)
    #expect(try scratch.bytes("rock-a-2.recipe.json") != first)
    try unmix("--margin", "0", "--save", "rock-a.recipe.json", "--replace")
    #expect(try scratch.bytes("rock-a.recipe.json") != first)
    // Without its recipe nothing is kept.
    try scratch.write(map, "rock.hspy")
    try scratch.lamella("unmix", "rock.hspy", "--unique", "Si,Mg", "--fit", "windows", "--save", "nowhere/r.json", code: 4)
    #expect(try scratch.bytes("rock.hspy") == map)
  }

  @Test func rectanglesOfRecipes() throws {
    let scratch = try rock("--size", "72x72", "--seed", "7")
    for (name, rectangle) in [("list", "[2, 3, 40, 50]"), ("object", "{\"y0\": 2, \"x0\": 3, \"y1\": 40, \"x1\": 50}")] {
      try scratch.write(
        Data(
          """
          {"name": "\(name)", "matrix": 1, "elements": ["Mg", "Si"], "fit": "windows",
            "precipitates": [{"name": "fp", "component": 2, "lacks": "Si", "rectangles": [\(rectangle)]}]}
          """.utf8), "\(name).json")
      try scratch.lamella("unmix", "rock.hspy", "--recipe", "\(name).json", "--save", "\(name).out.json")
    }
    #expect(
      try scratch.lamella("mask", "combine", "rock.hspy", "\"list-fp\" minus \"object-fp\"", "--name", "x", code: 3).errors
        .contains("no pixel"))
    let kept = try #require(
      try JSONSerialization.jsonObject(with: scratch.bytes("object.out.json")) as? [String: Any])["precipitates"]
    let rectangles = (kept as? [[String: Any]])?.first?["rectangles"] as? [[Int]]
    #expect(rectangles == [[2, 3, 40, 50]])
    try scratch.lamella("rerun", "rock.hspy", "mineral/masks/list-fp")
  }

  @Test func aSeries() throws {
    let scratch = try rock("--size", "72x72", "--maps", "2", "--seed", "4")
    let report = try scratch.lamella(
      "unmix", "rock.hspy", "--series", "mineral", "--unique", "Si,Mg", "--fit", "windows", "--margin", "1", "--save", "r.json",
      "--json"
    ).json()
    #expect(try phases(report).count == 3)
    let sum = try scratch.lamella("info", "rock.hspy", "--json").json()
    #expect(sum["series"] != nil && scratch.exists("r.json"))
    #expect(try everything(scratch).contains("/mineral-2/masks/unmix-matrix"))
    try scratch.lamella("validate", "rock.hspy")
  }

  @Test func whatCannotBe() throws {
    let scratch = try rock("--size", "40x40", "--seed", "2")
    let before = try everything(scratch)
    try scratch.write(Data("{\"componets\": 3, \"unique\": [\"Si\"]}".utf8), "typo.json")
    try scratch.write(Data("[1]".utf8), "list.json")
    try scratch.write(Data("{\"components\": \"three\"}".utf8), "type.json")
    try scratch.write(Data("{\"precipitates\": [{\"name\": \"fp\", \"component\": 9, \"lacks\": \"Si\"}]}".utf8), "nine.json")
    let bad: [([String], Int32, String)] = [
      ([], 2, "--unique"), (["--unique", "Xx"], 3, "Xx"), (["--unique", "Si,Mg", "--matrix", "7"], 3, "component 7"),
      (["--unique", "Si,Mg", "--matrix", "none"], 2, "auto"), (["--unique", "Fe", "--components", "2"], 3, "contrast"),
      (["--recipe", "typo.json"], 3, "componets"), (["--recipe", "list.json"], 3, "no recipe"),
      (["--recipe", "type.json"], 3, "components"), (["--recipe", "nine.json"], 3, "component 9"),
      (["--recipe", "missing.json"], 3, "missing.json"),
    ]
    for (words, code, text) in bad {
      let run = try scratch.run(["unmix", "rock.hspy"] + words, code: code)
      #expect(run.errors.contains(text), "\(words): \(run.errors)")
      #expect(try everything(scratch) == before, "\(words)")
    }
    #expect(!scratch.exists("rock-unmix.recipe.json"))
    try scratch.lamella("validate", "rock.hspy")
  }
}
