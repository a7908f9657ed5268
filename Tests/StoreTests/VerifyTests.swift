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
    #expect(problems.map(\.path).sorted() == ["/Experiments/rock/data", "/rock/title"])
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
}
