/// Vectors of one length per row or channel, padded with zeros to a width that the kernels have vector code for.
///
/// A factor of an n × components matrix is held as n × width floats: width is 4, 8, or a multiple of 16.
public struct PaddedFactor: Hashable, Sendable {
  public let count: Int
  public let components: Int
  public let width: Int
  public var values: [Float]

  public init(zeros count: Int, components: Int) {
    self.count = count
    self.components = components
    width = Self.width(of: components)
    values = Array(repeating: 0, count: count * width)
  }

  /// The width that holds so many components.
  public static func width(of components: Int) -> Int {
    components <= 4 ? 4 : components <= 8 ? 8 : (components + 15) / 16 * 16
  }

  /// From a row-major count × components matrix.
  public init(_ matrix: Matrix) {
    self.init(zeros: matrix.rows, components: matrix.columns)
    for row in 0..<count { for i in 0..<components { self[row, i] = Float(matrix[row, i]) } }
  }

  public subscript(index: Int, component: Int) -> Float {
    get { values[index * width + component] }
    set { values[index * width + component] = newValue }
  }

  /// One component over all rows or channels.
  public func component(_ i: Int) -> [Float] { (0..<count).map { self[$0, i] } }

  /// Σ over rows or channels, per component.
  public var sums: [Double] {
    var sums = [Double](repeating: 0, count: components)
    for index in 0..<count { for i in 0..<components { sums[i] += Double(self[index, i]) } }
    return sums
  }
}
