import Foundation
import Testing

@Suite struct QuantifyTests {
  private let elements = "O,Mg,Al,Si,Ca,Fe,Nd,Sm,U"

  @Test func reportHasWhatScriptsNeed() throws {
    let scratch = try Scratch()
    try scratch.lamella("simulate", "mineral", "-o", "rock.hspy", "--size", "24x20", "--channels", "1024", "--counts", "500")
    let report = try scratch.lamella("quantify", "rock.hspy", "--map", "mineral", "--elements", elements, "--json").json()
    let found = try #require(report["elements"] as? [[String: Any]])
    #expect(found.compactMap { $0["symbol"] as? String } == elements.split(separator: ",").map(String.init))
    #expect(found.compactMap { $0["line"] as? String } == ["Ka", "Ka", "Ka", "Ka", "Ka", "Ka", "La", "La", "Ma"])
    for element in found {
      for key in [
        "net_counts", "net_counts_error", "atomic_percent", "atomic_percent_error", "atomic_percent_error_with_factors",
        "weight_percent", "weight_percent_error", "factor", "absorption",
      ] { #expect(element[key] is Double, "\(key)") }
    }
    let sum = found.reduce(0) { $0 + ($1["atomic_percent"] as? Double ?? 0) }
    #expect(abs(sum - 100) < 1e-9)
    for key in ["reduced_chi_square", "deviance_per_dof", "beam_energy", "energy_resolution", "mass_thickness", "seconds"] {
      #expect(report[key] is Double, "\(key)")
    }
    #expect((report["convention"] as? String)?.contains("Cliff-Lorimer") == true)
    #expect(report["path"] as? String == "/mineral/results/quantify" && report["pixels"] as? Int == 480)
    #expect(report["converged"] as? Bool == true)

    let lines = ["--lines", "Nd La,Sm La,U Ma", "--reference", "Mg Ka"]
    let detect = try scratch.run(["detect", "rock.hspy", "--map", "mineral", "--json"] + lines).json()
    let detected = try #require(detect["lines"] as? [[String: Any]])
    #expect(detected.count == 3 && detect["reference"] as? String == "Mg Ka")
    for line in detected {
      for key in ["snr", "lod_ppm", "net_counts", "net_counts_error", "background_counts", "atomic_ppm"] {
        #expect(line[key] is Double, "\(key)")
      }
      #expect(line["lod_convention"] as? String == "SNR = 3: 3 sqrt(B)")
      #expect((line["limits"] as? [[String: Any]])?.count == 4)
    }
    for name in ["quantify", "detect"] {
      #expect(try scratch.lamella("rerun", "rock.hspy", name, "--json").json()["identical"] as? Bool == true, "\(name)")
    }
    try scratch.lamella("validate", "rock.hspy")
    try scratch.lamella("verify", "rock.hspy")
  }

  @Test func nothingIsWrittenUnlessAskedFor() throws {
    let scratch = try Scratch()
    try scratch.lamella("simulate", "mineral", "-o", "rock.hspy", "--size", "8x6", "--channels", "512", "--counts", "2000")
    let before = try scratch.bytes("rock.hspy")
    let report = try scratch.lamella(
      "quantify", "rock.hspy", "--map", "mineral", "--dry-run", "--fit", "windows", "--json"
    ).json()
    #expect(report["path"] == nil && (report["elements"] as? [Any])?.count == 9)
    let truth = try scratch.lamella(
      "quantify", "rock.hspy", "--spectrum", "truth:2", "--elements", "O,Mg,Fe", "--dry-run", "--json"
    ).json()
    #expect(truth["spectrum"] as? String == "mineral/results/truth:2")
    #expect((truth["convention"] as? String)?.contains("variance of the spectrum is not known") == true)
    // Ferropericlase: Mg .42, Fe .08, O .50.
    let percents = (truth["elements"] as? [[String: Any]])?.compactMap { $0["atomic_percent"] as? Double } ?? []
    for (percent, expected) in zip(percents, [50.0, 42, 8]) { #expect(abs(percent - expected) < 0.02) }
    #expect(percents.count == 3)
    #expect(try scratch.bytes("rock.hspy") == before)
  }

  @Test func factorsComeFromFiles() throws {
    let scratch = try Scratch()
    try scratch.lamella("simulate", "mineral", "-o", "rock.hspy", "--size", "8x6", "--channels", "512", "--counts", "2000")
    let words = [
      "quantify", "rock.hspy", "--map", "mineral", "--elements", "O,Mg,Si", "--thickness", "0", "--density", "1", "--json",
    ]
    try Data("element,line,k\nO,Ka,0.9\nMg,Ka,1.0\nSi,Ka,1.0\n".utf8).write(to: scratch.folder.appending(path: "k.csv"))
    let report = try scratch.run(words + ["--kfactors", "k.csv"]).json()
    let found = try #require(report["elements"] as? [[String: Any]])
    #expect(found.compactMap { $0["factor"] as? Double } == [0.9, 1, 1])
    let counts = found.compactMap { $0["net_counts"] as? Double }
    let weights = zip([0.9, 1, 1], counts).map { $0 * $1 }
    let total = weights.reduce(0, +)
    for (element, weight) in zip(found, weights) {
      #expect(abs((element["weight_percent"] as? Double ?? 0) - 100 * weight / total) < 1e-9)
    }
    // The factors are kept: the file is not needed again.
    try FileManager.default.removeItem(at: scratch.folder.appending(path: "k.csv"))
    try scratch.lamella("rerun", "rock.hspy", "quantify")
    let before = try scratch.bytes("rock.hspy")
    for (name, text, words) in [
      ("negative.csv", "element,line,k\nO,Ka,0.9\nMg,Ka,-1\nSi,Ka,1\n", "negative.csv, line 3 has -1.0 for Mg Ka"),
      ("zero.csv", "element,line,k\nO,Ka,0\n", "zero.csv, line 2 has 0.0 for O Ka"),
      ("infinite.csv", "element,line,k\nO,Ka,inf\n", "infinite.csv, line 2 has inf for O Ka"),
      ("twice.csv", "element,line,k\nO,Ka,1\n\nO,Ka,1\n", "twice.csv, line 4 has O Ka twice"),
      ("unknown.csv", "element,line,k\nOx,Ka,1\n", "unknown.csv, line 2 has \"Ox\", which is no element"),
      ("heading.csv", "symbol,line,k\nO,Ka,1\n", "heading.csv has no heading"),
      ("zeta.csv", "element,line,zeta\nO,Ka,500\n", "zeta.csv, line 2 has a ζ-factor, and the method cliff-lorimer"),
      ("nan.json", "[{\"element\": \"O\", \"line\": \"Ka\", \"k\": \"NaN\"}]", "nan.json, factor 1 has nan for O Ka"),
      ("short.csv", "element,line,k\nO,Ka,0.9\n", "there is no factor for Mg Ka"),
    ] {
      try Data(text.utf8).write(to: scratch.folder.appending(path: name))
      let run = try scratch.run(
        ["quantify", "rock.hspy", "--map", "mineral", "--elements", "O,Mg,Si", "--kfactors", name], code: 3)
      #expect(run.errors.contains(words), "\(run.errors)")
    }
    #expect(try scratch.bytes("rock.hspy") == before)
  }

  @Test func whatCannotBeQuantified() throws {
    let scratch = try Scratch()
    try scratch.lamella("simulate", "mineral", "-o", "rock.hspy", "--size", "6x5", "--channels", "512", "--counts", "2000")
    try scratch.lamella("export", "rock.hspy", "mineral", "-o", "counts.npy")
    try scratch.lamella("import", "counts.npy", "-o", "bare.hspy")
    try scratch.lamella("import", "counts.npy", "-o", "told.hspy", "--axes", "y,x,Energy:0.04:keV:0.02")
    let before = try scratch.bytes("rock.hspy")
    for (words, problem) in [
      (["quantify", "bare.hspy", "--map", "counts", "--elements", "O"], "no calibrated energy axis"),
      (["quantify", "told.hspy", "--map", "counts", "--elements", "O"], "the beam energy of counts is not known"),
      (["quantify", "told.hspy", "--map", "counts", "--beam", "200"], "no elements are named"),
      (["quantify", "rock.hspy", "--map", "mineral", "--elements", "O,H"], "H has no line between"),
      (["quantify", "rock.hspy", "--map", "mineral", "--elements", "O,Xx"], "\"Xx\" is no element"),
      (["quantify", "rock.hspy", "--map", "mineral", "--elements", "O,O"], "O is named twice"),
      (["quantify", "rock.hspy", "--map", "mineral", "--elements", "O", "--reference", "Si"], "the reference Si is not among"),
      (["quantify", "rock.hspy", "--map", "mineral", "--elements", "O,U", "--use", "U Ka"], "U has no line Ka"),
      (["quantify", "rock.hspy", "--spectrum", "nothing", "--elements", "O"], "there is no result of that name"),
      (["quantify", "rock.hspy", "--spectrum", "truth", "--elements", "O"], "holds 3 spectra"),
      (["quantify", "rock.hspy", "--spectrum", "truth:4", "--elements", "O"], "has no component 4"),
      (["quantify", "rock.hspy", "--map", "mineral", "--name", "truth"], "there is a result of that name already"),
      (["detect", "rock.hspy", "--map", "mineral", "--lines", "Nd La", "--reference", "Au La"], "Au La does not stand out"),
    ] {
      let run = try scratch.run(words, code: 3)
      #expect(run.errors.contains(problem), "\(words.joined(separator: " ")): \(run.errors)")
    }
    #expect(try scratch.bytes("rock.hspy") == before)
    let missing = try scratch.lamella("quantify", "rock.hspy", "--map", "mineral", "--kfactors", "none.csv", code: 3)
    #expect(missing.errors.contains("none.csv cannot be read"))
    for (option, value) in [("--thickness", "-5"), ("--density", "0"), ("--dose", "0"), ("--cross-sections", "best")] {
      let run = try scratch.lamella("quantify", "rock.hspy", "--map", "mineral", option, value, code: 2)
      #expect(run.errors.contains("\(option) cannot be '\(value)'"), "\(run.errors)")
    }
    #expect(try scratch.bytes("rock.hspy") == before)
    for words in [
      ["quantify", "rock.hspy"], ["quantify", "rock.hspy", "--map", "a", "--series", "b"],
      ["quantify", "rock.hspy", "--map", "mineral", "--density", "-1"],
      ["detect", "rock.hspy", "--map", "mineral", "--lines", "Nd", "--reference", "Mg Ka"],
      ["detect", "rock.hspy", "--map", "mineral", "--lines", "Nd La", "--reference", "Mg"],
    ] { try scratch.run(words, code: 2) }
  }

  /// What was not computed or is no number is null, under a key that is always there.
  @Test func jsonHasNullsForWhatIsNotKnown() throws {
    let scratch = try Scratch()
    try scratch.lamella("simulate", "mineral", "-o", "rock.hspy", "--size", "5x4", "--channels", "512", "--counts", "300")
    let words = ["quantify", "rock.hspy", "--map", "mineral", "--fit", "windows", "--elements", "O,Mg,Si,Au", "--json"]
    let run = try scratch.run(words + ["--method", "zeta"])
    for token in ["NaN", "Infinity", "inf", "nan"] { #expect(!run.output.contains(token), "\(token)") }
    let report = try run.json()
    for key in ["reduced_chi_square", "deviance_per_dof"] { #expect(report[key] is NSNull, "\(key)") }
    for key in ["dose", "mass_thickness", "thickness", "density"] { #expect(report[key] is Double, "\(key)") }
    for word in ["dose", "mass thickness", "4.5 g/cm³", "windows hold 98 %"] {
      #expect((report["convention"] as? String)?.contains(word) == true, "\(word)")
    }
    let amounts = try #require(report["elements"] as? [[String: Any]])
    for amount in amounts {
      let hasCounts = amount["net_counts"] as? Double ?? 0 > 0
      #expect(hasCounts ? amount["atomic_percent_error_paper"] is Double : amount["atomic_percent_error_paper"] is NSNull)
    }
    let plain = try scratch.run(words + ["--dry-run"]).json()
    for key in ["dose"] { #expect(plain[key] is NSNull, "\(key)") }
    let text = try scratch.run(Array(words.dropLast()) + ["--dry-run"]).output
    #expect(!text.contains("χ²") && text.contains("C/√N") && !text.contains("nan") && !text.contains("inf"))
    let lines = ["--lines", "Au La", "--reference", "Mg Ka", "--fit", "windows"]
    let detect = try scratch.run(["detect", "rock.hspy", "--map", "mineral", "--json"] + lines)
    for token in ["NaN", "Infinity"] { #expect(!detect.output.contains(token), "\(token)") }
    let line = try #require(try (detect.json()["lines"] as? [[String: Any]])?.first)
    #expect(line["reduced_chi_square"] is NSNull && line["snr"] != nil && line["lod_ppm"] != nil)
    #expect((line["detected_convention"] as? String)?.contains("Currie") == true)
    let said = try scratch.run(["detect", "rock.hspy", "--map", "mineral", "--dry-run"] + lines).output
    #expect(said.contains("LOD: SNR = 3: 3 sqrt(B). Detected: net counts above Currie's critical level"))
  }

  /// The choice of cross-sections is that of `elements`, is kept, and is repeated.
  @Test func crossSectionsAreChosen() throws {
    let scratch = try Scratch()
    try scratch.lamella("simulate", "mineral", "-o", "rock.hspy", "--size", "5x4", "--channels", "512", "--counts", "2000")
    var factors: [Double] = []
    for model in ["emtables", "bote-salvat"] {
      let report = try scratch.lamella(
        "quantify", "rock.hspy", "--map", "mineral", "--elements", "Si,Fe", "--cross-sections", model, "--name", model, "--json"
      ).json()
      #expect(report["cross_sections"] as? String == model)
      #expect((report["convention"] as? String)?.contains("ionisation cross-sections of lines: \(model)") == true)
      factors.append(try #require((report["elements"] as? [[String: Any]])?.last?["factor"] as? Double))
      #expect(try scratch.lamella("rerun", "rock.hspy", model, "--json").json()["identical"] as? Bool == true)
      let elements = try scratch.lamella(
        "elements", "Fe", "--cross-sections", model, "--detector", "windowless", "--within", "0", "--json"
      ).json()
      let known = try #require(((elements["elements"] as? [[String: Any]])?.first?["k_factors"] as? [[String: Any]])?.first)
      #expect(abs(try #require(known["weight"] as? Double) / (factors.last ?? 0) - 1) < 1e-9)
    }
    // Iron's K shell: 5 % more as published.
    #expect(abs(factors[0] / factors[1] - 1.04) < 0.01)
  }

  /// Three times the pixels of half the dose.
  @Test func aSeriesHasTheDoseOfEachOfItsMaps() throws {
    let scratch = try Scratch()
    for (name, counts, size) in [("one", "600", "5x4"), ("two", "300", "15x4")] {
      try scratch.lamella(
        "simulate", "mineral", "-o", "rock.hspy", "--name", name, "--size", size, "--channels", "512", "--counts", counts)
    }
    try scratch.lamella("series", "rock.hspy", "both", "one", "two")
    func dose(_ words: String...) throws -> Double {
      let report = try scratch.run(
        ["quantify", "rock.hspy", "--elements", "O,Mg,Si", "--dry-run", "--json", "--method", "zeta"] + words
      ).json()
      #expect((report["warnings"] as? [String])?.contains { $0.contains("electrons") } == false)
      return try #require(report["dose"] as? Double)
    }
    let (one, two) = (try dose("--map", "one"), try dose("--map", "two"))
    #expect(try abs(dose("--series", "both") - (one + 3 * two) / 4) < 1e-9 * one && one > 1.5 * two)
    #expect(try abs(dose("--series", "both", "--dose", "5e7") - 5e7) < 1)
  }
}
