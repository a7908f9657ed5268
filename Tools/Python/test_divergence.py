"""The number that a factorisation reports is the number that its stored factors have."""

import h5py
import numpy as np
from scipy.special import xlogy

from conftest import factors, only_map, signal


def divergence(counts, model):
    """Kullback–Leibler: Σ x log(x/m) − x + m."""
    positive = counts > 0
    logarithms = xlogy(counts[positive], counts[positive] / model[positive]).sum()
    return logarithms - counts.sum() + model.sum()


def test_kullback_leibler(mineral):
    with h5py.File(mineral.path) as file:
        counts = signal(only_map(file)["data"])[...].astype(np.float64)
        spectra, abundances = factors(file)
    counts = counts.reshape(-1, counts.shape[-1])
    assert spectra.shape[0] == abundances.shape[1] == 3
    expected = divergence(counts, abundances @ spectra)
    assert mineral.report["loss"] == "kl"
    assert np.isclose(mineral.report["divergence"], expected, rtol=1e-4)


def test_no_worse_than_scikit_learn(mineral):
    from sklearn.decomposition import NMF

    with h5py.File(mineral.path) as file:
        counts = signal(only_map(file)["data"])[...].astype(np.float64)
    counts = counts.reshape(-1, counts.shape[-1])
    model = NMF(3, solver="mu", beta_loss="kullback-leibler", init="nndsvda", max_iter=200, random_state=0)
    abundances = model.fit_transform(counts)
    theirs = divergence(counts, np.maximum(abundances @ model.components_, 1e-12))
    assert mineral.report["divergence"] <= theirs * 1.0005


def test_the_same_bits_on_any_number_of_threads(lamella, mineral, tmp_path):
    import shutil

    copy = shutil.copy(mineral.path, tmp_path / "copy.h5")
    for threads in (1, 3):
        lamella("nmf", copy, "--components", 3, "--seed", 1, "--threads", threads, "--name", f"by{threads}")
    with h5py.File(copy) as file:
        for one, three in zip(factors(file, "by1"), factors(file, "by3")):
            assert np.array_equal(one, three)
