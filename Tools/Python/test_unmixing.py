"""Masks, sums, differences and abundances as h5py and SciPy see them."""

import h5py
import numpy as np
import pytest
from scipy import ndimage
from scipy.optimize import nnls

from conftest import only_map, signal


@pytest.fixture(scope="module")
def rock(lamella, tmp_path_factory):
    """A simulated map with masks of its phases by truth, their spectra, and abundances."""
    path = tmp_path_factory.mktemp("rock") / "rock.hspy"
    lamella("simulate", "mineral", "-o", path, "--size", "36x32", "--channels", 512, "--counts", 500, "--seed", 5)
    for component, name in ((2, "fp"), (3, "capv")):
        lamella("mask", "threshold", path, "--from", "truth", "--component", component, "--method", 0, "--name", name)
    for name, expression in (("matrix", "not (fp or capv)"), ("fp-mix", "fp minus capv"), ("grown", "dilate(fp, 3)"),
                             ("core", "erode(fp, 2)")):
        lamella("mask", "combine", path, expression, "--name", name)
    for name in ("matrix", "fp-mix", "capv"):
        lamella("spectrum", path, "--mask", name, "--name", name)
    lamella("subtract", path, "--spectrum", "fp-mix", "--matrix", "matrix", "--element", "Si", "--fit", "windows",
            "--name", "fp")
    for name, words in (("fixed", []), ("free", ["--free-thickness"]), ("likely", ["--method", "poisson-fcls"])):
        lamella("abundances", path, "--spectra", "matrix,fp,capv", "--name", name, *words)
    return path


def test_masks_are_scipys(rock):
    with h5py.File(rock) as file:
        masks = {name: group["mask"][...] for name, group in only_map(file)["masks"].items()}
    assert masks["fp"].dtype == bool
    assert np.array_equal(masks["matrix"], ~(masks["fp"] | masks["capv"]))
    assert np.array_equal(masks["grown"], ndimage.binary_dilation(masks["fp"], iterations=3))
    assert np.array_equal(masks["core"], ndimage.binary_erosion(masks["fp"], iterations=2, border_value=1))


def background(values):
    """The half-sample mode, and the deviation of what lies below it."""
    part = np.sort(values)
    while len(part) > 8:
        half = (len(part) + 1) // 2
        start = np.argmin(part[half - 1:] - part[:len(part) - half + 1])
        part = part[start:start + half]
    middle = np.median(part)
    return middle, 1.4826 * np.median(middle - values[values < middle])


