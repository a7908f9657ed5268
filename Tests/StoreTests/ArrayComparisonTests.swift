import Foundation
import HDF5
import Microscopy
import Testing

@testable import Store

@Suite struct ArrayComparisonTests {
  let scratch: Scratch
  let root: Group
  let file: File

  init() throws {
    scratch = try Scratch()
    file = try File.create(scratch.file("a.h5"))
    root = try file.root
  }

  private func dataset(_ name: String, _ array: StoredArray, chunk: [Int]?) throws -> Dataset {
    let dataset = try root.createDataset(
      name, type: array.type.datatype, shape: array.shape, layout: chunk.map { .chunked($0) } ?? .contiguous,
      filters: chunk == nil ? [] : .standard)
    try dataset.writeRaw(array.bytes, as: array.type.datatype)
    return dataset
  }

  /// Against a loop over all elements; chunks of the two need not fit each other.
  @Test(
    arguments: [[2, 3, 4], [1, 5, 11], [7, 5, 11], nil] as [[Int]?], [[3, 2, 5], [7, 1, 1], nil] as [[Int]?])
  func itCountsWhatALoopCounts(chunk: [Int]?, otherChunk: [Int]?) throws {
    let shape = [7, 5, 11]
    var noise = Noise(11)
    let one = (0..<shape.reduce(1, *)).map { _ in Int32(noise.count(below: 50, density: 0.8)) }
    var other = one
    for place in [384, 77, 200, 130] { other[place] += Int32(place) }
    let differing = one.indices.filter { one[$0] != other[$0] }
    let a = try dataset("a", StoredArray(one, shape: shape), chunk: chunk)
    let b = try dataset("b", StoredArray(other, shape: shape), chunk: otherChunk)
    for memory in [40, 300, 1 << 20] {
      for threads in [1, 3] {
        var comparison = try ArrayComparison(a, b)
        comparison.memory = memory
        var done = 0
        let found = try comparison.run(threads: threads) {
          done = $0
          return true
        }
        #expect(found?.values.count == differing.count && found?.values.total == one.count)
        #expect(found?.values.first == [1, 2, 0])
        #expect(found?.values.largest == 384)
        #expect(found?.a == "\(one[77])" && found?.b == "\(other[77])")
        #expect(done == 4 * one.count)
        comparison = try ArrayComparison(a, a)
        #expect(try comparison.run(threads: threads, progress: { _ in true }) == nil)
      }
    }
  }

  @Test func realsAreTheSameWhenTheirBitsAre() throws {
    let a = try dataset("a", StoredArray([1, .nan, 0, .infinity, 2] as [Double]), chunk: [2])
    let b = try dataset("b", StoredArray([1, .nan, -0.0, 5, 2.5] as [Double]), chunk: [5])
    let found = try #require(try ArrayComparison(a, b).run(threads: 1, progress: { _ in true }))
    #expect(found.values.count == 3 && found.values.first == [2] && found.values.largest == .infinity)
    #expect(found.a == "0.0" && found.b == "-0.0")
    let c = try dataset("c", StoredArray([.nan] as [Double]), chunk: nil)
    let d = try dataset("d", StoredArray([1] as [Double]), chunk: nil)
    #expect(try ArrayComparison(c, d).run(threads: 1, progress: { _ in true })?.values.largest == nil)
  }

  @Test(arguments: ScalarType.allCases) func everyTypeIsCompared(type: ScalarType) throws {
    let bytes = values(type, 12, density: 0.9).bytes
    var other = bytes
    // The least byte of element 7.
    other[7 * type.size] ^= 1
    let a = try dataset("a", StoredArray(type: type, shape: [3, 4], bytes: bytes), chunk: [2, 2])
    let b = try dataset("b", StoredArray(type: type, shape: [3, 4], bytes: other), chunk: [3, 4])
    let found = try #require(try ArrayComparison(a, b).run(threads: 2, progress: { _ in true }))
    #expect(found.values.count == 1 && found.values.first == [1, 3])
    #expect(found.a != found.b)
    if type.isInteger { #expect(found.values.largest == 1) }
  }

  @Test func theEndsOfTheIntegersAreFarApart() throws {
    let a = try dataset("a", StoredArray([Int64.min]), chunk: nil)
    let b = try dataset("b", StoredArray([Int64.max]), chunk: nil)
    let found = try #require(try ArrayComparison(a, b).run(threads: 1, progress: { _ in true }))
    #expect(found.values.largest == Double(UInt64.max))
  }
}
