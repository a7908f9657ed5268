import Blocks
import Foundation
import Microscopy

@testable import Store

/// A small file with one of everything, open for writing.
func sampleFile(_ path: String) throws -> Store {
  try template.get().write(to: URL(fileURLWithPath: path))
  return try Store.open(path, .writing)
}

/// Made once, as most tests start from it.
private let template = Result {
  let scratch = try Scratch()
  try makeSample(scratch.file("a.hspy")).close()
  return try Data(contentsOf: URL(fileURLWithPath: scratch.file("a.hspy")))
}

/// Provenance that says nothing about the machine that the tests run on.
private func made(_ operation: String, _ parameters: [String: Int], _ inputs: [Provenance.Input] = []) throws -> Provenance {
  var made = try Provenance(
    operation: operation, parameters: parameters, inputs: inputs, program: Program(name: "lamella", version: "0.1.0"),
    started: Date(timeIntervalSince1970: 1_700_000_000))
  made.machine = Provenance.Machine(processor: "any", cores: 1, host: "any", system: "any")
  return made
}

private func makeSample(_ path: String) throws -> Store {
  let store = try Store.create(path, replacing: true)
  var metadata = spectrumImage([4, 5, 30])
  metadata.sample.elements = ["Fe", "O"]
  metadata.instrument.beamEnergy = 200
  metadata.vendor = ["Header": ["list": [1, 2], "text": "x"]]
  let (bytes, _) = values(.uint16, 600, limit: 300)
  let map = try store.addMap(
    "rock", metadata: metadata, type: .uint16, array: MemoryArray(shape: [4, 5, 30], elementSize: 2, bytes: bytes),
    made: made("import", ["depth": 30], [.init(path: "/", file: "rock.raw", size: 1200)]))
  try store.addMap(
    "other", metadata: metadata, type: .uint16,
    array: MemoryArray(shape: [4, 5, 30], elementSize: 2, bytes: values(.uint16, 600, seed: 3).bytes))
  try map.addResult("nmf", made: made("nmf", ["components": 2], [map.input])) { result in
    try result.spectra(StoredArray((0..<60).map { Float($0) }, shape: [2, 30]))
    try result.images(StoredArray((0..<40).map { Float($0) }, shape: [2, 4, 5]))
    try result.scalar("divergence", 12.5)
    try result.table(
      "fractions", [TableColumn("element", texts: ["Fe", "O"]), TableColumn("fraction", units: "at.%", numbers: [40, 60])])
  }
  try map.addMask("grain", (0..<20).map { $0 % 3 == 0 }, made: made("mask", ["level": 1]))
  try map.addImage(
    "HAADF", quantity: "Intensity", axes: metadata.navigationAxes, type: .float32,
    array: MemoryArray(shape: [4, 5], (0..<20).map { Float($0) }))
  let series = try store.addSeries("both", [.init("rock"), .init("other")])
  try series.addResult("nmf", made: made("nmf", ["components": 1])) { result in
    try result.spectra(StoredArray((0..<30).map { Float($0) }, shape: [1, 30]))
    try result.images(perMap: [
      StoredArray([Float](repeating: 1, count: 20), shape: [1, 4, 5]),
      StoredArray([Float](repeating: 2, count: 20), shape: [1, 4, 5]),
    ])
  }
  try store.addModel(
    "net", architecture: ["layers": 3], training: ["epochs": 2],
    tensors: [
      ("b.weight", StoredArray([Float](repeating: 0.5, count: 6), shape: [2, 3])), ("a.bias", StoredArray([1.5 as Double])),
    ],
    made: made("train", ["seed": 1]))
  return store
}
