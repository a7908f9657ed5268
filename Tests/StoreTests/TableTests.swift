import Foundation
import HDF5
import Microscopy
import Testing

@testable import Store

@Suite struct TableTests {
  private let columns = [
    TableColumn("element", texts: ["Fe", "", "Ångström µ"]),
    TableColumn("fraction", units: "at.%", numbers: [40, -0.0, .nan]),
    TableColumn("line", texts: ["Fe Ka", "O Ka", "U Ma"]),
    TableColumn("counts", units: "counts", numbers: [1e300, .infinity, 3]),
  ]

  private func store(_ path: String, _ columns: [TableColumn]) throws -> Store {
    let store = try sampleFile(path)
    try store.map("rock").addResult("table", made: Provenance(operation: "quantify", parameters: ["a": 1])) {
      try $0.table("composition", columns)
    }
    return store
  }

  private func bits(_ columns: [TableColumn]) -> [[String]] {
    columns.map { [$0.name, $0.units] + ($0.texts ?? $0.numbers?.map { "\($0.bitPattern)" } ?? []) }
  }

  @Test func columnsComeBack() throws {
    let scratch = try Scratch()
    let path = scratch.file("a.hspy")
    try store(path, columns).close()
    let store = try Store.open(path)
    let result = try store.map("rock").result("table")
    #expect(try result.tableNames == ["composition"])
    #expect(try bits(result.table("composition")) == bits(columns))
    #expect(try store.map("rock").result("nmf").tableNames == ["fractions"])
    #expect(try store.validate() == [])
    #expect(try store.verify() == [])
  }

