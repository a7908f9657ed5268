internal import LinearAlgebra

/// Known spectra, prepared for unmixing.
struct MixtureModel: Sendable {
  let count: Int
  let columns: Int
  /// Columns × spectra, each spectrum with the sum 1.
  let spectra: [Double]
  /// The same without what is negative, for expectations of counts.
  let positive: [Double]
  /// The mean spectrum of the data, with the sum 1.
  let mean: [Double]
  /// Σ_c w m_i m_j.
  let gram: Matrix
  /// w · spectra, for the products with blocks.
  let weighted: PaddedFactor
  /// Columns in which the data have counts.
  let usedCount: Int
  let negativeParts: [Double]
  /// Whether abundances sum to 1 in least squares.
  let isSumFixed: Bool
  /// The subsets of few spectra, solved once.
  let tabulated: TabulatedSubsets?

  /// - Parameters:
  ///   - given: the spectra, each of positive sum.
  ///   - names: what messages call them.
  ///   - sums: the sum of the data in each column.
  ///   - isNonNegative: whether negative values become zero.
  init(
    _ given: [[Double]], _ names: [String], mean sums: [Double], isNonNegative: Bool, isSumFixed: Bool
  ) throws(DecompositionError) {
    let (count, columns) = (given.count, sums.count)
    (self.count, self.columns, self.isSumFixed) = (count, columns, isSumFixed)
    let total = sums.reduce(0, +)
    mean = sums.map { $0 / total }
    usedCount = sums.count { $0 > 0 }
    var spectra = [Double](repeating: 0, count: columns * count)
    var positive = spectra
    var parts: [Double] = []
    for (number, spectrum) in given.enumerated() {
      let negative = spectrum.reduce(0.0) { $0 + max(0, -$1) }
      parts.append(negative / spectrum.reduce(0.0) { $0 + abs($1) })
      // Only where the data have counts: elsewhere nothing tells the spectra apart.
      let values = zip(spectrum, sums).map { $1 > 0 ? (isNonNegative ? max(0, $0) : $0) : 0 }
      let sum = values.reduce(0, +)
      let positiveSum = values.reduce(0) { $0 + max(0, $1) }
      guard sum > 0 else {
        throw DecompositionError(
          .badSpectra, "\(names[number]) has no counts where the data have some", advice: "Give spectra of this map.")
      }
      for column in 0..<columns {
        spectra[column * count + number] = values[column] / sum
        positive[column * count + number] = max(0, values[column]) / positiveSum
      }
    }
    (self.spectra, self.positive) = (spectra, positive)
    negativeParts = parts
    var gram = Matrix(zeros: count, count)
    var weighted = PaddedFactor(zeros: columns, components: count)
    for column in 0..<columns where sums[column] > 0 {
      let weight = total / sums[column]
      for i in 0..<count {
        let value = weight * spectra[column * count + i]
        weighted[column, i] = Float(value)
        for j in 0..<count { gram[i, j] += value * spectra[column * count + j] }
      }
    }
    self.gram = gram
    self.weighted = weighted
    try Self.checkIndependence(gram, names)
    tabulated =
      count <= TabulatedSubsets.greatestSize ? TabulatedSubsets(gram, isSumFixed: isSumFixed) : nil
  }

  /// Refuses spectra of which one is a mixture of the others but for a part in 10¹⁰.
  private static func checkIndependence(_ gram: Matrix, _ names: [String]) throws(DecompositionError) {
    // With all scaled to the length 1, the least eigenvalue tells how near they come to a common plane.
    var scaled = gram
    for i in 0..<gram.rows {
      for j in 0..<gram.rows { scaled[i, j] = gram[i, j] / (gram[i, i] * gram[j, j]).squareRoot() }
    }
    guard scaled.values.allSatisfy(\.isFinite), let least = scaled.symmetricEigen().values.last, least > 1e-10 else {
      throw DecompositionError(
        .badSpectra, "\(names.joined(separator: ", ")) are mixtures of each other, so their parts cannot be told apart",
        advice: "Leave one of them out.")
    }
  }
}
