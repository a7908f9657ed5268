import Blocks
import Decomposition
import Testing

@Suite struct NMFErrorTests {
  private func kind(_ recipe: NMF, _ values: [Float], rows: Int = 4) -> DecompositionError.Kind? {
    let matrix = DenseMatrix(rows: rows, columns: rows == 0 ? 3 : values.count / rows, values: values)
    var kind: DecompositionError.Kind?
    do {
      _ = try recipe.fit(matrix) { _, _ in
        Issue.record("work was done before the check")
        return .stop
      }
    } catch let error as DecompositionError {
      kind = error.kind
      #expect(error.description.contains("\n"))
    } catch {
      Issue.record(error)
    }
    return kind
  }

  @Test func refusesDataThatCannotBeFactorized() {
    let good = [Float](repeating: 1, count: 12)
    let two = NMF(components: 2)
    #expect(kind(two, good.dropLast() + [-1]) == .negative)
    #expect(kind(two, good.dropLast() + [.nan]) == .nonFinite)
    #expect(kind(two, good.dropLast() + [.infinity]) == .nonFinite)
    #expect(kind(two, good.map { _ in 0 }) == .nothingToFactorize)
    #expect(kind(two, [], rows: 0) == .nothingToFactorize)
    #expect(kind(NMF(components: 4), good) == .tooManyComponents)
  }

  @Test func refusesRecipesThatMakeNoSense() {
    let good = [Float](repeating: 1, count: 12)
    func changed(_ change: (inout NMF) -> Void) -> NMF {
      var recipe = NMF(components: 2)
      change(&recipe)
      return recipe
    }
    for recipe in [
      changed { $0.components = 0 }, changed { $0.maxIterations = 0 }, changed { $0.restarts = 0 },
      changed { $0.tolerance = -1 }, changed { $0.sparsity = -1 }, changed { $0.smoothness = .nan },
      changed { $0.orthogonality = 2 }, changed { $0.orthogonality = 0.5 }, changed { $0.automaticRelevance = true },
      changed {
        $0.loss = .frobenius
        $0.orthogonality = 0.5
        $0.smoothness = 1
      },
    ] {
      #expect(kind(recipe, good) == .badOption)
    }
    for recipe in [
      changed { $0.spectra = [[1, 2]] }, changed { $0.spectra = [[1, -2, 1]] }, changed { $0.spectra = [[0, 0, 0]] },
      changed { $0.spectra = [[1, 1, 1], [1, 1, 1], [1, 1, 1]] }, changed { $0.held = [0] },
    ] {
      #expect(kind(recipe, good) == .badSpectra)
    }
  }

  @Test func refusesACheckpointOfAnotherFactorization() throws {
    let counts = SyntheticCounts(height: 5, width: 5, channels: 20)
    let interruption = #expect(throws: NMF.Interrupted.self) {
      try NMF(components: 2).fit(counts.matrix()) { _, _ in .stop }
    }
    let checkpoint = try #require(interruption?.checkpoint)
    #expect(throws: DecompositionError.self) {
      try NMF(components: 3).fit(counts.matrix(), resuming: checkpoint)
    }
  }
}
