import Foundation
import Testing

@Suite struct UnmixingCommandTests {
  /// A simulated map with masks of its phases where they are alone, by truth.
  private func rock() throws -> Scratch {
    let scratch = try Scratch()
    try scratch.lamella(
      "simulate", "mineral", "-o", "rock.hspy", "--size", "48x48", "--channels", "512", "--counts", "600", "--seed", "5")
    for (component, name) in [(2, "fp"), (3, "capv")] {
      try scratch.lamella(
        "mask", "threshold", "rock.hspy", "--from", "truth", "--component", "\(component)", "--method", "0", "--name", name)
    }
    for (name, expression) in [("matrix", "not (fp or capv)"), ("fp-mix", "fp minus capv"), ("capv-mix", "capv minus fp")] {
      try scratch.lamella("mask", "combine", "rock.hspy", expression, "--name", name)
      try scratch.lamella("spectrum", "rock.hspy", "--mask", name, "--name", name)
    }
    return scratch
  }

  @Test func theChain() throws {
    let scratch = try rock()
    for (mixture, element, name) in [("fp-mix", "Si", "fp"), ("capv-mix", "Mg", "capv")] {
      let report = try scratch.lamella(
        "subtract", "rock.hspy", "--spectrum", mixture, "--matrix", "matrix", "--element", element, "--name", name, "--lines",
        "Ka", "--fit", element == "Si" ? "model" : "windows", "--json"
      ).json()
      let (scale, deviation) = (report["scale"] as? Double ?? 0, report["scale_deviation"] as? Double ?? 0)
      #expect(scale > 0.01 && deviation > 0 && deviation < 0.1 * scale)
      #expect((report["over_subtraction"] as? [[String: Any]])?.allSatisfy { ($0["z"] as? Double ?? 0) < -3 } == true)
      #expect(report["line"] as? String == "Ka")
    }
    for method in ["fcls", "poisson-fcls"] {
      let report = try scratch.lamella(
        "abundances", "rock.hspy", "--spectra", "matrix,fp,capv", "--method", method, "--name", method, "--json"
      ).json()
      #expect(abs((report["reduced_chi_square"] as? Double ?? 0) - 1) < 0.1)
      #expect((report["components"] as? [[String: Any]])?.count == 3)
    }
    try scratch.lamella("abundances", "rock.hspy", "--spectra", "matrix,fp,capv", "--free-thickness", "--name", "free")
    for result in ["matrix", "fp", "poisson-fcls", "free"] {
      let path = "mineral/results/\(result)"
      #expect(try scratch.lamella("rerun", "rock.hspy", path, "--threads", "1").output.contains("identical: all"))
    }
    try scratch.lamella("validate", "rock.hspy")
    try scratch.lamella("export", "rock.hspy", "mineral/results/fp", "-o", "fp.msa")
    let text = String(decoding: try scratch.bytes("fp.msa"), as: UTF8.self)
    #expect(text.contains("#XUNITS      : keV") && text.contains("#NPOINTS     : 512"))
  }

  /// Spaces in lists do not count, and a name that ends as a component does is a name.
  @Test func listsAndNamesAsPeopleTypeThem() throws {
    let scratch = try rock()
    try scratch.lamella(
      "subtract", "rock.hspy", "--spectrum", "fp-mix", "--matrix", "matrix", "--element", " Si", "--elements", "O, Mg, Si, Fe",
      "--name", "fp:1")
    try scratch.lamella("abundances", "rock.hspy", "--spectra", "matrix, fp:1", "--name", "parts")
    try scratch.lamella("quantify", "rock.hspy", "--spectrum", "fp:1", "--elements", "O, Mg,Fe", "--name", "q")
    try scratch.lamella("figure", "rock.hspy", "q", "-o", "q.svg")
    try scratch.lamella("figure", "rock.hspy", "parts:2", "-o", "parts.svg")
    try scratch.lamella("export", "rock.hspy", "fp:1", "-o", "fp.msa")
    try scratch.lamella("export", "rock.hspy", "mineral/parts:2", "-o", "parts.png")
    #expect(try scratch.lamella("rerun", "rock.hspy", "mineral/q").output.contains("identical"))
    #expect(try scratch.lamella("history", "rock.hspy", "q").output.contains("fp:1"))
    #expect(try scratch.lamella("spectrum", "rock.hspy", "--name", "a,b", code: 3).errors.contains("contains ','"))
    #expect(try scratch.lamella("mask", "combine", "rock.hspy", "fp", "--name", "a\"b", code: 3).errors.contains("contains '\"'"))
  }

  @Test func sumsAreThoseOfTheirParts() throws {
    let scratch = try rock()
    func counts(_ words: String...) throws -> Double {
      let report = try scratch.run(["spectrum", "rock.hspy", "--json"] + words).json()
      return try #require(report["counts"] as? Double)
    }
    let whole = try counts()
    #expect(try counts("--rectangle", "0,0,48,20") + counts("--rectangle", "0,20,48,48") == whole)
    #expect(try counts("--mask", "matrix") + counts("--mask", "fp-mix") + counts("--mask", "capv") == whole)
    #expect(try counts("--rectangle", "0,0,48,30", "--rectangle", "0,10,48,48") == whole)
  }

  @Test func whatCannotBe() throws {
    let scratch = try rock()
    let before = try scratch.bytes("rock.hspy")
    let subtract = ["subtract", "rock.hspy", "--spectrum", "fp-mix", "--matrix", "matrix", "--element"]
    let bad: [([String], Int32, String)] = [
      (subtract + ["Mg"], 3, "Mg Ka"), (subtract + ["Xx"], 3, "Xx"), (subtract + ["Si", "--name", "matrix"], 3, "matrix"),
      (subtract + ["Si", "--lines", "Lz"], 3, "Lz"), (subtract + ["Si", "--fit", "guess"], 2, "windows"),
      (["subtract", "rock.hspy", "--spectrum", "matrix", "--matrix", "matrix", "--element", "Si"], 3, "two spectra"),
      (["subtract", "rock.hspy", "--spectrum", "none", "--matrix", "matrix", "--element", "Si"], 3, "fp-mix"),
      (["abundances", "rock.hspy", "--spectra", "matrix,matrix"], 3, "mixtures of each other"),
      (["abundances", "rock.hspy", "--spectra", "matrix,none"], 3, "none"),
      (["abundances", "rock.hspy", "--spectra", "matrix", "--method", "nnls"], 2, "poisson-fcls"),
      (["abundances", "rock.hspy", "--spectra", "truth:9"], 3, "component 9"),
      (["spectrum", "rock.hspy", "--mask", "none"], 3, "fp-mix"),
      (["spectrum", "rock.hspy", "--mask", "fp", "--rectangle", "0,0,1,1"], 2, "not both"),
      (["spectrum", "rock.hspy", "--rectangle", "0,0,49,1"], 3, "48 × 48"),
      (["spectrum", "rock.hspy", "--name", "matrix"], 3, "matrix-2"),
    ]
    for (words, code, text) in bad {
      let run = try scratch.run(words, code: code)
      #expect(run.errors.contains(text), "\(words): \(run.errors)")
    }
    #expect(try scratch.bytes("rock.hspy") == before)
  }
}
