import Blocks
import Decomposition
import Testing

@Suite struct NMFTests {
  let counts = SyntheticCounts()

  @Test(arguments: zip(NMF.Loss.allCases, [0.98, 0.95, 0.6]))
  func findsThePhases(_ loss: NMF.Loss, _ least: Double) throws {
    let counts = SyntheticCounts(height: 60, width: 60, counts: 200)
    let result = try NMF(components: 3, loss: loss, maxIterations: 500).fit(counts.matrix(), threads: 2)
    let exact = counts.divergence(spectra: result.spectra, abundances: result.abundances)
    #expect(abs(result.divergence / exact - 1) < 1e-5)
    for truth in counts.spectra {
      let best = result.spectra.map { cosine($0, truth) }.max() ?? 0
      #expect(best > least)
    }
    #expect(result.spectra.allSatisfy { abs($0.reduce(0, +) - 1) < 1e-4 && $0.allSatisfy { $0 >= 0 } })
    #expect(result.abundances.allSatisfy { $0.allSatisfy { $0 >= 0 } })
    if loss == .kullbackLeibler { #expect(result.divergence < counts.trueDivergence) }
  }

  @Test(arguments: [1, 2, 5, 17]) func neverRaisesThePoissonLoss(_ components: Int) throws {
    var recipe = NMF(components: components, tolerance: 0, maxIterations: 40)
    recipe.initialization = .random
    for smoothness in [0, 0.5] {
      recipe.smoothness = smoothness
      let history = try recipe.fit(counts.matrix()).history
      for (before, after) in zip(history, history.dropFirst()) { #expect(after <= before * (1 + 1e-6)) }
      #expect(history.count > 1 && history.count <= 40)
    }
  }

  @Test(arguments: NMF.Loss.allCases) func hasTheSameBitsOnAnyNumberOfThreads(_ loss: NMF.Loss) throws {
    var recipe = NMF(components: 3, loss: loss, maxIterations: 12)
    recipe.smoothness = 0.2
    let matrix = counts.matrix(rowsPerBlock: 3)
    let one = try recipe.fit(matrix, threads: 1)
    for (threads, memory) in [(2, 1 << 29), (3, 0), (8, 4000)] {
      let other = try recipe.fit(matrix, threads: threads, memory: memory)
      #expect(other.spectra == one.spectra)
      #expect(other.abundances == one.abundances)
      #expect(other.history == one.history)
    }
  }

  @Test(arguments: [1, 7, 480]) func findsTheSameDenseAndSparseInAnyBlocks(_ rowsPerBlock: Int) throws {
    for loss in NMF.Loss.allCases {
      let recipe = NMF(components: 3, loss: loss, maxIterations: 20)
      let one = try recipe.fit(counts.matrix())
      for sparse in [false, true] {
        let other = try recipe.fit(counts.matrix(rowsPerBlock: rowsPerBlock, sparse: sparse))
        #expect(abs(other.divergence / one.divergence - 1) < 1e-3)
        for (a, b) in zip(one.spectra, other.spectra) { #expect(cosine(a, b) > 0.999) }
      }
    }
  }

  @Test(arguments: [1, 2, 11, 14, 25]) func resumesToTheSameBits(_ stop: Int) throws {
    var recipe = NMF(components: 3, tolerance: 0, maxIterations: 8)
    recipe.restarts = 2
    let whole = try recipe.fit(counts.matrix())
    var seen = 0
    let interruption = #expect(throws: NMF.Interrupted.self) {
      try recipe.fit(counts.matrix()) { _, _ in
        seen += 1
        return seen == stop ? .stop : .proceed
      }
    }
    let checkpoint = try #require(interruption?.checkpoint)
    let resumed = try recipe.fit(counts.matrix(), threads: 2, resuming: checkpoint)
    #expect(resumed.spectra == whole.spectra)
    #expect(resumed.abundances == whole.abundances)
    #expect(resumed.history == whole.history)
    #expect(resumed.restart == whole.restart)
  }

  @Test func keepsTheBestOfSeveralRuns() throws {
    var recipe = NMF(components: 3, initialization: .random, maxIterations: 15)
    let single = try recipe.fit(counts.matrix())
    recipe.restarts = 4
    var losses: [Int: Double] = [:]
    let best = try recipe.fit(counts.matrix()) { progress, _ in
      losses[progress.restart] = progress.loss
      return .proceed
    }
    #expect(losses.count == 4)
    #expect(best.history.last == losses.values.min())
    #expect(best.divergence <= single.divergence)
  }

  @Test(arguments: NMF.Loss.allCases) func holdsSpectraFixed(_ loss: NMF.Loss) throws {
    var recipe = NMF(components: 3, loss: loss, maxIterations: 30)
    let given = counts.spectra[1].map(Float.init)
    recipe.spectra = [given]
    recipe.held = [0]
    let result = try recipe.fit(counts.matrix())
    for (a, b) in zip(result.spectra[0], given) { #expect(abs(a - b) < 1e-6) }
    recipe.held = []
    let free = try recipe.fit(counts.matrix())
    #expect(free.spectra[0] != result.spectra[0])
  }

  @Test func unmixesWithAllSpectraHeld() throws {
    var recipe = NMF(components: 3)
    recipe.spectra = counts.spectra.map { $0.map(Float.init) }
    recipe.held = [0, 1, 2]
    let result = try recipe.fit(counts.matrix())
    #expect(result.divergence < counts.trueDivergence)
    for (found, truth) in zip(result.abundances, counts.abundances) { #expect(cosine(found, truth) > 0.9) }
  }

  @Test(arguments: NMF.Loss.allCases) func smoothsMaps(_ loss: NMF.Loss) throws {
    func roughness(_ map: [Float]) -> Float {
      let mean = map.reduce(0, +) / Float(map.count)
      return zip(map, map.dropFirst()).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / (mean * mean)
    }
    var recipe = NMF(components: 3, loss: loss, maxIterations: 40)
    let rough = try recipe.fit(counts.matrix())
    recipe.smoothness = 1
    let smooth = try recipe.fit(counts.matrix())
    #expect(roughness(smooth.abundances[0]) < 0.7 * roughness(rough.abundances[0]))
  }

  @Test(arguments: NMF.Loss.allCases) func sparsityEmptiesMaps(_ loss: NMF.Loss) throws {
    var recipe = NMF(components: 3, loss: loss, maxIterations: 60)
    func share(_ result: NMF.Result) -> Int {
      result.abundances.reduce(0) { $0 + $1.count { $0 < 0.1 } }
    }
    /// What is penalised: abundances of spectra of length 1.
    func amount(_ result: NMF.Result) -> Double {
      zip(result.abundances, result.spectra).reduce(0) { sum, component in
        let length = component.1.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        return sum + length * component.0.reduce(0.0) { $0 + Double($1) }
      }
    }
    let plain = try recipe.fit(counts.matrix())
    recipe.sparsity = 0.1
    let sparse = try recipe.fit(counts.matrix())
    #expect(amount(sparse) < 0.99 * amount(plain))
    // At the smallest divergence the sums of pixels are those of the counts: there the length of spectra gives way.
    if loss != .kullbackLeibler { #expect(share(sparse) > share(plain)) }
  }

  @Test func relevancePrunesWhatTheDataDoNotNeed() throws {
    let counts = SyntheticCounts(height: 40, width: 40, counts: 400)
    var recipe = NMF(components: 6, loss: .poissonScaled, tolerance: 1e-7, maxIterations: 300)
    recipe.orthogonality = 0.05
    recipe.automaticRelevance = true
    let result = try recipe.fit(counts.matrix())
    let used = result.abundances.filter { $0.contains { $0 > 0 } }
    #expect(used.count < 6)
    #expect(used.count >= 3)
  }

  @Test func orthogonalitySeparatesMaps() throws {
    func overlap(_ result: NMF.Result) -> Double {
      cosine(result.abundances[0], result.abundances[1]) + cosine(result.abundances[0], result.abundances[2])
        + cosine(result.abundances[1], result.abundances[2])
    }
    var recipe = NMF(components: 3, loss: .poissonScaled, maxIterations: 60)
    let plain = try recipe.fit(counts.matrix())
    recipe.orthogonality = 0.5
    #expect(overlap(try recipe.fit(counts.matrix())) < overlap(plain))
  }

  @Test func ordersComponentsByAbundance() throws {
    let totals = try NMF(components: 3).fit(counts.matrix()).abundances.map { $0.reduce(0, +) }
    #expect(totals == totals.sorted(by: >))
  }

  @Test func leavesMaskedRowsOut() throws {
    let result = try NMF(components: 2, maxIterations: 5).fit(EveryOther(counts.matrix(rowsPerBlock: 9)))
    for map in result.abundances {
      for (row, value) in map.enumerated() { #expect(value.isNaN == (row % 2 == 1)) }
    }
  }

  @Test func manyComponentsNeedNoStack() throws {
    // Workers have half a megabyte of stack; a gram matrix of 600 components takes more.
    var recipe = NMF(components: 600, loss: .frobenius, initialization: .random, maxIterations: 1)
    recipe.tolerance = 0
    let counts = SyntheticCounts(height: 26, width: 26, channels: 640)
    #expect(try recipe.fit(counts.matrix(), threads: 2).spectra.count == 600)
  }

  @Test func countsAboveAByteAndManyChannels() throws {
    // Two panels of channels, and counts that no byte holds.
    let channels = SparseRows.panelWidth + 10
    var values = [Float](repeating: 0, count: 4 * channels)
    for row in 0..<4 {
      values[row * channels + 5] = Float(1000 * (row + 1))
      values[row * channels + channels - 2] = Float(300 * (4 - row))
    }
    let matrix = DenseMatrix(rows: 4, columns: channels, values: values, rowsPerBlock: 2, sparse: true)
    for loss in NMF.Loss.allCases {
      let result = try NMF(components: 2, loss: loss).fit(matrix)
      #expect(result.divergence < 1)
    }
  }
}

/// A source that leaves every other row out, as a mask does.
struct EveryOther: BlockSource {
  let base: DenseMatrix
  init(_ base: DenseMatrix) { self.base = base }
  var rowCount: Int { base.rowCount }
  var columnCount: Int { base.columnCount }
  var blockCount: Int { base.blockCount }
  var images: [[Int]] { base.images }
  func rowCount(ofBlock index: Int) -> Int { block(at: index).rowCount }
  func block(at index: Int) -> Block {
    let whole = base.block(at: index)
    let kept = whole.rows.indices.filter { whole.rows[$0] % 2 == 0 }
    let values = kept.flatMap { row in
      base.values[Int(whole.rows[row]) * columnCount..<(Int(whole.rows[row]) + 1) * columnCount]
    }
    return Block(
      rows: kept.map { whole.rows[$0] }, columnCount: columnCount,
      values: .sparse(SparseRows(values, rows: kept.count, columns: columnCount)))
  }
}
