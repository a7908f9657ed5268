import Blocks
import LinearAlgebra
import Microscopy
import Store
import XRay

/// Compositions of the pixels of maps: one product with the counts of each pixel, in one sweep.
struct PixelMaps: Sendable {
  private let target: ResolvedMaps
  private let width: Int
  /// Rows of all maps × lines.
  private let pixels: PixelQuantification.Pixels

  var count: Int { width > 0 ? pixels.netCounts.count / width : 0 }

  init(
    _ found: SpectrumQuantification.Result, _ setting: QuantifySetting, _ target: ResolvedMaps, threads: Int, memory: Int,
    _ observer: Observer
  ) throws {
    self.target = target
    let pixelCount = target.maps.reduce(0) { $0 + $1.navigationShape.reduce(1, *) }
    // One for each map, whose doses may differ.
    let quantifications = try target.maps.indices.map { number in
      try PixelQuantification(
        setting.quantification.quantification(found.table, electrons: nil), lines: found.intensities,
        electronsOfPixel: setting.doses.flatMap { $0.count > 1 ? $0[number] : $0.first })
    }
    let width = quantifications[0].width
    let weights = found.weights(channelCount: target.energies.size)
    let sweeper = BlockSweeper(try target.source(), threads: threads, memory: memory)
    var pieces = [Piece](repeating: Piece(), count: sweeper.source.blockCount)
    let watch = SweepWatch(sweeper.source.blockCount, "Quantifying pixels", observer)
    var nothing = 0
    try sweeper.sweep(
      into: &nothing, states: &pieces, partial: { 0 },
      visit: { block, _, piece, _ in
        guard watch.goesOn() else { return }
        var products = [Float](repeating: 0, count: block.rowCount * weights.factor.width)
        block.multiply(weights.factor.values, width: weights.factor.width, into: &products)
        let pixel = quantifications[target.map(ofRow: Int(block.rows.first ?? 0))]
        piece = Piece(rows: block.rows, pixels: pixel.pixels(products, rows: block.rowCount, weights: weights))
      },
      merge: { _, _ in })
    try watch.finish(target.holder.store.path)
    var pixels = PixelQuantification.Pixels(count: pixelCount * width)
    for piece in pieces {
      for (index, row) in piece.rows.enumerated() { pixels.set(Int(row), to: piece.pixels, at: index, width: width) }
    }
    self.width = width
    self.pixels = pixels
  }

  private struct Piece: Sendable {
    var rows: [Int32] = []
    var pixels = PixelQuantification.Pixels(count: 0)
  }

  /// `atomic_percent` and `net_counts`, and with `_error` behind the name one standard deviation of each: elements × the
  /// navigation axes, in the order of the table `composition`.
  func fill(_ result: ResultBuilder) throws {
    for (name, values) in [
      ("atomic_percent", pixels.atomicPercents), ("atomic_percent_error", pixels.atomicPercentErrors),
      ("net_counts", pixels.netCounts), ("net_counts_error", pixels.netCountsErrors),
    ] {
      let images = images(values)
      if target.holder is Series {
        try result.images(perMap: images, name: name)
      } else {
        try result.images(images[0], name: name)
      }
    }
  }

  private func images(_ values: [Float]) -> [StoredArray] {
    var first = 0
    return target.maps.map { map in
      let count = map.navigationShape.reduce(1, *)
      var image = [Float](repeating: 0, count: count * width)
      for pixel in 0..<count {
        for line in 0..<width { image[line * count + pixel] = values[(first + pixel) * width + line] }
      }
      first += count
      return StoredArray(image, shape: [width] + map.navigationShape)
    }
  }
}
