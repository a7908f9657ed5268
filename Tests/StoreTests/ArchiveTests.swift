import Foundation
import Microscopy
import Testing

@testable import Store

/// Files that past versions wrote stay readable.
@Suite struct ArchiveTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Data/Archive")

  @Test func theFirstLayout() throws {
    let store = try Store.open(Self.folder.appendingPathComponent("0.1.0/sample.hspy").path)
    #expect(try store.validate() == [])
    #expect(try store.verify() == [])
    #expect(try store.mapNames == ["other", "rock"])
    let map = try store.map("rock")
    #expect(try matrix(map.rows()) == values(.uint16, 600, limit: 300).floats)
    #expect(try map.metadata.vendor[path: "Header.text"] == "x")
    #expect(try map.result("nmf").array("spectra").values.floats == (0..<60).map { Float($0) })
    let result = try map.result("nmf")
    #expect(try result.tableNames == ["fractions"])
    #expect(
      try result.table("fractions") == [
        TableColumn("element", texts: ["Fe", "O"]), TableColumn("fraction", units: "at.%", numbers: [40, 60]),
      ])
    #expect(try map.mask("grain").count == 7)
    #expect(try map.image("HAADF").shape == [4, 5])
    #expect(try store.series("both").members.map(\.link) == ["rock", "other"])
    #expect(try store.model("net").tensor("a.bias").doubles == [1.5])
    #expect(try store.history(of: "/rock/results/nmf").inputs[0].made?.operation == "import")
  }
}
