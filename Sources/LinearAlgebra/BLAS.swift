internal import CLinearAlgebra

/// OpenBLAS, started once for this CPU, and told by each thread that calls it to use no other.
enum BLAS {
  private static let started: Void = lamella_start_blas()

  /// Comes before every call of BLAS or LAPACK.
  static func prepare() {
    _ = started
    lamella_use_one_blas_thread()
  }
}
