import Foundation
import HDF5
import Microscopy
import Testing

@testable import Store

@Suite struct StoreComparisonTests {
  let scratch: Scratch
  let a: Store
  let b: Store

  init() throws {
    scratch = try Scratch()
    a = try sampleFile(scratch.file("a.hspy"))
    b = try sampleFile(scratch.file("b.hspy"))
  }

  private func compare(_ path: String = "/", trustsDigests: Bool = false) throws -> StoreComparison.Outcome {
    var comparison = StoreComparison(a, b, threads: 2, trustsDigests: trustsDigests)
    return try comparison.run(path)
  }

  @Test func theSameFileIsTheSame() throws {
    let outcome = try compare()
    #expect(outcome.differences.isEmpty && outcome.provenance.isEmpty)
    #expect(outcome.datasets > 50 && outcome.bytesRead > 1200)
    #expect(try compare(trustsDigests: true).bytesRead == 0)
  }

  /// A change to the second file, and what must be told of it.
  struct Change: CustomStringConvertible, Sendable {
    var description: String
    var told: Difference
    var isProvenance = false
    var make: @Sendable (Group) throws -> Void
  }

  private static func told(
    _ object: String, _ kind: String, _ path: String, _ aspect: Difference.Aspect, _ a: String?, _ b: String?,
    _ values: Difference.Values? = nil
  ) -> Difference {
    Difference(object: object, kind: kind, path: path, aspect: aspect, a: a, b: b, values: values)
  }

  /// Replaces the value of a scalar, as other programs do: without a new digest.
  private static func put(_ value: String, _ path: String, _ root: Group) throws {
    try root.dataset(path).write([value])
    try root.dataset(path).attributes.remove("sha256")
  }

  static let changes: [Change] = [
    Change(description: "a title", told: told("/rock", "map", "/rock/title", .values, "\"Test\"", "\"Other\"")) {
      try put("Other", "rock/title", $0)
    },
    Change(
      description: "a beam energy",
      told: told("/rock", "map", "/rock/instrument/source/energy", .values, "200.0 keV", "300.0 keV")
    ) {
      let energy = try $0.dataset("rock/instrument/source/energy")
      try energy.write([300.0])
      try energy.attributes.remove("sha256")
    },
    Change(
      description: "a scale", told: told("/rock", "map", "/rock/data/Energy@scale", .attribute, "0.01", "0.02")
    ) { root in
      let old = try root.dataset("rock/data/Energy")
      try old.attributes.set("scale", to: 0.02)
      try old.write((0..<30).map { -0.2 + 0.02 * Double($0) })
      try old.attributes.remove("sha256")
    },
    Change(description: "a unit", told: told("/rock", "map", "/rock/data/x@units", .attribute, "\"nm\"", "\"µm\"")) {
      try $0.dataset("rock/data/x").attributes.set("units", to: "µm")
    },
    Change(
      description: "vendor's metadata",
      told: told("/rock", "map", "/rock/vendor/Header@text", .attribute, "\"x\"", "\"y\"")
    ) { try $0.group("rock/vendor/Header").attributes.set("text", to: "y") },
    Change(
      description: "a vendor's list",
      told: told(
        "/rock", "map", "/rock/vendor/Header/_list_list", .values, "2", "5", .init(count: 1, total: 2, first: [1], largest: 3))
    ) {
      let list = try $0.dataset("rock/vendor/Header/_list_list")
      try list.write([Int64(1), 5])
      try list.attributes.remove("sha256")
    },
    Change(
      description: "a sample's elements",
      told: told(
        "/rock", "map", "/rock/sample/elements", .values, "\"O\"", "\"S\"", .init(count: 1, total: 2, first: [1], largest: nil))
    ) {
      let elements = try $0.dataset("rock/sample/elements")
      try elements.write(["Fe", "S"])
      try elements.attributes.remove("sha256")
    },
    Change(
      description: "a mask",
      told: told(
        "/rock/masks/grain", "mask", "/rock/masks/grain/mask", .values, "true", "false",
        .init(count: 1, total: 20, first: [0, 0], largest: nil))
    ) {
      let mask = try $0.dataset("rock/masks/grain/mask")
      try mask.write([false], .points([[0, 0]]))
      try mask.attributes.remove("sha256")
    },
    Change(
      description: "no mask", told: told("/rock", "map", "/rock/masks/grain", .missing, "mask", nil)
    ) { try $0.delete("rock/masks/grain") },
    Change(description: "no map", told: told("/", "file", "/other", .missing, "map", nil)) { try $0.delete("other") },
    Change(
      description: "a dataset more",
      told: told("/rock/images/HAADF", "image", "/rock/images/HAADF/extra", .missing, nil, "float64 (3)")
    ) { try $0.group("rock/images/HAADF").putArray("extra", StoredArray([1, 2, 3] as [Double])) },
    Change(
      description: "a number of a result",
      told: told("/rock/results/nmf", "result", "/rock/results/nmf/scalars/divergence", .values, "12.5", "13.0")
    ) {
      let number = try $0.dataset("rock/results/nmf/scalars/divergence")
      try number.write([13.0])
      try number.attributes.remove("sha256")
    },
    Change(
      description: "a type",
      told: told("/models/net", "model", "/models/net/tensors/a.bias", .type, "float64", "float32")
    ) {
      try $0.delete("models/net/tensors/a.bias")
      try $0.group("models/net/tensors").putArray("a.bias", StoredArray([1.5 as Float]))
    },
    Change(
      description: "a shape",
      told: told("/models/net", "model", "/models/net/tensors/a.bias", .shape, "1", "2")
    ) {
      try $0.delete("models/net/tensors/a.bias")
      try $0.group("models/net/tensors").putArray("a.bias", StoredArray([1.5, 1] as [Double]))
    },
    Change(
      description: "a member of a series",
      told: told(
        "/series/both", "series", "/series/both/maps/rock", .kind, "a link to /rock", "a link to /other")
    ) {
      try $0.delete("series/both/maps/rock")
      try $0.group("series/both/maps").createSoftLink("rock", to: "/other")
    },
    Change(
      description: "a group for a dataset",
      told: told("/rock", "map", "/rock/title", .kind, "a dataset", "a group")
    ) {
      try $0.delete("rock/title")
      try $0.createGroup("rock/title")
    },
    Change(
      description: "a date", told: told("/rock/results/nmf", "result", "/rock/results/nmf/date", .values, nil, "\"2020\""),
      isProvenance: true
    ) { try put("2020", "rock/results/nmf/date", $0) },
    Change(
      description: "a host",
      told: told("/rock", "map", "/rock/provenance/host", .values, "\"any\"", "\"mine\""), isProvenance: true
    ) { try put("mine", "rock/provenance/host", $0) },
    Change(
      description: "no history", told: told("/rock", "map", "/rock/provenance", .missing, "group", nil), isProvenance: true
    ) { try $0.delete("rock/provenance") },
  ]

