import Foundation
import Testing

@Suite struct MaskTests {
  /// A simulated map with a factorisation.
  private func rock() throws -> Scratch {
    let scratch = try Scratch()
    try scratch.lamella(
      "simulate", "mineral", "-o", "rock.hspy", "--size", "40x48", "--channels", "256", "--counts", "300", "--seed", "3")
    try scratch.lamella("nmf", "rock.hspy", "-k", "3", "--max-iterations", "40")
    return scratch
  }

  private func pixels(_ run: Scratch.Run) throws -> Int {
    let masks = try #require(try run.json()["masks"] as? [[String: Any]])
    return try #require(masks.first?["pixels"] as? Int)
  }

  @Test func everyForm() throws {
    let scratch = try rock()
    let cut = try scratch.lamella(
      "mask", "grabcut", "rock.hspy", "--from", "nmf", "--component", "2", "--rectangle", "18,0,39,26", "--rectangle",
      "0,14,20,47", "--iterations", "3", "--name", "fp", "--json")
    #expect(try (20..<1500).contains(pixels(cut)))
    try scratch.lamella(
      "mask", "grabcut", "rock.hspy", "--from", "mineral/results/nmf", "--component", "2", "--rectangle", "18,0,39,26",
      "0,14,20,47", "--iterations", "3", "--name", "again")
    try scratch.lamella("mask", "grabcut", "rock.hspy", "--from", "nmf", "--component", "3", "--name", "seeded")
    for method in ["otsu", "triangle", "40.5"] {
      try scratch.lamella(
        "mask", "threshold", "rock.hspy", "--from", "nmf", "--component", "3", "--method", method, "--name", "t-\(method)")
    }
    let combined = try scratch.lamella(
      "mask", "combine", "rock.hspy", "without-small(not (fp or dilate(seeded, 1)), 4) minus erode(again,2)", "--name", "matrix",
      "--map", "mineral", "--json")
    #expect(try (20..<1920).contains(pixels(combined)))
    let none = try scratch.lamella("mask", "combine", "rock.hspy", "fp minus again", "--name", "none", code: 3)
    #expect(none.errors.contains("no pixel"))
    let list = try scratch.lamella("mask", "list", "rock.hspy", "--json").json()["masks"] as? [[String: Any]]
    #expect(list?.compactMap { $0["path"] as? String }.contains("/mineral/masks/matrix") == true)
    #expect(list?.count == 7)
    try scratch.lamella("validate", "rock.hspy")
    try scratch.lamella("verify", "rock.hspy")
    try scratch.lamella(
      "mask", "threshold", "rock.hspy", "--from", "nmf", "--component", "2", "--share", "--smooth", "1", "--background", "matrix",
      "--method", "noise:3", "--name", "reach")
    for mask in ["fp", "t-otsu", "mineral/masks/matrix", "seeded", "reach"] {
      #expect(try scratch.lamella("rerun", "rock.hspy", mask).output.contains("identical: all 1"))
    }
    try scratch.lamella("rerun", "rock.hspy", "mineral/masks/matrix", "--chain")
  }

  @Test func filesComeBackTheSame() throws {
    let scratch = try rock()
    try scratch.lamella("mask", "threshold", "rock.hspy", "--from", "nmf", "--component", "2", "--name", "fp")
    for file in ["fp.png", "fp.npy"] {
      try scratch.lamella("mask", "export", "rock.hspy", "fp", "-o", file)
      let name = String(file.suffix(3))
      try scratch.lamella("mask", "import", "rock.hspy", file, "--name", name)
      let none = try scratch.lamella(
        "mask", "combine", "rock.hspy", "fp minus \(name) or \(name) minus fp", "--name", "x", code: 3)
      #expect(none.errors.contains("no pixel"))
      #expect(try scratch.lamella("rerun", "rock.hspy", name).output.contains("read \(file): the same"))
    }
    // The image is one of the inputs: when it changes, that is noticed.
    try scratch.lamella("mask", "combine", "rock.hspy", "not fp", "--name", "rest")
    #expect(try scratch.lamella("mask", "export", "rock.hspy", "rest", "-o", "fp.png", code: 4).errors.contains("--replace"))
    try scratch.lamella("mask", "export", "rock.hspy", "rest", "-o", "fp.png", "--replace")
    #expect(try scratch.lamella("rerun", "rock.hspy", "png", code: 1).output.contains("has changed"))
  }

  @Test func oneNameOfAMaskAndAResult() throws {
    let scratch = try rock()
    try scratch.lamella("mask", "threshold", "rock.hspy", "--from", "nmf", "--component", "2", "--name", "fp")
    try scratch.lamella("spectrum", "rock.hspy", "--mask", "fp", "--name", "fp")
    let both = try scratch.lamella("rerun", "rock.hspy", "fp", code: 3)
    #expect(both.errors.contains("/mineral/results/fp, /mineral/masks/fp"))
    for path in ["masks/fp", "mineral/masks/fp", "/mineral/masks/fp"] {
      #expect(try scratch.lamella("rerun", "rock.hspy", path).output.contains("masks/fp"))
    }
    #expect(try scratch.lamella("rerun", "rock.hspy", "results/fp", "--map", "mineral").output.contains("results/fp"))
    #expect(try scratch.lamella("rerun", "rock.hspy", "masks/nmf", code: 3).errors.contains("no result, no mask"))
  }

