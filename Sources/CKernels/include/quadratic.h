#pragma once
#include <stddef.h>

/// Minimises g·(z − z₀) + ½ (z − z₀)ᵀ B (z − z₀) over z ≥ 0 by coordinate descent, from z = z₀.
///
/// B: n × n with row stride `stride`, positive semi-definite. g is the gradient at z₀ and is left as the gradient at z.
/// Coordinates whose `held` flag is not 0 stay as they are (null: none). At most `passes` passes over the coordinates;
/// ends earlier when a pass changes nothing by more than a part in 10⁵ of the largest coordinate.
void lamella_nonnegative_quadratic(
    size_t n, size_t stride, const float *B, float *g, float *z, const unsigned char *held, int passes);

/// Updates the weights of rows whose products with the spectra are known: for each row it minimises
/// ½ wᵀ(gram)w − products[r]·w + sparsity[i]·w_i + λ·Σ_n (w − target_n)² over w ≥ 0, from the weights given.
///
/// gram: width × width; products, weights, targets: rows × width; neighbours: per row the (weighted) number of
/// neighbours, null when λ is 0; scratch: (width + 1) × width. Components whose `held` flag is set stay (null: none). At most `passes` passes of coordinate descent per row.
void lamella_quadratic_rows(
    size_t rows, size_t components, size_t width, const float *gram, const float *products, float *weights,
    const float *sparsity, float smoothness, const float *neighbours, const float *targets,
    const unsigned char *held, int passes, float *scratch);

/// One step of the spectra towards the maximum of the Poisson likelihood, channel by channel.
///
/// gradient, curvature: what lamella_poisson_rows accumulated (curvature null: expectation–maximisation).
/// weight_sums: Σ_r w, components values. factor: columns × width, updated, kept at or above floor but for components
/// whose `held` flag is set. The step is damped as that of the rows, with the shrinkage of every expected count bounded
/// by that of the spectra themselves, so that the likelihood does not decrease.
void lamella_poisson_columns(
    size_t columns, size_t components, size_t width, const float *gradient, const float *curvature,
    const float *weight_sums, const unsigned char *held, float floor, float *factor);
