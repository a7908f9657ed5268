import Foundation
import LinearAlgebra
import Testing

@Suite struct MatrixTests {
  private func random(_ rows: Int, _ columns: Int) -> Matrix {
    var generator = RandomGenerator(seed: UInt64(rows * 100 + columns))
    return Matrix(rows: rows, columns: columns, values: (0..<rows * columns).map { _ in generator.nextGaussian() })
  }

  private func difference(_ a: Matrix, _ b: Matrix) -> Double {
    zip(a.values, b.values).map { abs($0 - $1) }.max() ?? 0
  }

  @Test(arguments: [(1, 1, 1), (3, 5, 2), (7, 1, 4), (0, 3, 2)]) func product(_ m: Int, _ k: Int, _ n: Int) {
    let (a, b) = (random(m, k), random(k, n))
    var naive = Matrix(zeros: m, n)
    for i in 0..<m { for j in 0..<n { for l in 0..<k { naive[i, j] += a[i, l] * b[l, j] } } }
    #expect(difference(a * b, naive) < 1e-12)
  }

  @Test(arguments: [(1, 1), (9, 4), (30, 30)]) func orthonormalBasisSpansTheColumns(_ m: Int, _ n: Int) {
    let a = random(m, n)
    let q = a.orthonormalized()
    #expect(difference(q.transposed * q, Matrix(identity: n)) < 1e-12)
    #expect(difference(q * (q.transposed * a), a) < 1e-11)
    for i in 0..<n { #expect((q.transposed * a)[i, i] >= 0) }
  }

  /// A library that divides its work among threads of its own rounds otherwise, and which of our threads may is chance.
  @Test(arguments: [(2048, 16), (2048, 48), (300, 300)]) func theThreadHasNoInfluence(_ m: Int, _ n: Int) {
    let a = random(m, n)
    @Sendable func decompositions() -> [[Double]] {
      let q = a.orthonormalized()
      let gram = a.transposed * a
      return [q.values, gram.values, gram.symmetricEigen().vectors.values, (q * gram).values]
    }
    let found = Gathered<[[Double]]>()
    found.append(decompositions())
    DispatchQueue.concurrentPerform(iterations: 8) { _ in found.append(decompositions()) }
    for one in found.all.dropFirst() { #expect(one == found.all[0]) }
  }

  @Test(arguments: [1, 2, 9]) func eigenvectorsDiagonalize(_ n: Int) {
    let a = random(n, n)
    let symmetric = a.transposed * a
    let (values, vectors) = symmetric.symmetricEigen()
    #expect(values == values.sorted(by: >))
    var scaled = vectors
    for i in 0..<n { for j in 0..<n { scaled[i, j] *= values[j] } }
    #expect(difference(symmetric * vectors, scaled) < 1e-10)
  }
}