  @Test func masksOfASeries() throws {
    let scratch = try Scratch()
    for seed in 1...2 {
      try scratch.lamella(
        "simulate", "mineral", "-o", "rock.hspy", "--size", "24x30", "--channels", "128", "--counts", "400", "--seed", "\(seed)",
        "--name", "m\(seed)")
    }
    try scratch.lamella("series", "rock.hspy", "both", "m1", "m2")
    try scratch.lamella("nmf", "rock.hspy", "--series", "both", "-k", "3", "--max-iterations", "30")
    let report = try scratch.lamella(
      "mask", "threshold", "rock.hspy", "--from", "nmf", "--component", "2", "--name", "fp", "--json"
    ).json()
    #expect((report["masks"] as? [[String: Any]])?.compactMap { $0["path"] as? String } == ["/m1/masks/fp", "/m2/masks/fp"])
    try scratch.lamella(
      "mask", "threshold", "rock.hspy", "--from", "nmf", "--component", "3", "--name", "only", "--map", "m2")
    try scratch.lamella("mask", "combine", "rock.hspy", "not fp", "--name", "rest", "--series", "both")
    #expect(try scratch.lamella("mask", "combine", "rock.hspy", "not fp", "--name", "r2", code: 3).errors.contains("m1, m2"))
    let sum = try scratch.lamella("spectrum", "rock.hspy", "--series", "both", "--mask", "rest", "--name", "rest", "--json")
      .json()
    #expect((sum["maps"] as? [[String: Any]])?.count == 2)
    // A map without the mask.
    #expect(
      try scratch.lamella("spectrum", "rock.hspy", "--series", "both", "--mask", "only", "--name", "x", code: 3).errors
        .contains("/m1/masks/only"))
    try scratch.lamella("spectrum", "rock.hspy", "--series", "both", "--name", "all")
    try scratch.lamella("abundances", "rock.hspy", "--spectra", "rest,nmf:2", "--name", "ab")
    let image = try scratch.lamella(
      "export", "rock.hspy", "series/both/results/ab/residual/m2", "-o", "chi.npy", "--json"
    ).json()
    #expect(image["shape"] as? [Int] == [24, 30])
    try scratch.lamella("export", "rock.hspy", "series/both/results/rest", "-o", "rest.msa")
    for path in ["series/both/results/ab", "series/both/results/rest", "m2/masks/rest"] {
      try scratch.lamella("rerun", "rock.hspy", path, "--threads", "1")
    }
    try scratch.lamella("validate", "rock.hspy")
  }

  @Test func whatCannotBe() throws {
    let scratch = try rock()
    try scratch.lamella("mask", "threshold", "rock.hspy", "--from", "nmf", "--component", "2", "--name", "fp")
    try scratch.write(Data([1, 2, 3]), "bad.png")
    try scratch.writeNumPy("small.npy", shape: [4, 5])
    let before = try scratch.bytes("rock.hspy")
    let from = ["--from", "nmf", "--component"]
    let bad: [([String], Int32, String)] = [
      (["threshold", "rock.hspy"] + from + ["2", "--name", "fp"], 3, "there is a mask of that name"),
      (["threshold", "rock.hspy"] + from + ["4", "--name", "x"], 3, "no component 4"),
      (["threshold", "rock.hspy"] + from + ["2", "--method", "1e9", "--name", "x"], 3, "no pixel"),
      (["threshold", "rock.hspy"] + from + ["2", "--method", "huang", "--name", "x"], 2, "otsu, triangle, noise:K or a number"),
      (["threshold", "rock.hspy", "--from", "pca", "--component", "2", "--name", "x"], 3, "mineral/nmf"),
      (["threshold", "rock.hspy"] + from + ["2", "--name", "a/b"], 3, "a/b"),
      (["grabcut", "rock.hspy"] + from + ["2", "--rectangle", "0,0,41,10", "--name", "x"], 3, "40 × 48"),
      (["grabcut", "rock.hspy"] + from + ["2", "--rectangle", "0,0,40,48", "--name", "x"], 3, "whole map"),
      (["grabcut", "rock.hspy"] + from + ["2", "--rectangle", "0,0,40", "--name", "x"], 2, "Y0,X0,Y1,X1"),
      (["combine", "rock.hspy", "fp and", "--name", "x"], 2, "column 7"),
      (["combine", "rock.hspy", "fp and capv", "--name", "x"], 3, "capv"),
      (["import", "rock.hspy", "bad.png", "--name", "x"], 3, "bad.png"),
      (["import", "rock.hspy", "small.npy", "--name", "x"], 3, "4 × 5"),
      (["import", "rock.hspy", "none.npy", "--name", "x"], 3, "none.npy"),
      (["export", "rock.hspy", "capv", "-o", "x.png"], 3, "fp"),
      (["export", "rock.hspy", "fp", "-o", "rock.hspy"], 4, "another file"),
    ]
    for (words, code, text) in bad {
      let run = try scratch.run(["mask"] + words, code: code)
      #expect(run.errors.contains(text), "\(words): \(run.errors)")
    }
    #expect(try scratch.bytes("rock.hspy") == before)
    #expect(!scratch.exists("x.png"))
  }
}
