import Blocks
import Testing

@Suite struct MemoryArrayTests {
  @Test(arguments: [[5], [3, 4], [2, 3, 4], [2, 1, 3, 2]]) func readsBoxesAsNaiveLoopsDo(_ shape: [Int]) {
    let count = shape.reduce(1, *)
    let array = MemoryArray(shape: shape, (0..<count).map(UInt16.init))
    // Every box of the shape.
    func boxes(_ axes: ArraySlice<Int>) -> [[Range<Int>]] {
      guard let extent = axes.first else { return [[]] }
      let rest = boxes(axes.dropFirst())
      return (0...extent).flatMap { from in (from...extent).flatMap { to in rest.map { [from..<to] + $0 } } }
    }
    for box in boxes(shape[...]) {
      var expected: [UInt8] = []
      for index in 0..<count {
        var rest = index
        var inside = true
        for axis in shape.indices.reversed() {
          inside = inside && box[axis].contains(rest % shape[axis])
          rest /= shape[axis]
        }
        if inside { expected += [UInt8(index & 255), UInt8(index >> 8)] }
      }
      #expect(array.read(box) == expected)
    }
  }

  @Test func joinsRuns() {
    var runs: [[Int]] = []
    forEachRun(of: [1..<3, 0..<4], in: [3, 4]) { runs.append([$0, $1]) }
    #expect(runs == [[4, 8]])
  }
}
