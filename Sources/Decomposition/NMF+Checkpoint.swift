extension NMF {
  /// All that a factorisation needs to go on to the same bits: between iterations the factors are its whole state.
  public struct Checkpoint: Sendable, Hashable {
    /// The part that is no array.
    public struct Position: Codable, Sendable, Hashable {
      public var restart: Int
      public var stage: Stage
      public var history: [Double]
      public var best: Best?
    }

    public enum Stage: String, Codable, Sendable, Hashable {
      /// The Poisson loss's start on the Poisson-scaled quadratic loss.
      case warm
      case main
    }

    /// The best of the runs that are over.
    public struct Best: Codable, Sendable, Hashable {
      public var restart: Int
      public var history: [Double]
      public var converged: Bool
    }

    public var position: Position
    /// channels × components, in the scale of the running stage.
    public var spectra: [Float]
    /// rows × components; 0 where a mask leaves a row out.
    public var weights: [Float]
    /// The same of the best run, empty while there is none.
    public var bestSpectra: [Float]
    public var bestWeights: [Float]

    public init(
      position: Position, spectra: [Float], weights: [Float], bestSpectra: [Float] = [], bestWeights: [Float] = []
    ) {
      self.position = position
      self.spectra = spectra
      self.weights = weights
      self.bestSpectra = bestSpectra
      self.bestWeights = bestWeights
    }
  }
}
