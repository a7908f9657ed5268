internal import LinearAlgebra

/// Which pixels of the images are neighbours, for maps that are to be smooth.
///
/// The penalty Σ over pairs of neighbours of ‖w_a − w_b‖² couples pixels. It is bounded from above by
/// 2‖w_a − m‖² + 2‖w_b − m‖², m the present mean of the two (De Pierro, IEEE Trans. Med. Imaging 14, 132 (1995)), so that
/// a sweep can update every pixel on its own and still lower the loss.
struct Neighbourhood: Sendable {
  /// rows × width, the weights before the sweep.
  private let weights: [Float]
  private let present: [Bool]
  private let width: Int
  /// The first row of each image and its extents.
  private let images: [(first: Int, extents: [Int])]

  /// - Parameter scale: per block, per row, what turns a weight into the quantity that is to be smooth; nil: 1.
  init(_ factors: Factors, images: [[Int]], rowCount: Int, scale: [[Float]]? = nil) {
    width = factors.width
    var weights = [Float](repeating: 0, count: rowCount * width)
    var present = [Bool](repeating: false, count: rowCount)
    for (number, block) in factors.weights.enumerated() {
      for (index, row) in block.rows.enumerated() {
        let factor = scale.map { $0[number][index] } ?? 1
        guard factor > 0 else { continue }
        present[Int(row)] = true
        for i in 0..<width { weights[Int(row) * width + i] = factor * block.values[index * width + i] }
      }
    }
    self.weights = weights
    self.present = present
    var first = 0
    self.images = images.map { extents in
      defer { first += extents.reduce(1, *) }
      return (first, extents)
    }
  }

  /// Calls `body` with each neighbour of a row that is present.
  private func forEachNeighbour(of row: Int, _ body: (Int) -> Void) {
    guard let image = images.last(where: { $0.first <= row }) else { return }
    var stride = 1
    let position = row - image.first
    for extent in image.extents.reversed() {
      let coordinate = position / stride % extent
      if coordinate > 0, present[row - stride] { body(row - stride) }
      if coordinate < extent - 1, present[row + stride] { body(row + stride) }
      stride *= extent
    }
  }

  /// The number of neighbours of each row, and the sum of the means with them.
  func penalty(for rows: [Int32], smoothness: Float, scale: [Float]? = nil) -> RowPenalty {
    var penalty = RowPenalty()
    penalty.smoothness = smoothness
    penalty.neighbours = Array(repeating: 0, count: rows.count)
    penalty.targets = Array(repeating: 0, count: rows.count * width)
    for (index, row) in rows.enumerated() where present[Int(row)] {
      let own = Int(row) * width
      forEachNeighbour(of: Int(row)) { other in
        penalty.neighbours[index] += 1
        for i in 0..<width {
          penalty.targets[index * width + i] += (weights[own + i] + weights[other * width + i]) / 2
        }
      }
      if let scale {
        penalty.neighbours[index] *= scale[index] * scale[index]
        for i in 0..<width { penalty.targets[index * width + i] *= scale[index] }
      }
    }
    return penalty
  }

  /// Σ over pairs of neighbours of ‖w_a − w_b‖².
  var roughness: Double {
    var sum = 0.0
    for row in present.indices where present[row] {
      forEachNeighbour(of: row) { other in
        guard other > row else { return }
        for i in 0..<width {
          let difference = Double(weights[row * width + i] - weights[other * width + i])
          sum += difference * difference
        }
      }
    }
    return sum
  }
}
