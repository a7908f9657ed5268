import Formats
import Foundation
import HDF5
import Store
import Synchronization
import Testing

@testable import Workflows

@Suite struct ImportFilesTests {
  /// An HDF5 file with a dataset "counts" of a chunk that may not inflate.
  private func write(_ path: String, isDamaged: Bool = false) throws {
    let file = try File.create(path)
    let dataset = try file.root.createDataset(
      "counts", type: .uint16, shape: [4, 4, 8], layout: .chunked([4, 4, 8]),
      filters: [.deflate(level: 4)])
    try dataset.write((0..<128).map { UInt16($0) })
    if isDamaged { try dataset.writeChunk(at: [0, 0, 0], [UInt8](repeating: 7, count: 40)) }
    try file.close()
  }

  private func job(_ scratch: Scratch, _ inputs: [String]) -> ImportFiles {
    var job = ImportFiles(inputs.map { scratch.path($0) }, output: scratch.path("maps.hspy"))
    job.reading.dataset = "/counts"
    return job
  }

  @Test func aFoundFileThatFailsMidwayIsLeftOut() throws {
    let scratch = try Scratch()
    try FileManager.default.createDirectory(atPath: scratch.path("run"), withIntermediateDirectories: true)
    for name in ["a", "b", "c"] { try write(scratch.path("run/\(name).h5"), isDamaged: name == "b") }
    var verb = job(scratch, ["run"])
    verb.verifies = true
    let report = try verb.run()
    #expect(report.maps.map(\.name) == ["a", "c"])
    #expect(report.maps.map(\.verified) == [true, true])
    #expect(report.skipped.map(\.file) == [scratch.path("run/b.h5")])
    let store = try Store.open(scratch.path("maps.hspy"))
    #expect(try store.mapNames == ["a", "c"] && store.unfinishedMapNames.isEmpty)
    try store.close()

    // One that is named is an error; what came before it stays.
    var named = job(scratch, ["run/a.h5", "run/b.h5", "run/c.h5"])
    named.output = scratch.path("named.hspy")
    let error = #expect(throws: WorkflowError.self) { try named.run() }
    #expect(error?.problem.hasPrefix(scratch.path("run/b.h5:/counts cannot be read: ")) == true)
    let kept = try Store.open(scratch.path("named.hspy"))
    #expect(try kept.mapNames == ["a"])
    try kept.close()
    // Where nothing comes in, nothing is left.
    try FileManager.default.removeItem(atPath: scratch.path("run/a.h5"))
    try FileManager.default.removeItem(atPath: scratch.path("run/c.h5"))
    var broken = job(scratch, ["run"])
    broken.output = scratch.path("none.hspy")
    #expect(throws: (any Error).self) { try broken.run() }
    #expect(!FileManager.default.fileExists(atPath: scratch.path("none.hspy")))
  }

  @Test func theProgressIsThatOfTheWholeJob() throws {
    let scratch = try Scratch()
    for name in ["a", "b", "c"] { try write(scratch.path("\(name).h5")) }
    let steps = Mutex<[Observer.Step]>([])
    var verb = job(scratch, ["a.h5", "b.h5", "c.h5"])
    verb.verifies = true
    _ = try verb.run(Observer(report: { step in steps.withLock { $0.append(step) } }, isStopped: { false }))
    let seen = steps.withLock { $0 }.filter { $0.unit == .bytes }
    #expect(Set(seen.map(\.phase)) == ["Importing"] && Set(seen.map(\.total)) == [6 * 256])
    #expect(seen.map(\.done) == seen.map(\.done).sorted() && seen.last?.done == 6 * 256)
    #expect(seen.map(\.detail).contains("b (2 of 3)") && seen.last?.detail == "c (3 of 3, verifying)")
  }

  @Test func whatIsStoppedGoesOn() throws {
    let scratch = try Scratch()
    for name in ["a", "b", "c"] { try write(scratch.path("\(name).h5")) }
    var verb = job(scratch, ["a.h5", "b.h5", "c.h5"])
    verb.series = "all"
    let isStopped = Mutex(false)
    let impatient = Observer(
      report: { step in if step.detail.hasPrefix("b") { isStopped.withLock { $0 = true } } },
      isStopped: { isStopped.withLock(\.self) })
    let stop = #expect(throws: Stopped.self) { try verb.run(impatient) }
    #expect(stop?.state.contains("nothing of the map b") == true && stop?.state.contains("before: a; ") == true)
    verb.resumes = true
    let report = try verb.run()
    #expect(report.present.map(\.name) == ["a"] && report.maps.map(\.name) == ["b", "c"])
    #expect(report.series?.maps == ["a", "b", "c"])
    // The same series is no obstacle to the same import, another one is.
    #expect(try verb.run().series?.maps == ["a", "b", "c"])
    verb.inputs.removeLast()
    #expect(throws: OutputError.self) { try verb.run() }
  }
}
