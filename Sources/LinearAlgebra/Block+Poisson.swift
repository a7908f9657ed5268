public import Blocks
internal import CKernels

/// The pull of neighbouring pixels on the weights of the rows of a block: weight · Σ_n ‖w − target_n‖².
public struct RowPenalty: Sendable {
  public var smoothness: Float = 0
  /// Per row of the block its number of neighbours; empty when maps are not smoothed.
  public var neighbours: [Float] = []
  /// Per row the sum of its neighbours' targets, rows × width.
  public var targets: [Float] = []

  public init() {}
}

extension Block {
  /// The largest number of entries that a row of the block can have non-zero.
  public var longestRow: Int {
    guard case .sparse(let sparse) = values else { return columnCount }
    var longest = 0
    let panels = sparse.panelCount
    for row in 0..<rowCount {
      longest = max(longest, Int(sparse.offsets[(row + 1) * panels] - sparse.offsets[row * panels]))
    }
    return longest
  }

  /// Updates the weights of the block's rows for the Poisson likelihood of X given W·H, and accumulates what the update
  /// of the spectra needs at the new weights.
  ///
  /// See `lamella_poisson_rows` in `CKernels` for the method.
  /// - Parameters:
  ///   - factor: columns × width, the spectra channel by channel.
  ///   - spectrumSums: the sum of each spectrum plus the weight of a linear penalty on its weights, width values.
  ///   - weights: rows × width.
  ///   - floor: the least weight.
  ///   - smallest: the least expected count that is divided by.
  ///   - gradient: columns × width; Σ (x/u)·w is added. Empty: neither sum is wanted.
  ///   - curvature: columns × width × width; Σ (x/u²)·w wᵀ is added. Empty: not wanted.
  ///   - scratch: grown as needed, and reused.
  /// - Returns: Σ x·ln u − Σ u over the block at the updated weights.
  public func updatePoissonWeights(
    components: Int, width: Int, factor: [Float], spectrumSums: [Float], weights: inout [Float], penalty: RowPenalty,
    steps: Int, floor: Float, smallest: Float, gradient: inout [Float], curvature: inout [Float], scratch: inout [Float]
  ) -> Double {
    precondition(factor.count >= columnCount * width && weights.count >= rowCount * width)
    precondition(spectrumSums.count >= width && components <= width)
    precondition(gradient.isEmpty || gradient.count >= columnCount * width)
    precondition(curvature.isEmpty || (width <= 16 && curvature.count >= columnCount * width * width))
    precondition(penalty.neighbours.isEmpty || penalty.neighbours.count >= rowCount)
    precondition(penalty.targets.count >= penalty.neighbours.count * width)
    let length = (max(longestRow, width) + 15) / 16 * 16
    if scratch.count < 6 * length { scratch = Array(repeating: 0, count: 6 * length) }
    return unsafe withRows { rows in
      unsafe factor.withUnsafeBufferPointer { factor in
        unsafe weights.withUnsafeMutableBufferPointer { weights in
          unsafe gradient.withUnsafeMutableBufferPointer { gradient in
            unsafe curvature.withUnsafeMutableBufferPointer { curvature in
              unsafe scratch.withUnsafeMutableBufferPointer { scratch in
                unsafe penalty.neighbours.withUnsafeBufferPointer { neighbours in
                  unsafe penalty.targets.withUnsafeBufferPointer { targets in
                    var rows = unsafe rows
                    var terms = unsafe lamella_row_penalty(
                      smoothness: penalty.smoothness,
                      neighbours: neighbours.isEmpty ? nil : neighbours.baseAddress, targets: targets.baseAddress)
                    return unsafe lamella_poisson_rows(
                      &rows, components, width, factor.baseAddress, spectrumSums, weights.baseAddress, &terms,
                      Int32(steps), floor, smallest, gradient.isEmpty ? nil : gradient.baseAddress,
                      curvature.isEmpty ? nil : curvature.baseAddress, scratch.baseAddress, length)
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}
