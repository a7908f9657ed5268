#pragma once
#include "rows.h"

/// The penalty that a row update adds to the negative Poisson log-likelihood.
typedef struct {
  /// Weight λ of λ·Σ_n ‖w − target_n‖² over the neighbours n of a row.
  float smoothness;
  /// Per row its number of neighbours, and the sum of their targets (rows × width); null when λ is 0.
  const float *neighbours;
  const float *targets;
} lamella_row_penalty;

/// One pass of the Poisson factorisation over some rows: updates their weights, then accumulates what the update of
/// the spectra needs.
///
/// Minimises, per row, f(w) = Σ_i w_i·spectrum_sums[i] − Σ_c x_c·ln(Σ_i w_i h_ci) + penalty over w ≥ floor, by `steps`
/// damped Newton steps (width ≤ 16) or expectation–maximisation steps (wider). Each step decreases f: the Newton
/// direction is the minimiser of the exact second-order model over w ≥ 0, and the step along it minimises the bound
/// φ(t) ≤ φ(0) − t·a + λ²·(−tρ − ln(1 − tρ))/ρ² that holds while no u_c shrinks by more than the factor 1 − tρ.
///
/// factor: columns × width, the spectra channel by channel, zero in the padding. spectrum_sums: the sum of each, plus
/// the weight of a linear penalty on its weights where there is one. weights: rows × width, updated.
/// gradient: columns × width; adds Σ_r (x/u)·w. curvature: columns × width × width; adds Σ_r (x/u²)·w wᵀ (null when
/// the spectra are held or width > 16; a null gradient leaves both out).
/// floor: the least weight; smallest: the least expected count that is divided by.
/// scratch: 6 × scratch_length floats, scratch_length at least the largest number of entries of a row, and at least width.
/// Returns Σ_r [Σ_c x_c·ln u_c − Σ_i w_i·spectrum_sums[i]] at the updated weights.
double lamella_poisson_rows(
    const lamella_rows *x, size_t components, size_t width, const float *factor, const float *spectrum_sums,
    float *weights, const lamella_row_penalty *penalty, int steps, float floor, float smallest, float *gradient,
    float *curvature, float *scratch, size_t scratch_length);