  @Test(arguments: changes) func aChangeIsTold(change: Change) throws {
    try change.make(b.file.root)
    let outcome = try compare()
    var told = change.isProvenance ? outcome.provenance : outcome.differences
    #expect((change.isProvenance ? outcome.differences : outcome.provenance).isEmpty)
    if change.description == "a date" { told[0].a = nil }
    #expect(told == [change.told])
  }

  @Test func valuesOfAMap() throws {
    let counts = try b.map("rock").dataset
    let old: [UInt16] = try counts.read()
    try counts.write([old[123] + 40], .points([[0, 4, 3]]))
    #expect(try compare(trustsDigests: true).differences.isEmpty)
    #expect(try compare().differences.map(\.path) == ["/rock/data/counts"])
    try counts.seal(DatasetDigest(counts).compute(memory: 1 << 20))
    let outcome = try compare()
    #expect(outcome.differences.map(\.path) == ["/rock/data/counts"])
    #expect(outcome.differences[0].values == .init(count: 1, total: 600, first: [0, 4, 3], largest: 40))
    #expect(outcome.differences[0].a == "\(old[123])" && outcome.differences[0].b == "\(old[123] + 40)")
    #expect(try compare("rock").differences == outcome.differences)
    #expect(try compare("/rock/data/counts").differences.map(\.object) == ["/rock"])
    #expect(try compare("other").differences.isEmpty)
  }

  @Test func chunksAreNoContent() throws {
    let data = try b.file.root.group("rock/data")
    let old = try data.dataset("counts")
    let bytes = try old.readRaw()
    let digest: String = try old.attributes.read("sha256")
    let names = ["interpretation", "long_name"]
    let texts = try names.map { try old.attributes.read($0, as: String.self) }
    try data.delete("counts")
    let new = try data.createDataset("counts", type: .uint16, shape: [4, 5, 30], layout: .chunked([1, 2, 7]))
    try new.writeRaw(bytes)
    for (name, text) in zip(names, texts) { try new.attributes.set(name, to: text) }
    // Without a digest the values are read in any case.
    #expect(try compare(trustsDigests: true).differences.isEmpty)
    #expect(try compare(trustsDigests: true).bytesRead == 1200)
    try new.seal(digest)
    #expect(try compare(trustsDigests: true).bytesRead == 0)
    try new.seal(String(repeating: "0", count: 64))
    #expect(try compare().provenance.map(\.aspect) == [.digest])
  }

  @Test func whatCannotBeReadIsADifference() throws {
    let counts = try b.map("rock").dataset
    try counts.attributes.remove("sha256")
    try counts.writeChunk(at: [0, 0, 0], [1, 2, 3])
    let outcome = try compare()
    #expect(outcome.differences.map(\.aspect) == [.unreadable])
    #expect(outcome.differences.first?.b?.contains("does not inflate") == true)
  }

  @Test func whatIsNotThereIsAnError() throws {
    let error = #expect(throws: StoreError.self) { try compare("rock/none") }
    #expect(error?.kind == .missing)
  }

  @Test func loopsOfLinksEnd() throws {
    for store in [a, b] { try store.file.root.group("rock").createHardLink("loop", to: store.file.root.group("rock")) }
    #expect(try compare().differences.isEmpty)
  }

  @Test func itCanBeStopped() throws {
    try b.map("rock").dataset.attributes.remove("sha256")
    var comparison = StoreComparison(a, b, progress: { _, _, _ in .stop })
    let error = #expect(throws: StoreError.self) { try comparison.run() }
    #expect(error?.kind == .stopped)
  }
}
