import Foundation
import Microscopy
import Testing

@testable import Store

/// Several steps that become part of a file together or not at all.
@Suite struct StoreTransactionTests {
  private struct Failure: Error {}

  private func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(filePath: path)) }

  private func add(_ names: String..., to store: Store, megabytes: Int = 0) throws {
    let map = try store.map("rock")
    for name in names {
      try map.addResult(name, made: Provenance(operation: "test", parameters: ["a": 1])) { result in
        let count = 1 + megabytes << 18
        try result.array(
          "ballast", StoredArray([Float](repeating: 1.5, count: count)), axes: [Axis(name: "i", size: count, role: .signal)])
      }
      try store.commit()
    }
  }

  @Test(arguments: [0, 1, 3]) func whatFailsLeavesTheSameBytes(steps: Int) throws {
    let scratch = try Scratch()
    let path = scratch.file("a.hspy")
    try sampleFile(path).close()
    let before = try bytes(path)
    let store = try Store.open(path, .writing)
    #expect(throws: Failure.self) {
      try store.transaction {
        for step in 0..<steps { try add("step-\(step)", to: store, megabytes: step) }
        _ = try store.map("rock").addMask(
          "new", Array(repeating: true, count: 20), made: Provenance(operation: "test", parameters: ["a": 1]))
        try store.map("rock").removeResult("nmf")
        #expect(try !store.commitIfFree())
        throw Failure()
      }
    }
    #expect(try bytes(path) == before)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["a.hspy"])
    // It is free for the next.
    let again = try Store.open(path, .writing)
    try again.transaction { try add("later", to: again) }
    try again.close()
    #expect(try Store.open(path).map("rock").results.map(\.name) == ["nmf", "later"])
  }

  @Test func nothingShowsBeforeTheEnd() throws {
    let scratch = try Scratch()
    let path = scratch.file("a.hspy")
    try sampleFile(path).close()
    let store = try Store.open(path, .writing)
    let before = try bytes(path).prefix(1 << 12)
    let count = try store.transaction {
      try add("one", to: store)
      // A transaction within another ends with it.
      try store.transaction { try add("two", to: store) }
      #expect(try bytes(path).prefix(1 << 12) == before)
      // Its own steps see what came before.
      return try store.map("rock").results.count
    }
    #expect(count == 3)
    try store.abandon()
    #expect(try Store.open(path).map("rock").results.map(\.name) == ["nmf", "one", "two"])
  }

  @Test func aCommitThatFailsLeavesTheSameBytes() throws {
    let scratch = try Scratch()
    let path = scratch.file("a.hspy")
    try sampleFile(path).close()
    let before = try bytes(path)
    let store = try Store.open(path, .writing)
    let fails: (Store) throws -> Void = { _ in throw Failure() }
    #expect(throws: Failure.self) {
      try store.transaction(commit: fails) { try add("one", to: store) }
    }
    #expect(try bytes(path) == before)
    #expect(throws: StoreError.self) { try Store.open(path).transaction {} }
  }
}
