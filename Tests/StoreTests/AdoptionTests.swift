import Foundation
import HDF5
import Microscopy
import Testing

@testable import Store

@Suite struct AdoptionTests {
  /// What HyperSpy leaves of a file: its experiments under their titles, with changes of its own.
  private func resave(_ original: String, to path: String) throws {
    let source = try File.open(original).root
    let file = try File.create(path)
    let root = try file.root
    try root.attributes.set("file_format", to: "HyperSpy")
    try root.attributes.set("file_format_version", to: "3.3")
    let experiments = try root.createGroup("Experiments")
    try source.copy("Experiments/rock", to: experiments, as: "Test")
    try source.copy("Experiments/other", to: experiments, as: "Cut")
    let rock = try experiments.group("Test")
    try rock.group("axis-2").attributes.set("offset", to: -0.25)
    try rock.group("metadata/General").attributes.set("title", to: "Renamed")
    try rock.group("metadata/General").attributes.set("own", to: Int64(3))
    try rock.group("metadata/Acquisition_instrument/TEM").attributes.set("beam_energy", to: 300.0)
    try rock.dataset("data").attributes.remove("sha256")
    let cut = try experiments.dataset("Cut/data")
    try cut.write([UInt16(9)], .box([0..<1, 0..<1, 0..<1]))
    try file.close()
  }

  @Test func whatASaveDroppedComesBack() throws {
    let scratch = try Scratch()
    let original = scratch.file("original.hspy")
    let resaved = scratch.file("resaved.hspy")
    let first = try sampleFile(original)
    let series = try first.addSeries("alone", [.init("rock")])
    #expect(series.name == "alone")
    try first.close()
    try resave(original, to: resaved)
    #expect(throws: StoreError.self) { try Store.open(resaved) }

    let report = try Store.adopt(original: original, resaved: resaved)
    #expect(report.attached == ["rock"])
    #expect(report.lost == ["other"])
    #expect(report.new == ["Cut"])
    #expect(report.copied == ["series/alone", "models/net"])
    #expect(report.leftOut == ["series/both"])

    let store = try Store.open(resaved)
    let old = try Store.open(original).map("rock")
    let map = try store.map("rock")
    #expect(try map.digest == old.digest)
    #expect(try map.read([0..<4, 0..<5, 0..<30]) == old.read([0..<4, 0..<5, 0..<30]))
    #expect(map.axes[2].offset == -0.25)
    let metadata = try map.metadata
    #expect(metadata.title == "Renamed")
    #expect(metadata.instrument.beamEnergy == 300)
    #expect(metadata.sample.elements == ["Fe", "O"])
    #expect(metadata.hyperspy[path: "General.own"] == 3)
    #expect(try metadata.vendor == old.metadata.vendor)
    #expect(try map.result("nmf").array("spectra").values == old.result("nmf").array("spectra").values)
    #expect(try map.mask("grain").pixels == old.mask("grain").pixels)
    #expect(try map.provenance == old.provenance)
    #expect(try store.series("alone").maps.map(\.name) == ["rock"])
    #expect(try store.model("net").tensorNames == ["b.weight", "a.bias"])
    #expect(try store.validate() == [])
    #expect(try store.verify() == [])
    #expect(throws: StoreError.self) { try Store.adopt(original: original, resaved: resaved) }
  }
}
