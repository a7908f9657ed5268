internal import CLinearAlgebra

/// OpenBLAS, started once for this CPU and for one thread.
enum BLAS {
  static let started: Void = lamella_start_blas()
}
