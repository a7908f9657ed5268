import Foundation
import HDF5
import Microscopy
import Testing

@testable import Store

/// Files that were made to mislead end in an error, never in a crash.
@Suite struct DamagedFileTests {
  let scratch: Scratch
  let store: Store

  init() throws {
    scratch = try Scratch()
    store = try sampleFile(scratch.file("a.hspy"))
  }

  @Test func metadataThatHoldThemselves() throws {
    let vendor = try store.file.root.group("rock/\(FileLayout.vendor)")
    try vendor.createHardLink("again", to: vendor)
    let error = #expect(throws: StoreError.self) { try store.map("rock").metadata }
    #expect(error?.problem.contains("two places") == true)
    _ = try store.validate()
    #expect(try store.verify() == [])
  }

  @Test func metadataWithoutBottom() throws {
    try store.file.root.group("rock/\(FileLayout.vendor)").createGroup(Array(repeating: "d", count: 200).joined(separator: "/"))
    let error = #expect(throws: StoreError.self) { try store.map("rock").metadata }
    #expect(error?.problem.contains("deeper") == true)
  }

  @Test func defaultsAndCollectionsThatLeadBack() throws {
    let map = try store.file.root.group("rock")
    try map.createHardLink("loop", to: map)
    try map.attributes.set("default", to: "loop")
    let folder = try map.group("results/nmf").requireGroup("scalars", nexusClass: "NXcollection")
    try folder.createHardLink("loop", to: folder)
    #expect(try store.validate().contains { $0.problem == "leads back to itself" })
  }

  @Test(arguments: [[1 << 40, 1 << 40], [1 << 40, 1 << 40, 0], [1 << 30, 1 << 30]])
  func shapesLargerThanAnyFile(shape: [Int]) throws {
    let data = try store.file.root.group("rock/data")
    try data.delete("counts")
    let ones = shape.map { _ in 1 }
    let counts = try data.createDataset(
      "counts", type: .uint16, shape: ones, maxShape: shape.map { _ in nil }, layout: .chunked(ones))
    try counts.resize(to: shape)
    try counts.attributes.set(FileLayout.digestAttribute, to: String(repeating: "0", count: 64))
    #expect(try store.verify().map(\.path) == ["/rock/data/counts"])
    let error = #expect(throws: StoreError.self) { try Map(store.file.root.group("rock"), in: store) }
    #expect(error?.problem.contains("larger than any file") == true)
  }
}
