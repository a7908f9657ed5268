/// Minimises ½ xᵀGx − bᵀx over x ≥ 0 and, where its subset solver fixes the sum, Σx = 1: exactly, by an active set.
///
/// From the solution without the bounds the most negative coordinate is dropped until none is negative; then the conditions of
/// Karush, Kuhn and Tucker are checked, and coordinates that would lower the objective taken in again as Lawson & Hanson (1974) do,
/// which ends after finitely many steps. Nothing is allocated between calls.
struct ActiveSet<Solver: SubsetSolver> {
  var solver: Solver
  private var candidate: [Double]
  private let everything: UInt32

  init(_ solver: Solver) {
    self.solver = solver
    candidate = Array(repeating: 0, count: solver.size)
    everything = solver.size == 32 ? .max : UInt32(1) << UInt32(solver.size) - 1
  }

  /// - Parameters:
  ///   - gram: G, row-major.
  ///   - linear: holds b from `start` on.
  ///   - x: the solution.
  /// - Returns: whether the conditions were met; rounding alone may keep them from it.
  @discardableResult
  mutating func minimize(_ gram: [Double], _ linear: [Double], _ start: Int, into x: inout [Double]) -> Bool {
    let size = solver.size
    var subset = everything
    while true {
      solver.solve(subset, linear, start, into: &x)
      var lowest = -1
      for i in 0..<size where x[i] < 0 && (lowest < 0 || x[i] < x[lowest]) { lowest = i }
      if lowest < 0 { break }
      subset &= ~(UInt32(1) << UInt32(lowest))
      if subset == 0 {
        for i in 0..<size { x[i] = 0 }
        break
      }
    }
    // Each round lowers the objective; the limit is for rounding alone.
    for _ in 0..<64 {
      guard let entering = violated(gram, linear, start, x, subset) else { return true }
      subset |= UInt32(1) << UInt32(entering)
      approach(&subset, linear, start, &x, entering)
    }
    return violated(gram, linear, start, x, subset) == nil
  }

  /// The coordinate outside the subset that lowers the objective most; nil where none does.
  private func violated(
    _ gram: [Double], _ linear: [Double], _ start: Int, _ x: [Double], _ subset: UInt32
  ) -> Int? {
    if subset == everything { return nil }
    let size = solver.size
    // Of the coordinates inside, all have this gradient; on average, since they are rounded.
    var (common, count, scale) = (0.0, 0.0, 0.0)
    for i in 0..<size {
      scale = max(scale, abs(linear[start + i]))
      if solver.isSumFixed, subset >> UInt32(i) & 1 != 0 {
        common += gradient(i, gram, linear, start, x)
        count += 1
      }
    }
    if count > 0 { common /= count }
    var best: (index: Int, value: Double)?
    for i in 0..<size where subset >> UInt32(i) & 1 == 0 {
      let value = gradient(i, gram, linear, start, x) - common
      if value < -1e-11 * max(scale, abs(common)), value < best?.value ?? 0 { best = (i, value) }
    }
    return best?.index
  }

  private func gradient(_ i: Int, _ gram: [Double], _ linear: [Double], _ start: Int, _ x: [Double]) -> Double {
    var value = -linear[start + i]
    for j in 0..<solver.size { value += gram[i * solver.size + j] * x[j] }
    return value
  }

  /// Goes from a point within the bounds towards the solution of a subset, dropping the coordinates that become zero on the way.
  private mutating func approach(
    _ subset: inout UInt32, _ linear: [Double], _ start: Int, _ x: inout [Double], _ entering: Int
  ) {
    for _ in 0...solver.size {
      solver.solve(subset, linear, start, into: &candidate)
      var (step, leaving) = (1.0, -1)
      for i in 0..<solver.size where subset >> UInt32(i) & 1 != 0 && candidate[i] < 0 {
        let limit = x[i] / (x[i] - candidate[i])
        if limit < step { (step, leaving) = (limit, i) }
      }
      for i in 0..<solver.size { x[i] = max(0, x[i] + step * (candidate[i] - x[i])) }
      guard leaving >= 0 else { return }
      x[leaving] = 0
      subset &= ~(UInt32(1) << UInt32(leaving))
      if subset == 0 || leaving == entering { return }
    }
  }
}
