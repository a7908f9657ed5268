import Foundation
import Testing

/// What cannot be analysed is refused by one clear error, and the file is the same to the byte.
@Suite struct RefusalTests {
  /// A file, and what its refusals leave in the folder.
  private func refuse(
    _ scratch: Scratch, _ file: String, _ bad: [(words: [String], text: String)],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let before = try scratch.bytes(file)
    let files = try FileManager.default.contentsOfDirectory(atPath: scratch.path("")).sorted()
    for (words, text) in bad {
      let run = try refusal(words, in: scratch)
      #expect([2, 3].contains(run.code), "\(words): \(run.code)", sourceLocation: sourceLocation)
      #expect(run.output.isEmpty, "\(words): \(run.output)", sourceLocation: sourceLocation)
      let lines = run.errors.split(separator: "\n")
      #expect(lines.first?.hasPrefix("lamella") == true, "\(words): \(run.errors)", sourceLocation: sourceLocation)
      #expect((1...3).contains(lines.count), "\(words): \(run.errors)", sourceLocation: sourceLocation)
      #expect(run.errors.contains(text), "\(words): \(run.errors)", sourceLocation: sourceLocation)
      #expect(try scratch.bytes(file) == before, "\(words)", sourceLocation: sourceLocation)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: scratch.path("")).sorted() == files, "\(words)",
        sourceLocation: sourceLocation)
    }
  }

  /// A run whose exit code may be any.
  private func refusal(_ words: [String], in scratch: Scratch) throws -> Scratch.Run {
    let script = "code=0; \"$@\" || code=$?; echo \"$code\" > .code"
    let run = try scratch.run(
      ["-c", script, "bash", Scratch.program.path(percentEncoded: false)] + words + ["--quiet"],
      program: URL(filePath: "/bin/bash"))
    let code = try String(contentsOfFile: scratch.path(".code"), encoding: .utf8).split(separator: "\n").first.flatMap {
      Int32($0)
    }
    try FileManager.default.removeItem(atPath: scratch.path(".code"))
    return Scratch.Run(code: try #require(code), output: run.output, errors: run.errors)
  }

  private let unmixing = ["--unique", "Si,Mg", "--elements", "O,Mg,Si", "--fit", "windows"]

  @Test func recipesAreNotWrittenOverFiles() throws {
    let scratch = try Scratch()
    for name in ["rock.hspy", "other.hspy"] {
      try scratch.lamella("simulate", "mineral", "-o", name, "--size", "16x16", "--channels", "512", "--counts", "400")
    }
    try FileManager.default.createSymbolicLink(atPath: scratch.path("link.json"), withDestinationPath: scratch.path("rock.hspy"))
    let before = try ["rock.hspy", "other.hspy"].map { try scratch.bytes($0) }
    let same = "is the file that is read"
    for (place, text) in [
      ("rock.hspy", same), ("./rock.hspy", same), ("link.json", same), ("other.hspy", "is a Lamella file"),
      ("nowhere/recipe.json", "no folder that can be written to"),
    ] {
      let run = try refusal(["unmix", "rock.hspy", "--save", place, "--replace"] + unmixing, in: scratch)
      #expect(run.code == 4 && run.errors.contains(text), "\(place): \(run.errors)")
      #expect(try ["rock.hspy", "other.hspy"].map { try scratch.bytes($0) } == before)
    }
  }

  @Test func whatTheMapLacks() throws {
    let scratch = try Scratch()
    try scratch.writeNumPy("counts.npy", shape: [12, 12, 256])
    try scratch.lamella("import", "counts.npy", "-o", "bare.hspy", "--name", "m")
    try scratch.lamella("import", "counts.npy", "-o", "beamless.hspy", "--name", "m", "--axes", "y,x,Energy:0.02:keV")
    for (file, text) in [("bare.hspy", "no calibrated energy axis"), ("beamless.hspy", "beam energy")] {
      for (name, rows) in [("mix", "0,0,6,12"), ("matrix", "6,0,12,12")] {
        try scratch.lamella("spectrum", file, "--rectangle", rows, "--name", name)
      }
      try refuse(
        scratch, file,
        [
          (["unmix", file] + unmixing, text), (["quantify", file, "--spectrum", "mix", "--elements", "O,Si"], text),
          (["quantify", file, "--map", "m", "--elements", "O,Si"], text),
          (["detect", file, "--spectrum", "mix", "--lines", "Si Ka", "--reference", "Mg Ka"], text),
          (["subtract", file, "--spectrum", "mix", "--matrix", "matrix", "--element", "Si"], text),
        ])
    }
    // The beam can be told: what is found is nonsense, but all of it is done, or refused for what the counts are.
    let told = try refusal(["unmix", "beamless.hspy", "--beam", "200"] + unmixing, in: scratch)
    #expect(!told.errors.contains("beam"), "\(told.errors)")
  }

  @Test func whatTheFileLacks() throws {
    let scratch = try Scratch()
    try scratch.lamella(
      "simulate", "mineral", "-o", "rock.hspy", "--size", "40x40", "--channels", "512", "--counts", "400", "--seed", "2")
    try scratch.lamella("nmf", "rock.hspy", "-k", "3", "--max-iterations", "30")
    for (name, rows) in [("mix", "0,0,20,40"), ("matrix", "20,0,40,40")] {
      try scratch.lamella("spectrum", "rock.hspy", "--rectangle", rows, "--name", name)
    }
    try scratch.lamella("mask", "threshold", "rock.hspy", "--from", "nmf", "--component", "2", "--name", "fp")
    try scratch.writeNumPy("wide.npy", shape: [40, 41])
    try scratch.write(Self.doubles([Double](repeating: 0, count: 1600), shape: "40, 40"), "none.npy")
    try scratch.write(Self.doubles([.nan] + [Double](repeating: 1, count: 1599), shape: "40, 40"), "nan.npy")
    try scratch.write(Self.doubles([Double](repeating: 0.5, count: 1600), shape: "40, 40"), "half.npy")
    try scratch.write(
      Data("{\"kind\": \"weight\", \"reference\": \"Si\", \"factors\": {\"O\": -0.9, \"Mg\": 1, \"Si\": 1}}".utf8),
      "negative.json")
    func recipe(_ text: String, _ name: String) throws -> [String] {
      try scratch.write(Data(text.utf8), name)
      return ["unmix", "rock.hspy", "--recipe", name]
    }
    let outside = try recipe(
      "{\"precipitates\": [{\"name\": \"fp\", \"component\": 2, \"lacks\": \"Si\", \"rectangles\": [[0, 0, 9, 9], [0, 0, 9, 41]]}]}",
      "outside.json")
    let named = try recipe(
      "{\"precipitates\": [{\"name\": \"fp\", \"component\": 2, \"lacks\": \"Si\", \"rectangles\": [{\"y0\": -1, \"x0\": 0, \"y1\": 9, \"x1\": 9}]}]}",
      "named.json")
    let short = try recipe(
      "{\"precipitates\": [{\"name\": \"fp\", \"component\": 2, \"lacks\": \"Si\", \"rectangles\": [[0, 0, 9]]}]}", "short.json")
    let kind = try recipe("{\"precipitates\": [{\"name\": \"fp\", \"component\": \"two\", \"lacks\": \"Si\"}]}", "kind.json")
    let key = try recipe(
      "{\"precipitates\": [{\"name\": \"fp\", \"component\": 2, \"lacks\": \"Si\", \"rect\": []}]}", "key.json")
    let part = try recipe("{\"components\": 3.5, \"unique\": [\"Si\"]}", "part.json")
    let seed = try recipe("{\"seed\": -1, \"unique\": [\"Si\"]}", "seed.json")
    let half = try recipe(
      "{\"precipitates\": [{\"name\": \"fp\", \"component\": 2, \"lacks\": \"Si\", \"rectangles\": [[0, 0, 9, 9.5]]}]}",
      "halves.json")
    let map = try recipe("{\"map\": \"nowhere\", \"unique\": [\"Si\"]}", "map.json")
    let sample = ["--elements", "O,Mg,Si"]
    let rock = { (words: [String]) in [words[0], "rock.hspy"] + words.dropFirst() }
    try refuse(
      scratch, "rock.hspy",
      [
        // An element with no line in range, and one that is none.
        (rock(["unmix", "--unique", "H,Mg"] + sample), "H"), (rock(["quantify", "--spectrum", "mix", "--elements", "H"]), "H"),
        (rock(["detect", "--spectrum", "mix", "--lines", "H Ka", "--reference", "Mg Ka"] + sample), "H"),
        (rock(["subtract", "--spectrum", "mix", "--matrix", "matrix", "--element", "H"]), "H"),
        (rock(["unmix", "--unique", "Xx,Mg"] + sample), "Xx"), (rock(["unmix", "--unique", "Si", "--elements", "Xx"]), "Xx"),
        (rock(["quantify", "--spectrum", "mix", "--elements", "Xx"]), "Xx"),
        (rock(["detect", "--spectrum", "mix", "--lines", "Xx Ka", "--reference", "Mg Ka"]), "Xx"),
        (rock(["subtract", "--spectrum", "mix", "--matrix", "matrix", "--element", "Xx"]), "Xx"),
        // A mask of no pixels.
        (["mask", "threshold", "rock.hspy", "--from", "nmf", "--component", "2", "--method", "1e9", "--name", "x"], "no pixel"),
        (["mask", "combine", "rock.hspy", "fp minus fp", "--name", "x"], "no pixel"),
        (["mask", "import", "rock.hspy", "none.npy", "--name", "x"], "no pixel"),
        // No mask at all.
        (["mask", "import", "rock.hspy", "nan.npy", "--name", "x"], "pixel 0"),
        (["mask", "import", "rock.hspy", "half.npy", "--name", "x"], "0.5"),
        (["mask", "import", "rock.hspy", "wide.npy", "--name", "x"], "40 × 41"),
        // No contrast, found out after the factorisation.
        (rock(["unmix", "--unique", "Fe", "--components", "2"] + sample), "contrast"),
        (rock(["unmix", "--unique", "O"] + sample), "contrast"),
        (rock(["unmix", "--unique", "Si,Mg", "--take-off", "200"] + sample), "take"),
        (
          rock(["subtract", "--spectrum", "mix", "--matrix", "matrix", "--element", "Ti", "--fit", "windows"]), "does not show Ti"
        ),
        (rock(["detect", "--spectrum", "mix", "--lines", "U Ma", "--reference", "Ti Ka"]), "Ti Ka"),
        // Nothing is left as matrix, found out after the masks.
        (rock(["unmix", "--margin", "1000"] + unmixing), "no pixel"),
        (rock(["quantify", "--spectrum", "mix", "--kfactors", "negative.json"] + sample), "negative.json"),
        // Rectangles.
        (rock(["spectrum", "--rectangle", "0,0,41,10"]), "40 × 40"),
        (
          ["mask", "grabcut", "rock.hspy", "--from", "nmf", "--component", "2", "--rectangle", "0,0,9,41", "--name", "x"],
          "40 × 40"
        ),
        (outside, "precipitates[0].rectangles[1]"), (named, "precipitates[0].rectangles[0]"),
        (short, "precipitates[0].rectangles[0]: expected four whole numbers"),
        (half, "precipitates[0].rectangles[0]: expected four whole numbers"),
        (part, "components: expected a whole number"), (seed, "seed: expected a whole number from 0"),
        (kind, "precipitates[0].component: expected a whole number"), (key, "precipitates[0].rect"),
        // Names.
        (map, "nowhere"), (rock(["unmix", "--map", "nowhere", "--unique", "Si"]), "nowhere"),
        (rock(["unmix", "--series", "nowhere", "--unique", "Si"]), "nowhere"),
        (rock(["spectrum", "--mask", "nowhere"]), "nowhere"),
        (rock(["spectrum", "--map", "nowhere"]), "nowhere"),
        (["mask", "grabcut", "rock.hspy", "--from", "nowhere", "--component", "1", "--name", "x"], "nowhere"),
        (["mask", "combine", "rock.hspy", "fp and nowhere", "--name", "x"], "nowhere"),
        (rock(["subtract", "--spectrum", "nowhere", "--matrix", "matrix", "--element", "Si"]), "nowhere"),
        (rock(["subtract", "--spectrum", "mix", "--matrix", "nowhere", "--element", "Si"]), "nowhere"),
        (rock(["abundances", "--spectra", "mix,nowhere"]), "nowhere"),
        (rock(["quantify", "--spectrum", "nowhere"] + sample), "nowhere"),
        (rock(["quantify", "--map", "nowhere"] + sample), "nowhere"),
        (rock(["detect", "--spectrum", "nowhere", "--lines", "U Ma", "--reference", "Mg Ka"]), "nowhere"),
      ])
    try scratch.lamella("validate", "rock.hspy")
  }

  /// An array of NumPy.
  private static func doubles(_ values: [Double], shape: String) -> Data {
    var header = "{'descr': '<f8', 'fortran_order': False, 'shape': (\(shape)), }"
    header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
    var data = Data([0x93] + "NUMPY".utf8 + [1, 0, 118, 0] + header.utf8)
    for value in values { unsafe withUnsafeBytes(of: value.bitPattern.littleEndian) { unsafe data.append(contentsOf: $0) } }
    return data
  }
}
