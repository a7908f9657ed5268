import Blocks
import Foundation
import HDF5
import Microscopy
import Testing

@testable import Store

@Suite struct CopyTests {
  /// The same entries, but for the chunks that checksums speak of.
  func contents(_ store: Store) throws -> [InventoryEntry] {
    try store.inventory.filter { !$0.path.hasPrefix("/checksums/") }
  }

  func digests(_ store: Store) throws -> [String: String?] {
    Dictionary(uniqueKeysWithValues: try contents(store).map { ($0.path, $0.sha256) })
  }

  @Test(arguments: [CopyOptions.Chunks.asStored, .chosen, .extents([2, 2, 8]), .extents([9, 1, 3])], [nil, 1, 9, 12])
  func everythingIsThere(chunks: CopyOptions.Chunks, level: Int?) throws {
    let scratch = try Scratch()
    let source = try sampleFile(scratch.file("a.hspy"))
    var options = CopyOptions()
    options.chunks = chunks
    options.level = level
    options.threads = 2
    let report = try source.copy(to: scratch.file("b.hspy"), options)
    let copy = try Store.open(scratch.file("b.hspy"))
    #expect(try contents(copy) == contents(source))
    #expect(try copy.validate().isEmpty)
    #expect(try copy.verify().isEmpty)
    #expect(report.leftOut.isEmpty && report.outside.isEmpty && report.withoutDigest == 0)
    #expect(report.compared == (try contents(source).filter { $0.sha256 != nil }.count))
    if level == 1 { #expect(report.rewritten > 5) }
    let map = try copy.map("rock")
    if case .extents(let extents) = chunks { #expect(map.chunks == zip(extents, map.shape).map { min($0, $1) }) }
    #expect(try map.metadata == source.map("rock").metadata)
    #expect(try map.provenance == source.map("rock").provenance)
    #expect(try map.result("nmf").provenance == source.map("rock").result("nmf").provenance)
    // The view of HyperSpy has the very same values.
    #expect(try copy.root.dataset("Experiments/rock/data").identity == map.dataset.identity)
    #expect(try copy.root.group("Experiments/rock/original_metadata").identity == copy.root.group("rock/vendor").identity)
  }

  @Test func checksumsAreThoseOfTheNewChunks() throws {
    let scratch = try Scratch()
    let source = try sampleFile(scratch.file("a.hspy"))
    var options = CopyOptions()
    options.chunks = .extents([2, 2, 8])
    _ = try source.copy(to: scratch.file("b.hspy"), options)
    let copy = try Store.open(scratch.file("b.hspy"), .writing)
    _ = try copy.copy(to: scratch.file("c.hspy"))
    // Those of a file that had none are made for keeping.
    try copy.root.delete("checksums")
    options.chunks = .asStored
    _ = try copy.copy(to: scratch.file("d.hspy"), options)
    options.isForKeeping = true
    _ = try copy.copy(to: scratch.file("e.hspy"), options)
    for (name, isThere) in [("c", true), ("d", false), ("e", true)] {
      let other = try Store.open(scratch.file("\(name).hspy"))
      let dataset = try other.map("rock").dataset
      let grid = try #require(try dataset.chunkGrid())
      let kept = try grid.checksums(digest: #require(try other.map("rock").digest), in: other.file)
      let computed = try dataset.computeChecksums(threads: 1, proceeds: { true })
      #expect(kept == (isThere ? computed : nil))
      #expect(try other.root.exists("checksums") == isThere)
      #expect(try other.validate().isEmpty)
    }
  }

  @Test func freeSpaceAndLeftoversGo() throws {
    let scratch = try Scratch()
    let path = scratch.file("a.hspy")
    let source = try sampleFile(path)
    var metadata = spectrumImage([40, 50, 30])
    metadata.title = "big"
    try source.addMap(
      "big", metadata: metadata, type: .uint16,
      array: MemoryArray(shape: [40, 50, 30], elementSize: 2, bytes: values(.uint16, 60000, density: 1).bytes))
    try source.removeMap("big")
    try source.root.group("rock/results").createGroup(".nmf")
    try source.root.createGroup(".half")
    // A name with a dot elsewhere is somebody's key.
    try source.root.group("rock/vendor").createGroup(".key")
    try source.commit()
    let report = try source.copy(to: scratch.file("b.hspy"))
    #expect(Set(report.leftOut.map(\.path)) == ["/.half", "/rock/results/.nmf"])
    let copy = try Store.open(scratch.file("b.hspy"))
    #expect(try copy.root.exists("rock/vendor/.key"))
    #expect(try copy.validate().isEmpty)
    #expect(try copy.file.byteCount() < source.file.byteCount() - 50_000)
  }

  @Test func theUnfinishedStaysBehindWhenItIsForKeeping() throws {
    let scratch = try Scratch()
    let source = try sampleFile(scratch.file("a.hspy"))
    let made = try Provenance(operation: "nmf", parameters: ["components": 2])
    try source.map("rock").saveCheckpoint("later", made: made, state: ["w": StoredArray([1.5 as Double])])
    try source.root.group("other").attributes.set("lamella_complete", to: false)
    try source.root.group("series").delete("both")
    var options = CopyOptions()
    let all = try source.copy(to: scratch.file("b.hspy"), options)
    #expect(all.leftOut.isEmpty)
    let copy = try Store.open(scratch.file("b.hspy"))
    #expect(try copy.map("rock").checkpoint("later")?.state["w"] == StoredArray([1.5 as Double]))
    #expect(try copy.root.exists("other"))

    options.isForKeeping = true
    let kept = try source.copy(to: scratch.file("c.hspy"), options)
    #expect(Set(kept.leftOut.map(\.path)) == ["/other", "/Experiments/other", "/rock/results/later"])
    #expect(try Store.open(scratch.file("c.hspy")).validate().isEmpty)
  }

  @Test(arguments: [nil, 3]) func changedValuesAreRefused(level: Int?) throws {
    let scratch = try Scratch()
    let source = try sampleFile(scratch.file("a.hspy"))
    let counts = try source.map("rock").dataset
    let old: [UInt16] = try counts.read(.box([3..<4, 4..<5, 29..<30]))
    var options = CopyOptions()
    options.level = level
    for path in ["/Experiments/rock/data", "/rock/title", "/rock/results/nmf/spectra/spectra"] {
      switch path {
      case "/rock/title": try source.root.dataset(path).write(["Another"])
      case "/Experiments/rock/data": try counts.write([old[0] ^ 1], .box([3..<4, 4..<5, 29..<30]))
      default: try source.root.dataset(path).write([Float(77)], .box([0..<1, 0..<1]))
      }
      do throws(StoreError) {
        _ = try source.copy(to: scratch.file("b.hspy"), options)
        Issue.record("it was copied")
      } catch {
        #expect(error.kind == .damaged && error.file == scratch.file("a.hspy") && error.path == path)
      }
      #expect(!FileManager.default.fileExists(atPath: scratch.file("b.hspy")))
      if path == "/Experiments/rock/data" { try counts.write(old, .box([3..<4, 4..<5, 29..<30])) }
      if path == "/rock/title" { try source.root.dataset(path).write(["Test"]) }
    }
  }

  @Test func itCanBeStopped() throws {
    let scratch = try Scratch()
    let source = try sampleFile(scratch.file("a.hspy"))
    var total = 0
    _ = try source.copy(
      to: scratch.file("b.hspy"),
      progress: { done, all in
        #expect(done <= all)
        total = max(total, done)
        return .proceed
      })
    try FileManager.default.removeItem(atPath: scratch.file("b.hspy"))
    for stop in stride(from: 0, to: total, by: total / 7) {
      do throws(StoreError) {
        _ = try source.copy(to: scratch.file("b.hspy"), progress: { done, _ in done > stop ? .stop : .proceed })
        Issue.record("it ran to the end")
      } catch {
        #expect(error.kind == .stopped)
      }
      #expect(!FileManager.default.fileExists(atPath: scratch.file("b.hspy")))
    }
  }

  @Test func chunksThatFitNoMap() throws {
    let scratch = try Scratch()
    let source = try sampleFile(scratch.file("a.hspy"))
    for chunks in [[2, 2], [0, 2, 2], [2, -1, 2]] {
      var options = CopyOptions()
      options.chunks = .extents(chunks)
      do throws(StoreError) {
        _ = try source.copy(to: scratch.file("b.hspy"), options)
        Issue.record("chunks of \(chunks) were taken")
      } catch {
        #expect(error.kind == .invalid)
      }
    }
    #expect(!FileManager.default.fileExists(atPath: scratch.file("b.hspy")))
  }

  @Test func aManifestIsKept() throws {
    let scratch = try Scratch()
    let source = try sampleFile(scratch.file("a.hspy"))
    _ = try source.copy(
      to: scratch.file("b.hspy"),
      adding: { copy, report in
        #expect(report.compared > 10)
        try copy.setManifest("what it holds")
      })
    #expect(try source.manifest == nil)
    let copy = try Store.open(scratch.file("b.hspy"))
    #expect(try copy.manifest == "what it holds")
    #expect(try copy.validate().isEmpty)
  }
}