@pytest.mark.parametrize("share", [False, True])
def test_reaches_lie_above_noise(lamella, rock, share):
    name = "reach-share" if share else "reach"
    lamella("mask", "threshold", rock, "--from", "free", "--component", 2, "--smooth", 3, "--background", "matrix",
            "--method", "noise:2", "--name", name, *(["--share"] if share else []))
    with h5py.File(rock) as file:
        entry = only_map(file)
        images = signal(entry["results"]["free"]["abundances"])[...].astype(float)
        outside, mask = (entry["masks"][key]["mask"][...] for key in ("matrix", name))
    image = images[1] / images.sum(axis=0) if share else images[1]
    smooth = ndimage.gaussian_filter(image, 3, mode="constant", truncate=4)
    smooth /= ndimage.gaussian_filter(np.ones_like(image), 3, mode="constant", truncate=4)
    middle, deviation = background(smooth[outside])
    differences = np.sort(np.abs(np.concatenate([np.diff(image, axis=axis).ravel() for axis in (0, 1)])))
    pixel = 1.4826 * differences[len(differences) // 2] / np.sqrt(2)
    weights = np.exp(-np.arange(-12, 13) ** 2 / 18)
    noise = pixel * (weights**2).sum() / weights.sum() ** 2
    assert noise > 0
    assert np.array_equal(mask, smooth > middle + 2 * max(deviation, noise))


def test_spectra_are_sums(rock):
    with h5py.File(rock) as file:
        entry = only_map(file)
        counts = signal(entry["data"])[...].astype(float)
        for name in ("matrix", "fp-mix", "capv"):
            mask = entry["masks"][name]["mask"][...]
            result = entry["results"][name]
            assert np.array_equal(signal(result["spectrum"])[...], counts[mask].sum(axis=0))
            assert np.array_equal(signal(result["variance"])[...], counts[mask].sum(axis=0))
            assert result["scalars"]["pixels"][()] == mask.sum()


def test_differences_carry_two_errors(rock):
    with h5py.File(rock) as file:
        results = only_map(file)["results"]
        mixture, matrix = (signal(results[name]["spectrum"])[...] for name in ("fp-mix", "matrix"))
        found = results["fp"]
        scale, deviation = (found["scalars"][name][()] for name in ("scale", "scale_deviation"))
        assert np.allclose(signal(found["spectrum"])[...], mixture - scale * matrix, rtol=0, atol=1e-9)
        assert np.allclose(signal(found["variance"])[...], mixture + scale**2 * matrix)
        assert np.allclose(signal(found["common_deviation"])[...], deviation * matrix)


def unmixed(file):
    """The weighted problem that least squares solves: spectra, data, and counts of every pixel."""
    entry = only_map(file)
    counts = signal(entry["data"])[...].astype(float)
    counts = counts.reshape(-1, counts.shape[-1])
    mean = counts.sum(axis=0)
    used = mean > 0
    spectra = np.array([signal(entry["results"][name]["spectrum"])[...] for name in ("matrix", "fp", "capv")])
    spectra = spectra[:, used] / spectra[:, used].sum(axis=1, keepdims=True)
    weights = np.sqrt(mean.sum() / mean[used])
    return spectra.T * weights[:, None], counts[:, used] * weights, counts.sum(axis=1)


def test_abundances_are_those_of_nnls(rock):
    with h5py.File(rock) as file:
        model, data, totals = unmixed(file)
        results = only_map(file)["results"]
        fixed = signal(results["fixed"]["abundances"])[...].reshape(3, -1).T
        free = signal(results["free"]["abundances"])[...].reshape(3, -1).T
        thickness = signal(results["free"]["thickness"])[...].ravel()
    assert np.allclose(fixed.sum(axis=1), 1, atol=1e-5)
    # A heavy row holds the sum (Heinz and Chang 2001): exact as its weight grows.
    heavy = 1e5
    constrained = np.vstack([model, heavy * np.ones((1, 3))])
    for pixel in range(0, len(data), 3):
        expected, _ = nnls(constrained, np.append(data[pixel] / totals[pixel], heavy))
        assert np.allclose(fixed[pixel], expected, atol=2e-4), pixel
        expected, _ = nnls(model, data[pixel])
        assert np.allclose(free[pixel] * thickness[pixel], expected, rtol=1e-4, atol=1e-3 * totals[pixel]), pixel


def test_likely_abundances_cannot_be_bettered(rock):
    with h5py.File(rock) as file:
        entry = only_map(file)
        counts = signal(entry["data"])[...].astype(float)
        counts = counts.reshape(-1, counts.shape[-1])
        spectra = np.array([signal(entry["results"][name]["spectrum"])[...] for name in ("matrix", "fp", "capv")])
        used = counts.sum(axis=0) > 0
        spectra = np.clip(spectra[:, used], 0, None)
        spectra /= spectra.sum(axis=1, keepdims=True)
        found = signal(entry["results"]["likely"]["abundances"])[...].reshape(3, -1).T.astype(float)
    for pixel in range(0, len(counts), 5):
        row = counts[pixel, used]
        known = (row > 0) & (spectra.sum(axis=0) > 0)
        expected = found[pixel] @ spectra[:, known]
        gradient = spectra[:, known] @ (row[known] / expected) / row[known].sum()
        # The conditions of Karush, Kuhn and Tucker, to the precision of the floats that are stored.
        assert gradient.max() < 1 + 1e-3, pixel
        assert np.all(np.abs(gradient[found[pixel] > 0.02] - 1) < 1e-3), pixel


def test_hyperspy_reads_abundances(lamella, rock):
    hs = pytest.importorskip("hyperspy.api")
    with h5py.File(rock) as file:
        stored = signal(only_map(file)["results"]["fixed"]["abundances"])[...]
    output = rock.parent / "abundances.hspy"
    lamella("export", rock, "mineral/results/fixed/abundances", "-o", output)
    loaded = hs.load(output)
    loaded = loaded[0] if isinstance(loaded, list) else loaded
    assert np.array_equal(np.asarray(loaded.data), stored)
    assert loaded.axes_manager.signal_dimension == 2
