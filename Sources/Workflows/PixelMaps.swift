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
  private let netCounts: [Float]
  private let percents: [Float]
  private let symbols: [String]

  var count: Int { width > 0 ? percents.count / width : 0 }

  init(
    _ found: SpectrumQuantification.Result, _ setting: QuantifySetting, _ target: ResolvedMaps, electrons: Double?,
    threads: Int, memory: Int, _ observer: Observer
  ) throws {
    self.target = target
    let quantification = setting.quantification
    let pixelCount = target.maps.reduce(0) { $0 + $1.navigationShape.reduce(1, *) }
    let pixel = try PixelQuantification(
      Quantification(
        found.table, beamEnergy: quantification.fit.beamEnergy, massThickness: quantification.massThickness,
        takeOffAngle: quantification.fit.detector.takeOffAngle),
      lines: found.intensities, electronsOfPixel: quantification.electrons.map { $0 / Double(max(pixelCount, 1)) })
    let width = pixel.width
    let weights = found.weights(channelCount: target.energies.size)
    let stride = weights.width
    let sweeper = BlockSweeper(try target.source(), threads: threads, memory: memory)
    var pieces = [Piece](repeating: Piece(), count: sweeper.source.blockCount)
    let watch = SweepWatch(sweeper.source.blockCount, "Quantifying pixels", observer)
    var nothing = 0
    try sweeper.sweep(
      into: &nothing, states: &pieces, partial: { 0 },
      visit: { block, _, piece, _ in
        guard watch.goesOn() else { return }
        piece.rows = block.rows
        piece.counts = [Float](repeating: 0, count: block.rowCount * stride)
        piece.percents = [Float](repeating: 0, count: block.rowCount * width)
        block.multiply(weights.values, width: stride, into: &piece.counts)
        pixel.atomicPercents(piece.counts, stride: stride, rows: block.rowCount, into: &piece.percents)
      },
      merge: { _, _ in })
    try watch.finish(target.holder.store.path)
    var netCounts = [Float](repeating: .nan, count: pixelCount * width)
    var percents = netCounts
    for piece in pieces {
      for (index, row) in piece.rows.enumerated() {
        let first = Int(row) * width
        for line in 0..<width {
          netCounts[first + line] = piece.counts[index * stride + line]
          percents[first + line] = piece.percents[index * width + line]
        }
      }
    }
    self.width = width
    self.netCounts = netCounts
    self.percents = percents
    symbols = found.intensities.map(\.element)
  }

  private struct Piece: Sendable {
    var rows: [Int32] = []
    var counts: [Float] = []
    var percents: [Float] = []
  }

  /// `atomic_percent` and `net_counts`, each elements × the navigation axes, in the order of the table `composition`.
  func fill(_ result: ResultBuilder) throws {
    for (name, values) in [("atomic_percent", percents), ("net_counts", netCounts)] {
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
