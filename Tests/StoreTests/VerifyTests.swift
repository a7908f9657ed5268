import Foundation
import HDF5
import Microscopy
import Testing

@testable import Store

@Suite struct VerifyTests {
  @Test(arguments: [1, 3]) func aFlippedValueIsFound(threads: Int) throws {
    let scratch = try Scratch()
    let store = try sampleFile(scratch.file("a.hspy"))
    let counts = try store.map("rock").dataset
    let old: [UInt16] = try counts.read(.box([3..<4, 4..<5, 29..<30]))
    try counts.write([old[0] ^ 1], .box([3..<4, 4..<5, 29..<30]))
    try store.file.root.dataset("rock/title").write(["Another"])
    let problems = try store.verify(threads: threads)
    #expect(problems.map(\.path) == ["/rock/data/counts", "/rock/title"])
    #expect(problems.allSatisfy { $0.chunks == nil })
    try counts.write(old, .box([3..<4, 4..<5, 29..<30]))
    #expect(try store.verify(threads: threads).map(\.path) == ["/rock/title"])
  }

  @Test func aDamagedChunkIsFound() throws {
    let scratch = try Scratch()
    let store = try sampleFile(scratch.file("a.hspy"))
    let counts = try store.map("rock").dataset
    try counts.writeChunk(at: [0, 0, 0], [1, 2, 3, 4])
    let problems = try store.verify()
    #expect(problems.count == 1)
    #expect(problems[0].problem.contains("does not inflate"))
  }

  @Test func aCalibrationThatChangedIsFound() throws {
    let scratch = try Scratch()
    let store = try sampleFile(scratch.file("a.hspy"))
    let data = try store.file.root.group("rock/data")
    try data.dataset("Energy").attributes.set("scale", to: 0.0101)
    try data.dataset("x").attributes.set("units", to: "µm")
    try data.dataset("y").attributes.set("offset", to: 1e-3)
    let problems = try store.verify()
    #expect(problems.map(\.path) == ["/rock/data/Energy", "/rock/data/x", "/rock/data/y"])
    #expect(problems[0].problem == "the scale 0.0101 and the offset -0.2 are not those of its values")
    #expect(problems[1].problem == "the unit \"µm\" is not that of its label, \"x (nm)\"")
  }

  @Test func itCanBeStopped() throws {
    let scratch = try Scratch()
    let store = try sampleFile(scratch.file("a.hspy"))
    do throws(StoreError) {
      _ = try store.verify(progress: { _, _ in .stop })
      Issue.record("it ran to the end")
    } catch {
      #expect(error.kind == .stopped)
    }
  }

  @Test func whatCannotBeOpenedIsAProblemAmongOthers() throws {
    let scratch = try Scratch()
    let path = scratch.file("a.hspy")
    let address: UInt64
    do {
      let store = try sampleFile(path)
      try store.map("rock").dataset.write([UInt16.max], .points([[0, 0, 0]]))
      let links = try store.file.root.group("rock/data").links()
      guard case .hard(let place)? = links.first(where: { $0.name == "Energy" })?.target else {
        throw StoreError(.missing, file: path, "no axis")
      }
      address = place
      try store.close()
    }
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    for index in 0..<16 { bytes[Int(address) + index] = 0xFF }
    try bytes.write(to: URL(fileURLWithPath: path))
    let problems = try Store.open(path).verify()
    #expect(problems.map(\.path) == ["/rock/data/Energy", "/rock/data/counts"])
    #expect(problems.first?.problem.hasPrefix("cannot be opened") == true)
  }
}
