import Foundation
import Testing

@Suite struct ImportManyTests {
  private func names(_ report: [String: Any], _ list: String = "maps") -> [String] {
    (report[list] as? [[String: Any]] ?? []).compactMap { $0["name"] as? String }
  }

  /// Three runs in folders, with companions, notes and hidden files beside them.
  private func session() throws -> Scratch {
    let scratch = try Scratch()
    for (number, scan) in ["scan10", "scan2", "scan1"].enumerated() {
      try scratch.writeNumPy("run1/\(scan).npy", shape: [2, 3, 8], seed: number)
    }
    try scratch.writeRipple("run2/scan2", shape: [2, 2, 8])
    try scratch.writeRipple("run2/deep/er/last", shape: [2, 2, 4])
    try scratch.write(Data("a note".utf8), "run1/readme.md")
    try scratch.write(Data("old".utf8), "run1/.hidden.npy")
    try scratch.write(Data("broken".utf8), "run1/scan3.npy")
    try scratch.writeCounts("run2/bare.bin", shape: [2, 2, 8])
    try scratch.writeCounts("run2/described.bin", shape: [2, 2, 8])
    try scratch.write(Data(#"{"shape": [2, 2, 8], "dtype": "uint16"}"#.utf8), "run2/described.bin.json")
    return scratch
  }

  @Test func aFolderIsSearchedInNaturalOrder() throws {
    let scratch = try session()
    let report = try scratch.lamella("import", ".", "-o", "maps.hspy", "--json").json()
    #expect(names(report) == ["scan1", "run1-scan2", "scan10", "last", "described", "run2-scan2"])
    let maps = try #require(report["maps"] as? [[String: Any]])
    #expect(maps.last?["source"] as? String == "run2/scan2.rpl")
    let skipped = try #require(report["skipped"] as? [[String: Any]])
    #expect(skipped.map { $0["file"] as? String } == ["run1/scan3.npy"])
    #expect((skipped[0]["problem"] as? String)?.contains("NumPy") == true)
    #expect(report["dry_run"] as? Bool == false)
    try scratch.lamella("verify", "maps.hspy")
    // A Lamella file is no input of a search, by whatever name.
    let again = try scratch.lamella("import", ".", "-o", "other.hspy", "--json").json()
    #expect(names(again).count == 6)
    #expect((again["skipped"] as? [[String: Any]])?.map { $0["file"] as? String } == ["maps.hspy", "run1/scan3.npy"])
  }

  @Test func patternsAreExpanded() throws {
    let scratch = try session()
    func found(_ words: String...) throws -> [String] {
      let report = try scratch.run(["import"] + words + ["-o", "new.hspy", "--dry-run", "--json"]).json()
      #expect(!scratch.exists("new.hspy"))
      return (report["maps"] as? [[String: Any]] ?? []).compactMap { $0["source"] as? String }
    }
    #expect(try found("run1/scan[12]*.npy") == ["run1/scan1.npy", "run1/scan2.npy", "run1/scan10.npy"])
    #expect(try found("run?/scan2.*") == ["run1/scan2.npy", "run2/scan2.rpl"])
    #expect(try found("**/l*") == ["run2/deep/er/last.rpl"])
    #expect(try found("run2/**", "run1/scan1.npy").last == "run1/scan1.npy")
    #expect(try found("run[!2]").count == 3)
    // What is named is not found once more.
    #expect(try found("run1/scan10.npy", "run1") == ["run1/scan10.npy", "run1/scan1.npy", "run1/scan2.npy"])
    #expect(try found("run1/scan10.npy", "./run1/scan10.npy") == ["run1/scan10.npy"])
    let none = try scratch.lamella("import", "*.bcf", "-o", "new.hspy", code: 3)
    #expect(none.errors.contains("no file fits the pattern *.bcf"))
    // A pattern says of what it matches what a file named says.
    let bare = try scratch.lamella(
      "import", "run2/ba*", "-o", "new.hspy", "--shape", "2x2x8", "--dtype", "uint16", "--json"
    ).json()
    #expect(names(bare) == ["bare"])
  }

  @Test func whatCannotBeReadIsAnErrorOnlyWhereItWasNamed() throws {
    let scratch = try session()
    let named = try scratch.lamella("import", "run1/scan1.npy", "run1/scan3.npy", "-o", "maps.hspy", code: 3)
    #expect(named.errors.contains("run1/scan3.npy"))
    #expect(!scratch.exists("maps.hspy"))
    let found = try scratch.lamella("import", "run1", "-o", "maps.hspy")
    #expect(found.output.contains("\nskipped run1/scan3.npy: NumPy"))
    try FileManager.default.createDirectory(atPath: scratch.path("empty"), withIntermediateDirectories: true)
    try scratch.write(Data("a note".utf8), "empty/readme.md")
    let nothing = try scratch.lamella("import", "empty", "-o", "new.hspy", code: 3)
    #expect(nothing.errors.contains("there is no file of any known format"))
    try scratch.write(Data("broken".utf8), "empty/scan.npy")
    let broken = try scratch.lamella("import", "empty", "-o", "new.hspy", code: 3)
    #expect(broken.errors.contains("no file can be imported: empty/scan.npy: NumPy"))
    #expect(!scratch.exists("new.hspy"))
  }

  @Test func manyFilesAreNotOpenAtOnce() throws {
    let scratch = try Scratch()
    for number in 0..<80 { try scratch.writeNumPy("run/s\(number).npy", shape: [2, 8], seed: number) }
    let script = "ulimit -n 40; exec \"$@\""
    let run = try scratch.run(
      ["-c", script, "bash", Scratch.program.path(percentEncoded: false), "import", "run", "-o", "maps.hspy", "--json"],
      program: URL(filePath: "/bin/bash"))
    #expect(try names(run.json()) == (0..<80).map { "s\($0)" })
  }

  @Test func optionsThatNoInputHasAUseForAreRefused() throws {
    let scratch = try session()
    let run = try scratch.lamella("import", "run1", "-o", "maps.hspy", "--dataset", "x", code: 3)
    #expect(run.errors.contains("--dataset: the format has no use for it"))
    #expect(run.errors.contains("HyperSpy"))
    // One that has is enough.
    try scratch.lamella("import", "run2", "-o", "maps.hspy", "--shape", "2x2x8", "--dtype", "uint16", "--dry-run")
    try scratch.lamella("info", "run1/scan1.npy", "--offset", "4", code: 3)
  }

  @Test func kindsAreSelected() throws {
    let scratch = try Scratch()
    try scratch.writeNumPy("run/spectrum.npy", shape: [64])
    try scratch.writeNumPy("run/map.npy", shape: [2, 3, 64])
    try scratch.writeRipple("run/image", shape: [5, 4, 1])
    let all = try scratch.lamella("import", "run", "-o", "maps.hspy", "--dry-run", "--json").json()
    let kinds = (all["maps"] as? [[String: Any]] ?? []).map { $0["kind"] as? String }
    #expect(kinds == ["images", "spectrum-images", "spectra"])
    let some = try scratch.lamella(
      "import", "run", "-o", "maps.hspy", "--select", "spectra,images", "--json"
    ).json()
    #expect(names(some) == ["image", "spectrum"])
    let none = try scratch.lamella("import", "run", "-o", "maps.hspy", "--select", "image-scans", code: 3)
    #expect(none.errors.contains("no map of the inputs is of the kind image-scans"))
    try scratch.lamella("import", "run", "-o", "maps.hspy", "--select", "pictures", code: 2)
  }

  @Test func aMemberThatWasSelectedIsMadeAgain() throws {
    let scratch = try Scratch()
    try scratch.writeArchive("both.npz")
    let report = try scratch.lamella(
      "import", "both.npz", "-o", "maps.hspy", "--select", "spectrum-images", "--json"
    ).json()
    #expect(names(report) == ["map"])
    try scratch.lamella("rerun", "maps.hspy", "map")
    // The other one is another map.
    let rest = try scratch.lamella("import", "both.npz", "-o", "maps.hspy", "--resume", "--json").json()
    #expect(names(rest) == ["image"] && names(rest, "present") == ["map"])
    try scratch.lamella("rerun", "maps.hspy", "image")
  }

  @Test func theMapsOfOneKindBecomeASeries() throws {
    let scratch = try Scratch()
    for tilt in ["-20", "-10", "0", "+10"] { try scratch.writeNumPy("t/tilt_\(tilt).npy", shape: [2, 3, 64]) }
    try scratch.writeNumPy("t/overview.npy", shape: [64])
    let report = try scratch.lamella("import", "t", "-o", "maps.hspy", "--series", "tilts", "--json").json()
    let order = ["tilt_-20", "tilt_-10", "tilt_0", "tilt_10"]
    let series = try #require(report["series"] as? [String: Any])
    #expect(series["name"] as? String == "tilts")
    #expect(series["maps"] as? [String] == order)
    let info = try scratch.lamella("info", "maps.hspy", "--json").json()
    #expect((info["series"] as? [[String: Any]])?.first?["maps"] as? [String] == order)
    #expect(names(report).contains("overview"))
    try scratch.lamella("validate", "maps.hspy")

    try scratch.writeNumPy("t/tilt_20.npy", shape: [2, 3, 32])
    let odd = try scratch.lamella("import", "t", "-o", "new.hspy", "--series", "tilts", code: 3)
    #expect(odd.errors.contains("tilt_20") && odd.errors.contains("channels"))
    #expect(!scratch.exists("new.hspy"))
    try scratch.lamella("import", "t/overview.npy", "-o", "maps.hspy", "--name", "x", "--series", "tilts", code: 4)
    try scratch.lamella("import", "t", "-o", "new.hspy", "--series", "a/b", code: 2)
  }

  /// A file that could not be read at first comes into the series, at its place.
  @Test func aSeriesIsCompleted() throws {
    let scratch = try Scratch()
    for tilt in 1...3 { try scratch.writeNumPy("t/tilt_\(tilt).npy", shape: [2, 3, 64]) }
    let whole = try scratch.bytes("t/tilt_2.npy")
    try scratch.write(whole.prefix(100), "t/tilt_2.npy")
    let words = ["import", "t", "-o", "maps.hspy", "--series", "tilts", "--json"]
    let first = try scratch.run(words).json()
    #expect((first["series"] as? [String: Any])?["maps"] as? [String] == ["tilt_1", "tilt_3"])
    try scratch.write(whole, "t/tilt_2.npy")
    let second = try scratch.run(words + ["--resume"]).json()
    #expect((second["series"] as? [String: Any])?["maps"] as? [String] == ["tilt_1", "tilt_2", "tilt_3"])
    #expect(names(second) == ["tilt_2"])
    try scratch.lamella("validate", "maps.hspy")
  }

  @Test func pipesAndFoldersAreNoFiles() throws {
    let scratch = try Scratch()
    #expect(unsafe mkfifo(scratch.path("pipe.npy"), 0o600) == 0)
    #expect(try scratch.lamella("info", "pipe.npy", code: 3).errors.contains("not an ordinary file"))
    #expect(try scratch.lamella("import", "pipe.npy", "-o", "new.hspy", code: 3).errors.contains("not an ordinary file"))
    #expect(try scratch.lamella("info", ".", code: 3).errors.contains("is a folder"))
  }

  @Test func whatIsThereAlreadyIsLeft() throws {
    let scratch = try session()
    try scratch.lamella("import", "run1", "-o", "maps.hspy")
    let refused = try scratch.lamella("import", "run1", "run2", "-o", "maps.hspy", code: 4)
    #expect(refused.errors.contains("--resume"))
    let before = try scratch.bytes("maps.hspy")
    let nothing = try scratch.lamella("import", "run1", "-o", "maps.hspy", "--resume")
    #expect(nothing.output.contains("run1/scan2.npy: is in maps.hspy/scan2 already"))
    #expect(try scratch.bytes("maps.hspy") == before)
    // Under the names that they have; what else is there comes in.
    let report = try scratch.lamella("import", "run1", "run2", "-o", "maps.hspy", "--resume", "--verify", "--json").json()
    #expect(names(report, "present") == ["scan1", "scan2", "scan10"])
    #expect((report["present"] as? [[String: Any]])?.allSatisfy { $0["verified"] as? Bool == true } == true)
    #expect((report["maps"] as? [[String: Any]])?.allSatisfy { $0["verified"] as? Bool == true } == true)
    #expect(Set(names(report)) == ["described", "last", "run2-scan2"])

    // Moved, it is known by its content; changed, it is another one.
    try FileManager.default.moveItem(atPath: scratch.path("run1"), toPath: scratch.path("moved"))
    let moved = try scratch.lamella("import", "moved", "-o", "maps.hspy", "--resume", "--json").json()
    #expect(names(moved, "present") == ["scan1", "scan2", "scan10"])
    try scratch.writeNumPy("moved/scan2.npy", shape: [2, 3, 8], seed: 99)
    let changed = try scratch.lamella("import", "moved", "-o", "maps.hspy", "--resume", code: 4)
    #expect(changed.errors.contains("/scan2: there is a map of that name already"))
    #expect(changed.errors.contains("not of the same file"))
  }

  @Test func otherOptionsMakeAnotherMap() throws {
    let scratch = try Scratch()
    try scratch.writeCounts("a.bin", shape: [2, 2, 8])
    let words = ["import", "a.bin", "-o", "maps.hspy", "--dtype", "uint16", "--resume", "--shape"]
    try scratch.run(words + ["2x2x8"])
    #expect(try scratch.run(words + ["2x2x8", "--json"]).json()["maps"] as? [String] == [])
    try scratch.run(words + ["4x8"], code: 4)
  }

  @Test func aDryRunSaysAndWritesNothing() throws {
    let scratch = try session()
    let report = try scratch.lamella("import", "run1", "-o", "maps.hspy", "--dry-run", "--json").json()
    #expect(report["dry_run"] as? Bool == true)
    #expect(names(report) == ["scan1", "scan2", "scan10"])
    #expect((report["maps"] as? [[String: Any]])?.contains { $0["digest"] != nil } == false)
    #expect(!scratch.exists("maps.hspy"))
    try scratch.lamella("import", "run1", "-o", "maps.hspy")
    try scratch.lamella("import", "run1", "-o", "maps.hspy", "--dry-run", code: 4)
    let text = try scratch.lamella("import", "run1", "-o", "maps.hspy", "--dry-run", "--name", "x").output
    #expect(text.contains("→ maps.hspy/x-3") && text.hasSuffix("nothing was written\n"))
  }

  @Test func valuesAreReadBackAndCompared() throws {
    let scratch = try Scratch()
    try scratch.writeCounts("a.bin", shape: [20, 30, 64])
    let words = ["import", "a.bin", "-o", "maps.hspy", "--shape", "20x30x64", "--dtype", "uint16", "--verify"]
    #expect(try scratch.run(words).output.contains(", verified"))
    // What the source holds now is not what it held: as if it had been read wrong the first time.
    let url = scratch.folder.appending(path: "a.bin")
    let date = try #require(
      try FileManager.default.attributesOfItem(atPath: scratch.path("a.bin"))[.modificationDate] as? Date)
    var bytes = try Data(contentsOf: url)
    bytes[2 * (3 * 30 * 64 + 5 * 64 + 7)] ^= 0x10
    try bytes.write(to: url)
    try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: scratch.path("a.bin"))
    let run = try scratch.run(words + ["--resume", "--json"], code: 1)
    #expect(run.errors.hasPrefix("lamella: maps.hspy, /a: element [3, 5, 7] is "))
    #expect(run.errors.contains("1 of 38400 elements differ"))
    let present = try #require((try run.json()["present"] as? [[String: Any]])?.first)
    #expect(present["verified"] as? Bool == false)
  }

  @Test func notesAndNamesOfSeveralMapsInAFile() throws {
    let scratch = try Scratch()
    try scratch.writeArchive("day/one.npz")
    try scratch.writeArchive("day/two.npz")
    #expect(try names(scratch.lamella("import", "day/one.npz", "-o", "a.hspy", "--json").json()) == ["image", "map"])
    let both = try scratch.lamella("import", "day", "-o", "b.hspy", "--json").json()
    #expect(names(both) == ["one-image", "one-map", "two-image", "two-map"])
    let named = try scratch.lamella("import", "day", "-o", "c.hspy", "--name", "x", "--json").json()
    #expect(names(named) == ["x", "x-2", "x-3", "x-4"])
    // A name that the layout has for itself.
    try scratch.writeNumPy("series.npy", shape: [8])
    #expect(try names(scratch.lamella("import", "series.npy", "-o", "d.hspy", "--json").json()) == ["series-map"])
  }
}
