import Microscopy
import Testing

@testable import Store

struct ChunkShapeTests {
  private func map(_ shape: [Int]) -> [Axis] {
    shape.indices.map { Axis(name: "\($0)", size: shape[$0], role: $0 < shape.count - 1 ? .navigation : .signal) }
  }

  /// However wide the map, the rows that one row of chunks covers are read in one go: the importer reads each value once.
  @Test(arguments: [[512, 512, 2048], [512, 512, 4096], [1024, 1024, 4096], [64, 2048, 2048], [30, 512, 512, 4096]])
  func spectrumImagesAreReadInOrder(_ shape: [Int]) {
    let chunk = ChunkShape.choose(axes: map(shape), elementSize: 2)
    let bytes = chunk.reduce(2, *)
    #expect((256 << 10...1 << 20).contains(bytes), "\(chunk)")
    let plan = SlabPlan(shape: shape, chunk: chunk, elementSize: 2, budget: ChunkPipeline.usualMemory / 5 * 2)
    #expect(plan.isInOrder, "\(chunk)")
  }

  @Test func rowsAreNotCutBelowFour() {
    let chunk = ChunkShape.choose(axes: map([4096, 8192, 4096]), elementSize: 4)
    #expect(chunk[0] == 4)
  }

  @Test func mapsOfUsualWidthHaveSquareTiles() {
    #expect(ChunkShape.choose(axes: map([512, 512, 2048]), elementSize: 2) == [32, 32, 256])
  }
}
