import Blocks
import Foundation
import Microscopy
import Testing

@testable import Store

@Suite struct MapDifferenceTests {
  private func array(_ shape: [Int], changing place: Int? = nil) -> MemoryArray {
    var values = (0..<shape.reduce(1, *)).map { UInt16(truncatingIfNeeded: $0) }
    if let place { values[place] += 7 }
    return MemoryArray(
      shape: shape, elementSize: 2, bytes: values.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
  }

  @Test func theFirstElementThatDiffersIsFound() throws {
    let scratch = try Scratch()
    let store = try Store.create(scratch.file("a.hspy"))
    let shape = [7, 5, 33]
    let map = try store.addMap("m", metadata: spectrumImage(shape), type: .uint16, array: array(shape))
    #expect(try map.difference(from: array(shape), type: .uint16) == nil)
    let found = try #require(try map.difference(from: array(shape, changing: 2 * 165 + 3 * 33 + 4), type: .uint16))
    #expect(found.values?.first == [2, 3, 4] && found.values?.count == 1 && found.values?.largest == 7)
    #expect(found.a == "433" && found.b == "440")
    #expect(try map.difference(from: array([7, 5, 32]), type: .uint16)?.aspect == .shape)
    #expect(try map.difference(from: array(shape), type: .int16)?.aspect == .type)
    #expect(throws: CancellationError.self) {
      try map.difference(from: array(shape), type: .uint16, progress: { _, _ in .stop })
    }
    try store.close()
  }

  /// A file that is opened without a journal shares nothing with the one that writes it in the same process.
  @Test func onlyWhatIsCommittedIsReadBack() throws {
    let scratch = try Scratch()
    let path = scratch.file("a.hspy")
    let store = try Store.create(path)
    try store.addMap("first", metadata: spectrumImage([2, 2, 8]), type: .uint16, array: array([2, 2, 8]))
    try store.commit()
    try store.addMap("second", metadata: spectrumImage([2, 2, 8]), type: .uint16, array: array([2, 2, 8]))
    let other = try Store.open(path, isJournalled: false)
    #expect(try other.mapNames == ["first"])
    try other.close()
    try store.close()
  }
}
