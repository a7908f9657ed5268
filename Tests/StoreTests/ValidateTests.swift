import Foundation
import HDF5
import Microscopy
import Testing

@testable import Store

@Suite struct ValidateTests {
  @Test func aFileOfOursKeepsToTheSchemas() throws {
    let scratch = try Scratch()
    let store = try sampleFile(scratch.file("a.hspy"))
    #expect(try store.validate() == [])
    #expect(try store.verify() == [])
  }

  @Test func theSchemasInTheProgramAreThoseInTheFolder() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Schemas")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".json") }
    #expect(Set(files.map { String($0.dropLast(5)) }) == Set(EmbeddedSchemas.texts.keys))
    for file in files {
      let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
      #expect(EmbeddedSchemas.texts[String(file.dropLast(5))] == text.trimmingCharacters(in: .newlines), "run Schemas/embed")
    }
    for (name, schema) in try Schema.all() { #expect(schema.kind == name) }
  }

  /// A departure planted in a good file, and the path that the report must name.
  struct Departure: CustomStringConvertible, Sendable {
    var description: String
    var path: String
    var plant: @Sendable (Group) throws -> Void
    init(_ description: String, _ path: String, _ plant: @escaping @Sendable (Group) throws -> Void) {
      self.description = description
      self.path = path
      self.plant = plant
    }
  }

  static let departures: [Departure] = [
    .init("no default", "/@default") { try $0.attributes.remove("default") },
    .init("default leads nowhere", "/@default") { try $0.attributes.set("default", to: "gone") },
    .init("no format version", "/@file_format_version") { try $0.attributes.remove("file_format_version") },
    .init("wrong class", "/rock@NX_class") { try $0.group("rock").attributes.set("NX_class", to: "NXthing") },
    .init("unfinished", "/rock@lamella_complete") { try $0.group("rock").attributes.set("lamella_complete", to: false) },
    .init("no title", "/rock/title") { try $0.delete("rock/title") },
    .init("title a number", "/rock/title") {
      try $0.delete("rock/title")
      try $0.group("rock").putNumber("title", 3)
    },
    .init("signal gone", "/rock/data@signal") { try $0.delete("rock/data/counts") },
    .init("axis gone", "/rock/data/Energy") { try $0.delete("rock/data/Energy") },
    .init("axis too long", "/rock/data/Energy") {
      let data = try $0.group("rock/data")
      let old = try data.dataset("Energy")
      let axis = try data.putArray("longer", StoredArray([Double](repeating: 0, count: 31)))
      for name in ["axis_name", "units", "role", "long_name"] {
        try axis.attributes.set(name, to: try old.attributes.read(name, as: String.self))
      }
      try axis.attributes.set("uniform", to: true)
      try axis.attributes.set("scale", to: 1.0)
      try axis.attributes.set("offset", to: 0.0)
      try data.delete("Energy")
      try data.move("longer", to: "Energy")
    },
    .init("index wrong", "/rock/data@x_indices") { try $0.group("rock/data").attributes.set("x_indices", to: Int64(0)) },
    .init("units wrong", "/rock/instrument/source/energy@units") {
      try $0.dataset("rock/instrument/source/energy").attributes.set("units", to: "V")
    },
    .init("digest gone", "/rock/data/counts") { try $0.dataset("rock/data/counts").attributes.remove("sha256") },
    .init("no view", "/Experiments/other") { try $0.delete("Experiments/other") },
    .init("view of nothing", "/Experiments/ghost") { try $0.createGroup("Experiments/ghost") },
    .init("navigate a number", "/Experiments/rock/axis-0@navigate") {
      try $0.group("Experiments/rock/axis-0").attributes.set("navigate", to: Int64(1))
    },
    .init("size wrong", "/Experiments/rock/axis-1@size") {
      try $0.group("Experiments/rock/axis-1").attributes.set("size", to: Int64(6))
    },
    .init("size missing", "/Experiments/rock/axis-1@size") { try $0.group("Experiments/rock/axis-1").attributes.remove("size") },
    .init("axis group missing", "/Experiments/rock/axis-2") { try $0.delete("Experiments/rock/axis-2") },
    .init("contiguous in the view", "/Experiments/rock/metadata/bad") {
      try $0.group("Experiments/rock/metadata").createDataset("bad", [1.0, 2.0])
    },
    .init("package of fixed length", "/Experiments/rock@package") {
      let attributes = try $0.group("Experiments/rock").attributes
      try attributes.create("package", type: .fixedString(length: 5), space: .scalar).write(["exspy"])
    },
    .init("another array in the view", "/Experiments/rock/data") {
      try $0.delete("Experiments/rock/data")
      try $0.group("Experiments/rock").createHardLink("data", to: $0.dataset("Experiments/other/data"))
    },
    .init("mask of numbers", "/rock/masks/grain/mask") {
      try $0.delete("rock/masks/grain/mask")
      try $0.group("rock/masks/grain").putArray("mask", StoredArray([UInt8](repeating: 1, count: 20), shape: [4, 5]))
    },
    .init("parameters no JSON", "/rock/results/nmf/parameters") {
      try $0.dataset("rock/results/nmf/parameters").write(["{"])
    },
    .init("inputs uneven", "/rock/results/nmf/inputs") {
      try $0.delete("rock/results/nmf/inputs/file")
      try $0.group("rock/results/nmf/inputs").putTexts("file", ["a", "b"])
    },
    .init("result without program", "/rock/results/nmf/program") { try $0.delete("rock/results/nmf/program") },
    .init("result's axis gone", "/rock/results/nmf/spectra/Energy") { try $0.delete("rock/results/nmf/spectra/Energy") },
    .init("left-over of a writer", "/rock/results/.nmf-2") { try $0.createGroup("rock/results/.nmf-2") },
    .init("link dangling", "/series/both/maps/other") {
      try $0.delete("series/both/maps/other")
      try $0.createSoftLink("series/both/maps/other", to: "/gone")
    },
    .init("order wrong", "/series/both@order") { try $0.group("series/both").attributes.set("order", to: ["rock", "gone"]) },
    .init("tensor unnamed", "/models/net/tensors/extra") {
      try $0.group("models/net/tensors").putArray("extra", StoredArray([1.0 as Double]))
    },
    .init("stray group", "/stray@NX_class") { try $0.createGroup("stray") },
  ]

  @Test(arguments: departures) func everyDepartureIsNamed(departure: Departure) throws {
    let scratch = try Scratch()
    let store = try sampleFile(scratch.file("a.hspy"))
    try departure.plant(store.file.root)
    let problems = try store.validate()
    #expect(problems.contains { $0.path == departure.path }, "\(problems)")
  }
}
