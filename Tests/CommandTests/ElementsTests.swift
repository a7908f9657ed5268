import Foundation
import Testing

@Suite struct ElementsTests {
  private func elements(_ words: String...) throws -> [[String: Any]] {
    let report = try Scratch().run(["elements"] + words + ["--json"]).json()
    return try #require(report["elements"] as? [[String: Any]])
  }

  @Test func linesShellsAndFactorsAreShown() throws {
    let elements = try elements("Fe", "Nd")
    #expect(elements.map { $0["symbol"] as? String } == ["Fe", "Nd"])
    let iron = elements[0]
    #expect(iron["atomic_number"] as? Int == 26 && iron["atomic_weight"] as? Double == 55.845)
    let lines = try #require(iron["lines"] as? [[String: Any]])
    let alpha = try #require(lines.first { $0["line"] as? String == "KL3" })
    #expect(alpha["siegbahn"] as? String == "Ka1" && alpha["relative_intensity"] as? Double == 1)
    #expect(abs((alpha["energy"] as? Double ?? 0) - 6.4039) < 1e-4)
    let shells = try #require(iron["subshells"] as? [[String: Any]])
    #expect(shells.map { $0["name"] as? String }.prefix(4) == ["K", "L1", "L2", "L3"])
    #expect(abs((shells[0]["cross_section"] as? Double ?? 0) / 3.03375e-22 - 1) < 1e-4)
    #expect(abs((shells[0]["fluorescence_yield"] as? Double ?? 0) - 0.3546) < 1e-4)
    let text = try Scratch().lamella("elements", "Fe", "Nd").output
    #expect(text.contains("KL3   Ka1") && text.contains("Fe Ka / Si Ka") && text.contains("Nd  Z = 60"))
  }

  /// By weight against Si at 200 kV, lines within 0.35 keV, as calculated with emtables; and with the fits as published.
  @Test(arguments: [("O", 0.956, 0.9605), ("Mg", 0.976, 0.9784), ("Fe", 1.826, 1.7557), ("Ni", 2.013, 1.9126)])
  func factorsAreThose(element: String, other: Double, published: Double) throws {
    func weight(_ words: String...) throws -> Double {
      let report = try Scratch().run(["elements", element, "--json"] + words).json()
      let factors = (report["elements"] as? [[String: Any]])?.first?["k_factors"] as? [[String: Any]]
      return try #require(factors?.first { $0["line"] as? String == "\(element) Ka" }?["weight"] as? Double)
    }
    #expect(abs(try weight() / other - 1) < 0.003)
    #expect(abs(try weight("--cross-sections", "bote-salvat") / published - 1) < 1e-3)
    #expect(try weight("--detector", "beryllium") > (try weight()) * (element == "O" ? 10 : 0.5))
  }

  @Test func theBeamDecidesWhatIsThere() throws {
    let slow = try elements("Nd", "--beam", "15")
    let lines = try #require(slow[0]["lines"] as? [[String: Any]])
    #expect(Set(lines.compactMap { $0["family"] as? String }) == ["L", "M"])
  }

  @Test func mistakesAreNamed() throws {
    let scratch = try Scratch()
    for (words, problem) in [
      (["Xx"], "\"Xx\" is no element"), (["Fe", "fe"], "Did you mean Fe?"),
      (["Fe", "--reference", "Si Qa"], "\"Qa\" is no line's name"),
      (["Fe", "--reference", "Si La"], "has no La line"), (["Fe", "--beam", "-1"], "--beam"), ([], "SYMBOL"),
    ] {
      let result = try scratch.run(["elements"] + words, code: 2)
      #expect(result.errors.contains(problem), "\(result.errors)")
    }
  }
}
