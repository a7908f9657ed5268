import Blocks
import LinearAlgebra
import Microscopy
import Store
import XRay

/// Compositions of the pixels of maps: one product with the counts of each pixel, in one sweep.
struct PixelMaps: Sendable {
  private let target: ResolvedMaps
  private let images: [Images]

  var count: Int { target.maps.reduce(0) { $0 + $1.navigationShape.reduce(1, *) } }

  init(
    _ found: SpectrumQuantification.Result, _ setting: QuantifySetting, _ target: ResolvedMaps, threads: Int, _ observer: Observer
  ) throws {
    self.target = target
    // One for each map, whose doses may differ.
    let quantifications = try target.maps.indices.map { number in
      try PixelQuantification(
        setting.quantification.quantification(found.table, electrons: nil), lines: found.intensities,
        electronsOfPixel: setting.doses.flatMap { $0.count > 1 ? $0[number] : $0.first })
    }
    let width = quantifications[0].width
    let weights = found.weights(channelCount: target.energies.size)
    // One pass: there is nothing to keep.
    let sweeper = BlockSweeper(try target.source(), threads: threads, memory: 0)
    let watch = SweepWatch(sweeper.source.blockCount, "Quantifying pixels", observer)
    var images = target.maps.map { Images(lines: width, pixels: $0.navigationShape.reduce(1, *)) }
    try sweeper.sweep(
      into: &images, partial: { [Piece]() },
      visit: { block, _, pieces in
        guard watch.goesOn(), let row = block.rows.first else { return }
        var products = [Float](repeating: 0, count: block.rowCount * weights.factor.width)
        block.multiply(weights.factor.values, width: weights.factor.width, into: &products)
        let (map, first) = target.place(ofRow: Int(row))
        pieces.append(
          Piece(
            map: map, pixels: block.rows.map { Int($0) - first },
            found: quantifications[map].pixels(products, rows: block.rowCount, weights: weights)))
      },
      merge: { images, pieces in
        for piece in pieces { images[piece.map].set(piece) }
        pieces = []
      })
    try watch.finish(target.holder.store.path)
    self.images = images
  }

  /// What was found of the pixels of a block, rows × lines.
  private struct Piece: Sendable {
    /// Its number in the target.
    var map: Int
    /// Which of the map's pixels the rows are.
    var pixels: [Int]
    var found: PixelQuantification.Pixels
  }

  /// What was found of a map, each lines × pixels.
  private struct Images: Sendable {
    let lines: Int
    let pixels: Int
    // Made with the first piece, so that the empty ones are never copied.
    private(set) var found = PixelQuantification.Pixels(count: 0)

    init(lines: Int, pixels: Int) { (self.lines, self.pixels) = (lines, pixels) }

    mutating func set(_ piece: Piece) {
      if found.netCounts.isEmpty { found = PixelQuantification.Pixels(count: lines * pixels) }
      for (row, pixel) in piece.pixels.enumerated() {
        for line in 0..<lines { found.set(line * pixels + pixel, to: piece.found, at: row * lines + line) }
      }
      found.unsettled += piece.found.unsettled
    }
  }

  /// Pixels whose absorption does not settle, or whose counts tell of a film that no beam goes through.
  var unsettled: Int { images.reduce(0) { $0 + $1.found.unsettled } }

  /// In words; nil where there are none.
  var unsettledText: String? {
    unsettled > 0
      ? "\(unsettled) of \(count) pixels have no composition: counts, dose and factors tell of films that no beam goes through"
      : nil
  }

  /// `atomic_percent` and `net_counts`, and with `_error` behind the name one standard deviation of each: elements × the
  /// navigation axes, in the order of the table `composition`.
  func fill(_ result: ResultBuilder) throws {
    for (name, values) in [
      ("atomic_percent", \PixelQuantification.Pixels.atomicPercents), ("atomic_percent_error", \.atomicPercentErrors),
      ("net_counts", \.netCounts), ("net_counts_error", \.netCountsErrors),
    ] {
      let arrays = zip(images, target.maps).map {
        StoredArray($0.found[keyPath: values], shape: [$0.lines] + $1.navigationShape)
      }
      if target.holder is Series {
        try result.images(perMap: arrays, name: name)
      } else {
        try result.images(arrays[0], name: name)
      }
    }
  }
}
