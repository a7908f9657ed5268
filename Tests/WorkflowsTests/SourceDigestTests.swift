import Foundation
import Store
import Testing

@testable import Workflows

struct SourceDigestTests {
  @Test func itWaitsForTheImportButNotForEver() throws {
    let scratch = try Scratch()
    let path = scratch.path("scan.raw")
    // Larger than what may be hashed ahead of the import.
    try Data(count: 80 << 20).write(to: URL(filePath: path))
    let digest = SourceDigest(path, .silent)
    digest.follow(1, of: 1000)
    #expect(try digest.get() == Provenance.Input.wholeFile(path))
    // One that nobody asks for ends by itself.
    SourceDigest(path, .silent).follow(1, of: 1000)
    #expect(throws: StoreError.self) { try SourceDigest(scratch.path("nothing"), .silent).get() }
    let stopped = SourceDigest(path, Observer(report: { _ in }, isStopped: { true }))
    let error = #expect(throws: StoreError.self) { try stopped.get() }
    #expect(error?.kind == .stopped)
  }
}
