import Foundation
import Testing

@Suite struct FormatsTests {
  @Test func everyFormatIsListed() throws {
    let scratch = try Scratch()
    let report = try scratch.lamella("formats", "--json").json()
    let formats = try #require(report["formats"] as? [[String: Any]])
    func format(_ name: String) throws -> [String: Any] {
      try #require(formats.first { $0["name"] as? String == name })
    }
    let bare = try format("bare binary")
    #expect(bare["reads"] as? Bool == true && bare["writes"] as? Bool == false)
    #expect(bare["extensions"] as? [String] == ["bin", "dat"])
    #expect(bare["options"] as? [String] == ["--shape", "--dtype", "--byte-order", "--offset"])
    #expect((bare["summary"] as? String)?.isEmpty == false)
    #expect(try format("Ripple")["writes"] as? Bool == true)
    #expect(try format("HyperSpy")["writes"] as? Bool == true)
    #expect(try format("PNG")["reads"] as? Bool == false)
    #expect(Set(formats.compactMap { $0["name"] as? String }).count == formats.count)
    // Every option that is listed is one of the import.
    let help = try scratch.lamella("import", "--help").output
    let options = formats.flatMap { $0["options"] as? [String] ?? [] } + (report["options"] as? [String] ?? [])
    for option in options { #expect(help.contains("\(option)"), "\(option)") }
    #expect(try scratch.lamella("formats").output.contains("bare binary"))
  }

  @Test func filesAreDescribedWithoutImport() throws {
    let scratch = try Scratch()
    try scratch.writeRipple("scan", shape: [3, 4, 8])
    let foreign = try scratch.lamella("info", "scan.rpl", "--metadata", "--json").json()
    #expect(foreign["format"] as? String == "Ripple")
    #expect((foreign["series"] as? [Any])?.isEmpty == true)
    let map = try #require((foreign["maps"] as? [[String: Any]])?.first)
    #expect(map["shape"] as? [Int] == [3, 4, 8] && map["dtype"] as? String == "uint16" && map["bytes"] as? Int == 192)
    #expect(map["files"] as? [String] == ["scan.rpl", "scan.raw"])
    // The keys of the vendor's tree are as the vendor spelled them.
    #expect((map["vendor"] as? [String: Any])?.keys.contains("record-by") == true)
    #expect(try scratch.lamella("info", "scan.rpl").output.hasPrefix("scan.rpl  Ripple\n\nscan\n  3 × 4 × 8 uint16  192 B\n"))

    // A Lamella file has the same keys, and more.
    try scratch.lamella("import", "scan.rpl", "-o", "maps.hspy")
    let ours = try scratch.lamella("info", "maps.hspy", "--json").json()
    #expect(ours["format"] as? String == "Lamella")
    let imported = try #require((ours["maps"] as? [[String: Any]])?.first)
    #expect(imported["vendor"] == nil)
    #expect(Set(map.keys).subtracting(["vendor"]).isSubset(of: imported.keys))
    let metadata = try #require(imported["metadata"] as? [String: Any])
    #expect(metadata["original_file"] as? String == "scan.rpl")
    #expect(metadata["instrument"] is [String: Any] && metadata["sample"] is [String: Any])

    try scratch.writeCounts("dump.bin", shape: [2, 8])
    #expect(try scratch.lamella("info", "dump.bin", code: 3).errors.contains("--shape"))
    try scratch.lamella("info", "dump.bin", "--shape", "2x8", "--dtype", "uint16")
    try scratch.write(Data("what is this".utf8), "thing.xyz")
    #expect(try scratch.lamella("info", "thing.xyz", code: 3).errors.contains("Ripple"))
    try scratch.lamella("info", "nowhere.rpl", code: 3)
  }
}
