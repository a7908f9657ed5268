import Foundation
import Testing

@Suite struct ExportTests {
  /// A simulated map with its truth, which is a result like any other.
  func rock() throws -> Scratch {
    let scratch = try Scratch()
    try scratch.lamella(
      "simulate", "mineral", "-o", "rock.hspy", "--size", "6x5", "--channels", "32", "--counts", "40")
    return scratch
  }

  @Test func rippleComesBackTheSame() throws {
    let scratch = try rock()
    try scratch.lamella("export", "rock.hspy", "mineral", "-o", "dump.rpl")
    #expect(scratch.exists("dump.raw"))
    try scratch.lamella("import", "dump.rpl", "-o", "back.hspy")
    #expect(
      try scratch.maps("back.hspy")[0]["digest"] as? String == scratch.maps("rock.hspy")[0]["digest"]
        as? String)
  }

  @Test func hyperspyFileIsALamellaFile() throws {
    let scratch = try rock()
    try scratch.lamella("export", "rock.hspy", "/mineral", "-o", "copy.hspy")
    try scratch.lamella("validate", "copy.hspy")
    #expect(
      try scratch.maps("copy.hspy")[0]["digest"] as? String == scratch.maps("rock.hspy")[0]["digest"]
        as? String)
  }

  /// The rule of `figure`: what is there stays, unless --replace is given; Lamella files stay always.
  @Test func whatIsThereIsKept() throws {
    let scratch = try rock()
    let old = Data("old".utf8)
    for (path, output, file) in [
      ("mineral", "map.npy", "map.npy"), ("mineral", "dump.rpl", "dump.raw"), ("mineral", "copy.hspy", "copy.hspy"),
      ("mineral/results/truth/phases", "phases.csv", "phases.csv"),
      ("mineral/results/truth/abundances", "part.png", "part-2.png"),
    ] {
      try old.write(to: scratch.folder.appending(path: file))
      let run = try scratch.lamella("export", "rock.hspy", path, "-o", output, code: 4)
      #expect(run.errors.contains("is there already") && run.errors.contains("--replace"), "\(run.errors)")
      #expect(try scratch.bytes(file) == old && !scratch.exists("dump.rpl") && !scratch.exists("part-1.png"))
      try scratch.lamella("export", "rock.hspy", path, "-o", output, "--replace")
      #expect(try scratch.bytes(file) != old)
      for name in ["dump.rpl", "dump.raw"] where scratch.exists(name) {
        try FileManager.default.removeItem(at: scratch.folder.appending(path: name))
      }
    }
    let before = try scratch.bytes("copy.hspy")
    for output in ["copy.hspy", "rock.hspy"] {
      try scratch.lamella("export", "rock.hspy", "mineral", "-o", output, "--replace", code: 4)
    }
    #expect(try scratch.bytes("copy.hspy") == before)
  }

  @Test func tablesOfResults() throws {
    let scratch = try Scratch()
    try scratch.lamella("simulate", "mineral", "-o", "rock.hspy", "--size", "6x5", "--channels", "64", "-q")
    let path = "mineral/results/truth/phases"
    let report = try scratch.lamella("export", "rock.hspy", path, "-o", "phases.csv", "--json").json()
    #expect(report["path"] as? String == "/\(path)" && report["shape"] as? [Int] == [3, 4])
    let lines = try String(contentsOf: scratch.folder.appending(path: "phases.csv"), encoding: .utf8).split(separator: "\r\n")
    #expect(lines.first == "name,abbreviation,density (g/cm³),counts (counts)")
    #expect(lines.count == 4 && lines[1].hasPrefix("bridgmanite,Brg,4.5,"))
    let refused = try scratch.lamella("export", "rock.hspy", path, "-o", "phases.png", code: 4)
    #expect(refused.errors.contains("cannot hold a table"))
    #expect(!scratch.exists("phases.png"))
    let info = try scratch.maps("rock.hspy")[0]["results"] as? [[String: Any]]
    #expect(info?.first?["tables"] as? [String] == ["compositions", "lines", "phases"])
  }

  @Test func arraysOfResults() throws {
    let scratch = try rock()
    let spectra = try scratch.lamella(
      "export", "rock.hspy", "mineral/results/truth/spectra", "-o", "spectra.csv", "--json"
    ).json()
    #expect(spectra["files"] as? [String] == ["spectra.csv"])
    let rows = String(decoding: try scratch.bytes("spectra.csv"), as: UTF8.self).split(
      whereSeparator: \.isNewline)
    #expect(rows.count == 33)
    #expect(rows.allSatisfy { $0.split(separator: ",").count == 4 })

    let images = try scratch.lamella(
      "export", "rock.hspy", "mineral/results/truth/abundances", "-o", "map.png", "--json"
    ).json()
    #expect(images["files"] as? [String] == ["map-1.png", "map-2.png", "map-3.png"])
    try scratch.lamella("export", "rock.hspy", "mineral/results/truth/abundances/2", "-o", "second.png")
    #expect(try scratch.bytes("second.png").prefix(4) == Data([0x89, 0x50, 0x4E, 0x47]))
  }

  @Test func aResultGoesWhereItFits() throws {
    let scratch = try rock()
    let csv = try scratch.lamella("export", "rock.hspy", "mineral/results/truth", "-o", "truth.csv", "--json")
      .json()
    #expect(csv["path"] as? String == "/mineral/results/truth/spectra")
    let tiff = try scratch.lamella(
      "export", "rock.hspy", "mineral/results/truth", "-o", "truth.tif", "--json"
    ).json()
    #expect(tiff["path"] as? String == "/mineral/results/truth/abundances")
  }

  @Test func archivesAreNeverReplaced() throws {
    let scratch = try rock()
    try scratch.makeMap("a", in: "other.hspy")
    try FileManager.default.linkItem(atPath: scratch.path("rock.hspy"), toPath: scratch.path("rock.npy"))
    let before = try scratch.bytes("rock.hspy")
    let other = try scratch.bytes("other.hspy")
    for output in ["rock.hspy", "./rock.hspy", "rock.npy", "other.hspy"] {
      let run = try scratch.lamella("export", "rock.hspy", "mineral", "-o", output, code: 4)
      #expect(run.errors.contains("Choose another file"))
    }
    #expect(try scratch.bytes("rock.hspy") == before)
    #expect(try scratch.bytes("other.hspy") == other)
  }

  @Test func mapsCalledByNumbers() throws {
    let scratch = try Scratch()
    for name in ["1", "2"] { try scratch.makeMap(name, in: "n.hspy") }
    try scratch.lamella("series", "n.hspy", "s", "1", "2")
    try scratch.lamella("nmf", "n.hspy", "--series", "s", "--components", "2", "--max-iterations", "3")
    let result = "series/s/results/nmf"
    let whole = try scratch.lamella("export", "n.hspy", "\(result)/abundances/1", "-o", "1.npy", "--json").json()
    #expect(whole["shape"] as? [Int] == [2, 4, 5])
    let one = try scratch.lamella("export", "n.hspy", "\(result)/abundances/1/2", "-o", "12.npy", "--json").json()
    #expect(one["shape"] as? [Int] == [4, 5])
    let run = try scratch.lamella("export", "n.hspy", "\(result)/convergence/1", "-o", "c.npy", code: 3)
    #expect(run.errors.contains("has no components"))
    #expect(!scratch.exists("c.npy"))
  }

  @Test func aDamagedSourceIsAnErrorOfTheInput() throws {
    let scratch = try Scratch()
    try scratch.lamella(
      "simulate", "mineral", "-o", "rock.hspy", "--size", "64x64", "--channels", "256", "--counts", "400")
    // By far most of the file is chunks.
    var bytes = try scratch.bytes("rock.hspy")
    let middle = bytes.count / 2
    bytes.replaceSubrange(middle..<middle + 64, with: Data(repeating: 0xFF, count: 64))
    try scratch.write(bytes, "rock.hspy")
    for output in ["out.hspy", "out.npy", "out.rpl"] {
      let run = try scratch.lamella("export", "rock.hspy", "mineral", "-o", output, code: 3)
      #expect(run.errors.contains("rock.hspy"))
      #expect(!scratch.exists(output) && !scratch.exists("\(output).part"))
    }
  }

  @Test func whatCannotBe() throws {
    let scratch = try rock()
    try scratch.lamella("export", "rock.hspy", "mineral", "-o", "map.doc", code: 4)
    try scratch.lamella("export", "rock.hspy", "mineral", "-o", "map.png", code: 4)
    let run = try scratch.lamella("export", "rock.hspy", "granite", "-o", "map.npy", code: 3)
    #expect(run.errors.contains("mineral"))
    try scratch.lamella("export", "rock.hspy", "mineral/results/truth/spectra/4", "-o", "s.msa", code: 3)
    try scratch.lamella("export", "nowhere.hspy", "mineral", "-o", "map.npy", code: 3)
    #expect(!scratch.exists("map.doc") && !scratch.exists("map.png") && !scratch.exists("map.npy"))
  }
}
