internal import CKernels

extension PaddedFactor {
  /// One damped Newton (or expectation–maximisation) step of the spectra towards the Poisson likelihood's maximum.
  ///
  /// See `lamella_poisson_columns` in `CKernels`.
  /// - Parameters:
  ///   - gradient: channels × width, Σ (x/u)·w over all rows.
  ///   - curvature: channels × width × width, or empty.
  ///   - weightSums: Σ w over all rows, per component.
  ///   - held: per component whether its spectrum stays as it is.
  public mutating func stepPoisson(
    gradient: [Float], curvature: [Float], weightSums: [Float], held: [Bool], floor: Float
  ) {
    precondition(gradient.count >= count * width && weightSums.count >= components && held.count == components)
    precondition(curvature.isEmpty || (width <= 16 && curvature.count >= count * width * width))
    let (count, components, width) = (count, components, width)
    let flags = held.map { $0 ? UInt8(1) : 0 }
    unsafe values.withUnsafeMutableBufferPointer { factor in
      unsafe curvature.withUnsafeBufferPointer { curvature in
        unsafe lamella_poisson_columns(
          count, components, width, gradient, curvature.isEmpty ? nil : curvature.baseAddress, weightSums, flags,
          floor, factor.baseAddress)
      }
    }
  }
}

/// Updates the weights of some rows (or the spectra of some channels) by non-negative least squares, given their products
/// with the other factor.
///
/// See `lamella_quadratic_rows` in `CKernels`.
/// - Parameters:
///   - gram: width × width, the other factor's products with itself.
///   - products: rows × width.
///   - weights: rows × width, updated.
///   - sparsity: per component the weight of a linear penalty.
///   - held: per component whether it stays as it is; empty for none.
///   - penalty: the pull of neighbours.
///   - passes: most passes of coordinate descent per row.
public func updateQuadraticWeights(
  components: Int, width: Int, gram: [Float], products: [Float], weights: inout [Float], sparsity: [Float],
  held: [Bool] = [], penalty: RowPenalty = RowPenalty(), passes: Int
) {
  let rows = weights.count / width
  precondition(gram.count >= width * width && products.count >= rows * width && sparsity.count >= components)
  precondition(held.isEmpty || held.count >= components)
  precondition(
    penalty.neighbours.isEmpty || (penalty.neighbours.count >= rows && penalty.targets.count >= rows * width))
  let flags = held.map { $0 ? UInt8(1) : 0 }
  var scratch = [Float](repeating: 0, count: (width + 1) * width)
  unsafe weights.withUnsafeMutableBufferPointer { weights in
    unsafe penalty.neighbours.withUnsafeBufferPointer { neighbours in
      unsafe flags.withUnsafeBufferPointer { flags in
        unsafe lamella_quadratic_rows(
          rows, components, width, gram, products, weights.baseAddress, sparsity, penalty.smoothness,
          neighbours.isEmpty ? nil : neighbours.baseAddress, penalty.targets,
          flags.isEmpty ? nil : flags.baseAddress, Int32(passes), &scratch)
      }
    }
  }
}
