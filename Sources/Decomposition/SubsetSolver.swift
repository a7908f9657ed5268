internal import LinearAlgebra

/// Solves a small quadratic problem on a subset of its coordinates, the others being zero.
///
/// Of ½ xᵀGx − bᵀx the minimum over the coordinates in the subset: G_S x = b_S or, where the sum is fixed,
/// x = G_S⁻¹b_S − y (1ᵀG_S⁻¹b_S − 1)/(1ᵀy) with y = G_S⁻¹1.
protocol SubsetSolver {
  /// The number of coordinates, at most 32.
  var size: Int { get }
  /// Whether the coordinates sum to 1.
  var isSumFixed: Bool { get }

  /// - Parameters:
  ///   - subset: a bit for each coordinate, one at least.
  ///   - start: where b begins in `linear`.
  mutating func solve(_ subset: UInt32, _ linear: [Double], _ start: Int, into x: inout [Double])
}

/// The solutions of all subsets of one matrix G, as tables of G_S⁻¹: for few coordinates and many b.
struct TabulatedSubsets: SubsetSolver {
  let size: Int
  let isSumFixed: Bool
  /// For each subset a matrix and a vector: x = matrix · b + vector.
  private let tables: [Double]

  /// The most coordinates that tables are made for: 256 kB.
  static let greatestSize = 8

  /// - Precondition: G is symmetric and positive definite; of at most `greatestSize` coordinates.
  init(_ gram: Matrix, isSumFixed: Bool) {
    precondition(gram.rows <= Self.greatestSize)
    size = gram.rows
    self.isSumFixed = isSumFixed
    var exact = FactorizedSubsets(gram, isSumFixed: isSumFixed)
    var tables: [Double] = []
    var column = [Double](repeating: 0, count: size)
    for subset in 0..<UInt32(1) << UInt32(size) {
      var table = [Double](repeating: 0, count: size * (size + 1))
      if subset != 0 {
        // The vector is the solution for b = 0; the columns are what unit vectors add to it.
        var vector = column
        exact.solve(subset, [Double](repeating: 0, count: size), 0, into: &vector)
        for j in 0..<size {
          var unit = [Double](repeating: 0, count: size)
          unit[j] = 1
          exact.solve(subset, unit, 0, into: &column)
          for i in 0..<size { table[i * size + j] = column[i] - vector[i] }
        }
        for i in 0..<size { table[size * size + i] = vector[i] }
      }
      tables += table
    }
    self.tables = tables
  }

  func solve(_ subset: UInt32, _ linear: [Double], _ start: Int, into x: inout [Double]) {
    let table = Int(subset) * size * (size + 1)
    for i in 0..<size {
      var value = tables[table + size * size + i]
      for j in 0..<size { value += tables[table + i * size + j] * linear[start + j] }
      x[i] = value
    }
  }
}

/// Solves each subset by a Cholesky factorisation, without allocating memory.
struct FactorizedSubsets: SubsetSolver {
  let size: Int
  let isSumFixed: Bool
  private var gram: [Double]
  private var factor: [Double]
  private var members: [Int]
  private var solution: [Double]
  private var ones: [Double]

  init(size: Int, isSumFixed: Bool) {
    precondition(size <= 32)
    self.size = size
    self.isSumFixed = isSumFixed
    gram = Array(repeating: 0, count: size * size)
    factor = gram
    members = Array(repeating: 0, count: size)
    solution = Array(repeating: 0, count: size)
    ones = solution
  }

  init(_ gram: Matrix, isSumFixed: Bool) {
    self.init(size: gram.rows, isSumFixed: isSumFixed)
    self.gram = gram.values
  }

  /// - Parameter ridge: added to the diagonal.
  mutating func set(_ gram: [Double], ridge: Double) {
    for index in 0..<size * size { self.gram[index] = gram[index] }
    for i in 0..<size { self.gram[i * size + i] += ridge }
  }

  mutating func solve(_ subset: UInt32, _ linear: [Double], _ start: Int, into x: inout [Double]) {
    var count = 0
    for i in 0..<size {
      x[i] = 0
      if subset >> UInt32(i) & 1 != 0 {
        members[count] = i
        count += 1
      }
    }
    factorize(count)
    for row in 0..<count {
      solution[row] = linear[start + members[row]]
      ones[row] = 1
    }
    substitute(count, &solution)
    guard isSumFixed else {
      for row in 0..<count { x[members[row]] = solution[row] }
      return
    }
    substitute(count, &ones)
    var (sum, weight) = (0.0, 0.0)
    for row in 0..<count { (sum, weight) = (sum + solution[row], weight + ones[row]) }
    let excess = (sum - 1) / weight
    for row in 0..<count { x[members[row]] = solution[row] - ones[row] * excess }
  }

  /// The lower Cholesky factor of the rows and columns of the members.
  private mutating func factorize(_ count: Int) {
    for row in 0..<count {
      for column in 0...row {
        var value = gram[members[row] * size + members[column]]
        for k in 0..<column { value -= factor[row * size + k] * factor[column * size + k] }
        if row == column {
          // What is not positive for rounding alone becomes as small as it may be.
          factor[row * size + row] = max(value, 1e-300).squareRoot()
        } else {
          factor[row * size + column] = value / factor[column * size + column]
        }
      }
    }
  }

  private func substitute(_ count: Int, _ vector: inout [Double]) {
    for row in 0..<count {
      var value = vector[row]
      for k in 0..<row { value -= factor[row * size + k] * vector[k] }
      vector[row] = value / factor[row * size + row]
    }
    for row in (0..<count).reversed() {
      var value = vector[row]
      for k in row + 1..<max(count, row + 1) { value -= factor[k * size + row] * vector[k] }
      vector[row] = value / factor[row * size + row]
    }
  }
}
