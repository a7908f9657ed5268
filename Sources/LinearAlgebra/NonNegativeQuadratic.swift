internal import CKernels

/// Minimises g·(z − z₀) + ½ (z − z₀)ᵀB(z − z₀) over z ≥ 0 by coordinate descent from z = z₀.
///
/// - Parameters:
///   - curvature: B, positive semi-definite, n rows of `stride` values, n = `gradient.count`.
///   - gradient: at `point` on entry, at the solution on return.
///   - point: z₀ on entry, the solution on return.
///   - held: coordinates that keep their value; empty for none.
///   - passes: most passes over the coordinates; it ends earlier once nothing changes by a part in 10⁵.
public func minimizeNonNegativeQuadratic(
  curvature: [Float], stride: Int, gradient: inout [Float], point: inout [Float], held: [Bool] = [], passes: Int = 100
) {
  precondition(curvature.count >= gradient.count * stride && point.count >= gradient.count)
  precondition(held.isEmpty || held.count == gradient.count)
  let flags = held.map { $0 ? UInt8(1) : 0 }
  let n = gradient.count
  unsafe curvature.withUnsafeBufferPointer { curvature in
    unsafe gradient.withUnsafeMutableBufferPointer { g in
      unsafe point.withUnsafeMutableBufferPointer { z in
        unsafe flags.withUnsafeBufferPointer { held in
          unsafe lamella_nonnegative_quadratic(
            n, stride, curvature.baseAddress, g.baseAddress, z.baseAddress, held.isEmpty ? nil : held.baseAddress,
            Int32(passes))
        }
      }
    }
  }
}
