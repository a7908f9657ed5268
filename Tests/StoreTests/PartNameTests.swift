import Blocks
import Microscopy
import Testing

@testable import Store

@Suite struct PartNameTests {
  /// What a list of results or an expression of masks could not name is no name of one.
  @Test func namesThatListsCannotNameAreRefused() throws {
    let scratch = try Scratch()
    let store = try sampleFile(scratch.file("a.hspy"))
    let map = try store.map("rock")
    let made = try Provenance(operation: "test", parameters: ["x": 1], inputs: [])
    let pixels = [Bool](repeating: true, count: 20)
    for (name, character) in [("a,b", ","), ("a\"b", "\""), (" a", "space"), ("a\t", "control"), ("a ", "space")] {
      let result = #expect(throws: StoreError.self) { try map.addResult(name, made: made) { try $0.scalar("x", 1) } }
      #expect(result?.kind == .invalid && result?.problem.contains(character) == true, "\(name)")
      #expect(throws: StoreError.self) { try map.requireFree(name) }
      let mask = #expect(throws: StoreError.self) { try map.addMask(name, pixels, made: made) }
      #expect(mask?.kind == .invalid && mask?.problem.contains(character) == true, "\(name)")
      #expect(throws: StoreError.self) { try map.requireFreeMask(name) }
    }
    for name in ["a:2", "a b", "a'", "α"] {
      try map.addResult(name, made: made) { try $0.scalar("x", 1) }
      try map.addMask(name, pixels, made: made)
      #expect(try map.result(name).scalar("x") == 1 && map.mask(name).count == 20)
    }
  }

  @Test func everyRealTypeHasNumbers() {
    let half: [UInt16] = [0x3C00, 0xC000, 0x0001, 0x7C00, 0x7E00]
    let bytes = half.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    let numbers = StoredArray(type: .float16, shape: [5], bytes: bytes).numbers ?? []
    #expect(numbers.prefix(4) == [1, -2, 0x1p-24, .infinity] && numbers.last?.isNaN == true)
    #expect(StoredArray(type: .bool, shape: [2], bytes: [0, 255]).numbers == [0, 1])
    #expect(StoredArray([-5, 7] as [Int64]).numbers == [-5, 7])
    #expect(StoredArray(type: .complex64, shape: [1], bytes: [UInt8](repeating: 0, count: 8)).numbers == nil)
  }
}
