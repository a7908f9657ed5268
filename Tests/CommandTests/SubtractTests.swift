import Foundation
import Testing

@Suite struct SubtractTests {
  private func rock() throws -> Scratch {
    let scratch = try Scratch()
    try scratch.lamella(
      "simulate", "mineral", "-o", "rock.hspy", "--size", "32x32", "--channels", "512", "--counts", "600", "--seed", "5")
    try scratch.lamella(
      "mask", "threshold", "rock.hspy", "--from", "truth", "--component", "2", "--method", "0", "--name", "fp")
    for (name, expression) in [("matrix", "not fp"), ("wide", "fp or not fp")] {
      try scratch.lamella("mask", "combine", "rock.hspy", expression, "--name", name)
    }
    for name in ["fp", "matrix", "wide"] { try scratch.lamella("spectrum", "rock.hspy", "--mask", name, "--name", name) }
    return scratch
  }

  /// Of pixels that are in both the errors are not independent.
  @Test func pixelsInBothAreTold() throws {
    let scratch = try rock()
    func subtract(_ matrix: String, _ name: String, _ words: String...) throws -> [String: Any] {
      try scratch.run(
        ["subtract", "rock.hspy", "--spectrum", "fp", "--matrix", matrix, "--element", "Si", "--name", name, "--json"] + words
      ).json()
    }
    #expect(try subtract("matrix", "a")["warnings"] as? [String] == [])
    let warnings = try #require(try subtract("wide", "b")["warnings"] as? [String])
    #expect(warnings.count == 1 && warnings[0].contains(" pixels are in both the mixture and the matrix"))
    // The fit is made as the options say, and again so.
    let plain = try subtract("matrix", "c")["scale"] as? Double
    let bent = try subtract("matrix", "d", "--background", "6", "--range", "0.5:8", "--detector", "polymer")["scale"] as? Double
    #expect(try abs(#require(plain) - #require(bent)) > 1e-9)
    #expect(try scratch.lamella("rerun", "rock.hspy", "mineral/results/d", "--threads", "1").output.contains("identical: all"))
  }

  /// The error of the element by which was scaled is that of a fit to what is 0, not that of the scale times the matrix.
  @Test func theScaledLineIsNotAsUncertainAsTheScale() throws {
    let scratch = try rock()
    let difference = try scratch.lamella(
      "subtract", "rock.hspy", "--spectrum", "fp", "--matrix", "matrix", "--element", "Si", "--name", "a", "--json"
    ).json()
    let net = try #require((difference["mixture_net"] as? [String: Any])?["error"] as? Double)
    let found = try scratch.lamella("quantify", "rock.hspy", "--spectrum", "a", "--elements", "O,Mg,Si,Fe", "--json").json()
    let elements = try #require(found["elements"] as? [[String: Any]])
    let silicon = try #require(elements.first { $0["symbol"] as? String == "Si" })
    let error = try #require(silicon["net_counts_error"] as? Double)
    #expect(error > 0 && error < 0.6 * net, "\(error) \(net)")
    #expect((found["convention"] as? String)?.contains("with the covariances of the fit") == true)
    // Which atomic data they rest on is kept.
    for path in ["mineral", "mineral/results/a", "mineral/results/quantify"] {
      #expect(try scratch.lamella("history", "rock.hspy", path, "--json").output.contains("xraylib"), "\(path)")
    }
  }

  @Test func elementsNamedTwiceAreFittedOnce() throws {
    let scratch = try rock()
    func quantify(_ words: String...) throws -> [[String: Any]] {
      let found = try scratch.run(
        ["quantify", "rock.hspy", "--spectrum", "matrix", "--elements", "O,Mg,Si,Fe", "--dry-run", "--json"] + words
      ).json()
      return try #require(found["elements"] as? [[String: Any]])
    }
    let once = try quantify("--also", "Cu")
    let twice = try quantify("--also", "Cu,Cu,Fe")
    for (one, two) in zip(once, twice) {
      #expect(one["atomic_percent"] as? Double == two["atomic_percent"] as? Double)
      #expect(two["atomic_percent_error"] as? Double ?? 0 > 0)
    }
    // A window before the detector takes most of the oxygen's photons, so that the same counts mean more of it.
    let polymer = try quantify("--detector", "polymer")
    let (open, closed) = (try #require(once[0]["factor"] as? Double), try #require(polymer[0]["factor"] as? Double))
    #expect(closed > 1.3 * open)
  }

  /// A factor for a window holds lines beside the one that names it; the factor of that line alone stands beside it.
  @Test func factorsOfMergedLines() throws {
    func factor(_ words: String...) throws -> [String: Any] {
      let report = try Scratch().run(["elements", "Cs", "--detector", "windowless", "--json"] + words).json()
      let factors = (report["elements"] as? [[String: Any]])?.first?["k_factors"] as? [[String: Any]]
      return try #require(factors?.first { $0["line"] as? String == "Cs La" })
    }
    let (window, alone) = (try factor(), try factor("--within", "0"))
    #expect((window["merged"] as? [String])?.contains("Lb") == true && alone["merged"] as? [String] == [])
    let (weight, bare) = (try #require(window["weight"] as? Double), try #require(window["alone_weight"] as? Double))
    #expect(bare > 1.3 * weight && bare == alone["weight"] as? Double && bare == alone["alone_weight"] as? Double)
    #expect(try Scratch().lamella("elements", "Cs").output.contains("Cs La+Lb"))
  }
}