  /// What other programs see: a compound of float64 and UTF-8, with units.
  @Test func theDatasetIsACompound() throws {
    let scratch = try Scratch()
    let path = scratch.file("a.hspy")
    try store(path, columns).close()
    let dataset = try File.open(path).root.dataset("rock/results/table/composition")
    guard case .compound(let fields, _) = dataset.type else {
      Issue.record("\(dataset.type)")
      return
    }
    #expect(fields.map(\.name) == ["element", "fraction", "line", "counts"])
    #expect(fields.map(\.type) == [.string, .float64, .string, .float64])
    let units: [String] = try dataset.attributes.read("units")
    #expect(units == ["", "at.%", "", "counts"])
    #expect(try dataset.shape == [3])
    let bytes: [UInt8] = try (0..<columns[0].values.count).flatMap { row -> [UInt8] in
      try columns.flatMap { column -> [UInt8] in
        if let texts = column.texts { return Array(texts[row].utf8) + [0] }
        let value = try #require(column.numbers)[row].bitPattern
        return (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
      }
    }
    let digest: String = try dataset.attributes.read("sha256")
    #expect(digest == Digest.sha256(bytes))
  }

  @Test func tablesOfNumbersOrTextsAloneAndOfNoRows() throws {
    for columns in [
      [TableColumn("a", numbers: [1, 2]), TableColumn("b", numbers: [3, 4])], [TableColumn("a", texts: ["x"])],
      [TableColumn("a", texts: []), TableColumn("b", units: "nm", numbers: [])],
    ] {
      let scratch = try Scratch()
      let path = scratch.file("a.hspy")
      try store(path, columns).close()
      let store = try Store.open(path)
      #expect(try store.map("rock").result("table").table("composition") == columns)
      #expect(try store.verify() == [])
      #expect(try store.validate() == [])
    }
  }

  @Test func tablesThatAreNoneAreRefused() throws {
    let scratch = try Scratch()
    for columns in [
      [TableColumn("a", numbers: [1, 2]), TableColumn("b", numbers: [3])], [],
      [TableColumn("a", numbers: [1]), TableColumn("a", numbers: [3])], [TableColumn("", numbers: [1])],
    ] {
      #expect(throws: (any Error).self) { try store(scratch.file("b.hspy"), columns) }
    }
  }

  @Test func changesAreFound() throws {
    let scratch = try Scratch()
    let (one, other) = (scratch.file("a.hspy"), scratch.file("b.hspy"))
    try store(one, columns).close()
    var changed = columns
    changed[1] = TableColumn("fraction", units: "at.%", numbers: [41, -0.0, .nan])
    changed[2] = TableColumn("line", texts: ["Fe Ka", "O Ka", "U Mb"])
    try store(other, changed).close()
    let (first, second) = (try Store.open(one), try Store.open(other))
    var comparison = StoreComparison(first, second)
    let differences = try comparison.run("/rock/results/table").differences
    #expect(differences.map(\.path) == ["fraction", "line"].map { "/rock/results/table/composition/\($0)" })
    #expect(differences.map(\.a) == ["40.0 at.%", "\"U Ma\""] && differences.map(\.b) == ["41.0 at.%", "\"U Mb\""])
    var same = StoreComparison(first, first)
    #expect(try same.run("/rock/results/table").differences.isEmpty)
    try first.close()
    try second.close()

    // A value that another program changed no longer has its digest.
    let dataset = try File.open(one, .writing).root.dataset("rock/results/table/composition")
    try dataset.write([1.0, 2, 3], field: "counts")
    try dataset.file.close()
    let problems = try Store.open(one).verify()
    #expect(problems.map(\.path) == ["/rock/results/table/composition"])
  }

  @Test func copiesAndRepetitionsKeepThem() throws {
    let scratch = try Scratch()
    let path = scratch.file("a.hspy")
    try store(path, columns).close()
    let store = try Store.open(path)
    _ = try store.copy(to: scratch.file("copy.hspy"))
    let copy = try Store.open(scratch.file("copy.hspy"))
    let result = try copy.map("rock").result("table")
    #expect(try bits(result.table("composition")) == bits(columns))
    #expect(try copy.verify() == [])

    let draft = try ResultDraft(for: try copy.map("rock")) { try $0.table("composition", columns) }
    let parts = try result.compare(with: draft)
    #expect(parts.map(\.name) == ["composition/counts", "composition/element", "composition/fraction", "composition/line"])
    #expect(parts.allSatisfy { $0.isIdentical })
    var changed = columns
    changed[3] = TableColumn("counts", units: "counts", numbers: [1e300, .infinity, 6])
    let other = try ResultDraft(for: try copy.map("rock")) { try $0.table("composition", changed) }
    let counts = try #require(try result.compare(with: other).first)
    #expect(counts.differing == 1 && counts.largestRelativeDifference == 0.5 && counts.elements == 3)
  }

  /// A result of version 0.1.0, whose tables are groups, made again.
  @Test func oldTablesCompareWithNewOnes() throws {
    let store = try Store.open(ArchiveTests.folder.appendingPathComponent("0.1.0/sample.hspy").path)
    let map = try store.map("rock")
    let draft = try ResultDraft(for: map) {
      try $0.table(
        "fractions", [TableColumn("element", texts: ["Fe", "O"]), TableColumn("fraction", units: "at.%", numbers: [40, 61])])
    }
    let parts = try map.result("nmf").compare(with: draft).filter { $0.name.hasPrefix("fractions") }
    #expect(parts.map(\.name) == ["fractions/element", "fractions/fraction"])
    #expect(parts[0].isIdentical && parts[1].differing == 1)
  }

  @Test func unitsAreDemanded() throws {
    let scratch = try Scratch()
    let path = scratch.file("a.hspy")
    try store(path, columns).close()
    let file = try File.open(path, .writing)
    try file.root.dataset("rock/results/table/composition").attributes.set("units", to: ["nm"])
    try file.close()
    #expect(try Store.open(path).validate().map(\.path) == ["/rock/results/table/composition@units"])
    // What another program adds is its own affair.
    let other = try File.open(path, .writing)
    try other.root.dataset("rock/results/table/composition").attributes.set("units", to: columns.map(\.units))
    try other.root.createDataset(
      "rock/results/table/theirs", type: .compound(fields: [.init("x", .float64, offset: 0)], size: 8), shape: [2, 2])
    try other.close()
    #expect(try Store.open(path).validate() == [])
  }
}
