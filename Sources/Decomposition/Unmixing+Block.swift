internal import Blocks
internal import LinearAlgebra

extension Unmixing {
  /// Unmixes the rows of a block; returns how many did not converge.
  func unmix(_ block: borrowing Block, _ model: MixtureModel, _ part: inout PixelMixtures) -> Int {
    let rowCount = block.rowCount
    let width = model.weighted.width
    var products = [Float](repeating: 0, count: rowCount * width)
    block.multiply(model.weighted.values, width: width, into: &products)
    let unsettled: Int
    if let subsets = model.tabulated {
      var solver = ActiveSet(subsets)
      unsettled = Self.leastSquares(&solver, model, products, width, &part)
    } else {
      var solver = ActiveSet(FactorizedSubsets(model.gram, isSumFixed: model.isSumFixed))
      unsettled = Self.leastSquares(&solver, model, products, width, &part)
    }
    let unconverged = finish(block, model, &part)
    // Of the Poisson form they are only where it begins.
    return method == .poissonFCLS ? unconverged : unsettled
  }

  /// The least-squares abundances of all rows, given their products with the spectra; returns of how many rows they are not the
  /// minimum.
  @discardableResult
  static func leastSquares<Solver>(
    _ solver: inout ActiveSet<Solver>, _ model: MixtureModel, _ products: [Float], _ width: Int, _ part: inout PixelMixtures
  ) -> Int {
    let count = model.count
    let gram = model.gram.values
    var linear = [Double](repeating: 0, count: count)
    var x = linear
    var unsettled = 0
    for row in part.totals.indices {
      let total = part.totals[row]
      guard total > 0 else { continue }
      for i in 0..<count { linear[i] = Double(products[row * width + i]) / total }
      if !solver.minimize(gram, linear, 0, into: &x) { unsettled += 1 }
      var sum = 0.0
      for i in 0..<count { sum += x[i] }
      if !model.isSumFixed { part.totals[row] = total * sum }
      guard sum > 0 else { continue }
      for i in 0..<count { part.abundances[row * count + i] = Float(x[i] / sum) }
    }
    return unsettled
  }

  /// The Poisson form, where it is wanted, and the residuals.
  private func finish(_ block: borrowing Block, _ model: MixtureModel, _ part: inout PixelMixtures) -> Int {
    let count = model.count
    var poisson = PoissonSimplex(size: count)
    var values = PixelCounts(columns: model.columns)
    var spectra = [Double](repeating: 0, count: model.columns * count)
    var a = [Double](repeating: 0, count: count)
    var unconverged = 0
    for row in 0..<block.rowCount {
      guard part.totals[row] > 0, part.abundances[row * count].isFinite else { continue }
      values.read(row, of: block)
      for i in 0..<count { a[i] = Double(part.abundances[row * count + i]) }
      if method == .poissonFCLS {
        let used = values.gather(model, into: &spectra)
        if !poisson.maximize(values.counts[..<used], spectra, &a) { unconverged += 1 }
        for i in 0..<count { part.abundances[row * count + i] = Float(a[i]) }
      }
      part.residuals[row] = Float(values.residual(model, a, total: part.totals[row]))
    }
    return unconverged
  }
}

/// The counts of one pixel that are not zero.
struct PixelCounts {
  private(set) var columns: [Int]
  private(set) var counts: [Double]
  private(set) var size = 0

  init(columns: Int) {
    self.columns = Array(repeating: 0, count: columns)
    counts = Array(repeating: 0, count: columns)
  }

  mutating func read(_ row: Int, of block: borrowing Block) {
    size = 0
    switch block.values {
    case .dense(let values):
      for column in 0..<block.columnCount { add(column, values[row * block.columnCount + column]) }
    case .sparse(let sparse):
      for panel in 0..<sparse.panelCount {
        let cell = row * sparse.panelCount + panel
        let first = panel * SparseRows.panelWidth
        let entries = Int(sparse.offsets[cell])..<Int(sparse.offsets[cell + 1])
        switch sparse.counts {
        case .small(let counts): for entry in entries { add(first + Int(sparse.channels[entry]), Float(counts[entry])) }
        case .large(let counts): for entry in entries { add(first + Int(sparse.channels[entry]), counts[entry]) }
        }
      }
    }
  }

  private mutating func add(_ column: Int, _ count: Float) {
    guard count > 0 else { return }
    columns[size] = column
    counts[size] = Double(count)
    size += 1
  }

  /// Puts the counts for which a spectrum has a value first, and these values of the spectra into an array; returns how many.
  mutating func gather(_ model: MixtureModel, into spectra: inout [Double]) -> Int {
    var used = 0
    for index in 0..<size {
      var sum = 0.0
      for i in 0..<model.count {
        let value = model.spectra[columns[index] * model.count + i]
        spectra[used * model.count + i] = value
        sum += value
      }
      guard sum > 0 else { continue }
      columns.swapAt(used, index)
      counts.swapAt(used, index)
      used += 1
    }
    return used
  }

  /// Σ (r − μ)²/μ over degrees of freedom, as Σ r²/μ − 2 Σ r + Σ μ.
  func residual(_ model: MixtureModel, _ a: [Double], total: Double) -> Double {
    var (squares, sum) = (0.0, 0.0)
    for index in 0..<size {
      let column = columns[index]
      var share = 0.0
      for i in 0..<model.count { share += a[i] * model.positive[column * model.count + i] }
      let expected = total * max(share, 0.01 * model.mean[column])
      squares += counts[index] * counts[index] / expected
      sum += counts[index]
    }
    return (squares - 2 * sum + total) / Double(max(1, model.usedCount - model.count))
  }
}
