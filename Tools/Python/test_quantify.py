"""Quantification of files that HyperSpy wrote, against the formulas in NumPy."""

import hashlib

import h5py
import numpy as np
import pytest

from conftest import only_map, signal

ENERGIES = {"O": 0.525, "Mg": 1.2536, "Si": 1.7397, "Fe": 6.3996}
WEIGHTS = {"O": 15.999, "Mg": 24.305, "Si": 28.085, "Fe": 55.845}
# Counts of a pixel.
COUNTS = {"O": 300, "Mg": 150, "Si": 200, "Fe": 50}
DOSE = 4e8
AVOGADRO, ELEMENTS = 6.02214076e23, list(COUNTS)


def expected(energies):
    """Lines of 0.065 keV + 1 % on a background that falls with the energy: no forward model of Lamella's."""
    width = np.abs(energies[1] - energies[0])
    total = 3 * width / np.maximum(energies, 0.2) * (energies > 0.1)
    for element, counts in COUNTS.items():
        deviation = (0.065 + 0.01 * ENERGIES[element]) / 2.3548
        shape = np.exp(-((energies - ENERGIES[element]) ** 2) / (2 * deviation**2))
        total = total + counts * width * shape / (deviation * np.sqrt(2 * np.pi))
    return total


def written(path, shape, offset=0.0, channels=800, dtype="<u2", units="keV", kind="TEM"):
    exspy = pytest.importorskip("exspy")
    energies = offset + 0.01 * np.arange(channels)
    data = np.random.default_rng(3).poisson(expected(energies), size=(*shape, channels)).astype(dtype)
    made = getattr(exspy.signals, f"EDS{kind}Spectrum")(data)
    axis = made.axes_manager.signal_axes[0]
    factor = 1000 if units == "eV" else 1
    axis.name, axis.units, axis.scale, axis.offset = "Energy", units, 0.01 * factor, offset * factor
    made.set_microscope_parameters(beam_energy=200 if kind == "TEM" else 20, elevation_angle=22)
    made.save(path)
    return data.astype(float)


FILES = {
    "spectrum": {"shape": ()},
    "pixel": {"shape": (1, 1)},
    "line": {"shape": (5,)},
    "odd": {"shape": (3, 7)},
    "stack": {"shape": (2, 1, 3)},
    "real": {"shape": (3, 2), "dtype": "<f4"},
    "swapped": {"shape": (2, 3), "dtype": ">u2"},
    "electronvolts": {"shape": (2, 3), "units": "eV"},
    "negative": {"shape": (2, 3), "offset": -0.2},
}


def table(method):
    """Factors of no detector in particular, and how a file of them calls them."""
    if method == "cliff-lorimer":
        return "k", {"O": 1.9, "Mg": 1.02, "Si": 1.0, "Fe": 1.35}
    if method == "zeta":
        return "zeta", {"O": 1300.0, "Mg": 700.0, "Si": 680.0, "Fe": 930.0}
    return "cross_section", {"O": 0.2, "Mg": 0.58, "Si": 0.68, "Fe": 1.0}


def composition(method, factors, net, errors, pixels, absorption=1.0):
    """Atomic percent with errors, and µg/cm²; elements first."""
    k = np.array([factors[element] for element in ELEMENTS]).reshape(-1, *[1] * (net.ndim - 1))
    mass = np.array([WEIGHTS[element] for element in ELEMENTS]).reshape(k.shape)
    strength = (1 / k if method == "cross-section" else k / mass) * absorption
    parts = strength * np.maximum(net, 0)
    total = parts.sum(axis=0)
    fraction = parts / total
    own = (strength * errors / total) ** 2
    variance = (1 - fraction) ** 2 * own + fraction**2 * (own.sum(axis=0) - own)
    thickness = None
    if method == "zeta":
        thickness = 0.1 * (mass * parts).sum() / (DOSE * pixels) * 1e6
    elif method == "cross-section":
        thickness = (mass * parts).sum() / (DOSE * pixels * 1e-24 * AVOGADRO) * 1e6
    return 100 * fraction, 100 * np.sqrt(variance), thickness


@pytest.mark.parametrize("name", FILES)
def test_every_way_of_quantifying_every_file(lamella, tmp_path, name):
    source, path = tmp_path / f"{name}.hspy", tmp_path / "file.hspy"
    counts = written(source, **FILES[name])
    lamella("import", source, "-o", path, "--name", "map")
    pixels = max(1, int(np.prod(counts.shape[:-1])))
    if counts.ndim > 1:
        lamella("spectrum", path, "--name", "sum")
    truth = np.array([COUNTS[element] * pixels for element in ELEMENTS])
    # Every combination on one file, the rest on the others.
    methods = ("cliff-lorimer", "zeta", "cross-section") if name in ("odd", "spectrum") else ("cliff-lorimer",)
    for method in methods:
        column, factors = table(method)
        file = tmp_path / f"{column}.csv"
        file.write_text(f"element,line,{column}\n" + "".join(f"{e},Ka,{v}\n" for e, v in factors.items()))
        for fit in ("model", "windows"):
            words = ["--elements", ",".join(ELEMENTS), "--method", method, "--fit", fit, "--kfactors", file]
            words += ["--dose", DOSE, "--thickness", 0, "--density", 1]
            result = f"{column}-{fit}"
            said = lamella.json("quantify", path, "--map", "map", "--name", result, *words)
            rows = said["elements"]
            net, errors = (np.array([row[key] for row in rows]) for key in ("net_counts", "net_counts_error"))
            # ± one width at half maximum holds 98 % of a line.
            assert np.allclose(net, truth, atol=5 * errors.max(), rtol=0.05), (method, fit)
            percent, error, _ = composition(method, factors, net, errors, pixels)
            if fit == "windows":
                assert np.allclose([row["atomic_percent"] for row in rows], percent, rtol=1e-4)
                assert np.allclose([row["atomic_percent_error"] for row in rows], error, rtol=1e-4)
                assert said["reduced_chi_square"] is None
            else:
                assert np.isfinite(said["reduced_chi_square"])
            if counts.ndim > 1:
                of_spectrum = lamella.json("quantify", path, "--spectrum", "sum", "--dry-run", *words)
                assert [row["net_counts"] for row in of_spectrum["elements"]] == [row["net_counts"] for row in rows]
                with h5py.File(path) as stored:
                    maps = only_map(stored)["results"][result]
                    net, errors, found, own = (
                        signal(maps[part])[...].astype(float)
                        for part in ("net_counts", "net_counts_error", "atomic_percent", "atomic_percent_error")
                    )
                assert net.shape == errors.shape == found.shape == own.shape == (4, *counts.shape[:-1])
                percent, error, _ = composition(method, factors, net, errors, 1)
                if fit == "windows":
                    assert np.allclose(found, percent, rtol=2e-4)
                    assert np.allclose(own, error, rtol=2e-4)
                # Of Poisson counts; a fit knows of Kα from Kβ too.
                assert (errors**2 >= (0.99 if fit == "windows" else 0.8) * np.maximum(net, 0)).all()
            if method != "cliff-lorimer":
                # Without absorption the counts still tell how much there is.
                free = lamella.json("quantify", path, "--map", "map", "--dry-run", *words[:-4])
                _, _, thickness = composition(
                    method,
                    factors,
                    np.array([row["net_counts"] for row in free["elements"]]),
                    np.zeros(4),
                    pixels,
                    np.array([row["absorption"] for row in free["elements"]]),
                )
                assert np.isclose(free["mass_thickness"], thickness, rtol=2e-4)
                assert free["dose"] == DOSE


def test_absorption_is_that_of_the_compound(lamella, tmp_path):
    """χ/(1 − e^−χ) with the coefficients of exSpy's tables (Chantler), which differ by up to a tenth."""
    material = pytest.importorskip("exspy").material
    source, path = tmp_path / "odd.hspy", tmp_path / "file.hspy"
    written(source, (4, 4))
    lamella("import", source, "-o", path, "--name", "map")
    words = ["--elements", ",".join(ELEMENTS), "--fit", "windows", "--thickness", 300, "--density", 4.5, "--take-off", 22]
    said = lamella.json("quantify", path, "--map", "map", "--dry-run", *words)
    weights = [row["weight_percent"] for row in said["elements"]]
    for row in said["elements"]:
        coefficient = material.mass_absorption_mixture(
            elements=ELEMENTS, weight_percent=weights, energies=ENERGIES[row["symbol"]]
        )
        depth = coefficient * 4.5 * 300e-7 / np.sin(np.radians(22))
        assert np.isclose(row["absorption"] - 1, depth / -np.expm1(-depth) - 1, rtol=0.1, atol=1e-4), row["symbol"]
    assert said["mass_thickness"] == pytest.approx(135) and said["thickness"] == pytest.approx(300)


def test_error_maps_in_hyperspy(lamella, tmp_path):
    hs = pytest.importorskip("hyperspy.api")
    source, path, output = tmp_path / "odd.hspy", tmp_path / "file.hspy", tmp_path / "errors.hspy"
    written(source, (3, 7))
    lamella("import", source, "-o", path, "--name", "map")
    lamella("quantify", path, "--map", "map", "--elements", "O,Mg,Si,Fe", "--name", "q")
    lamella("export", path, "map/results/q/atomic_percent_error", "-o", output)
    loaded = hs.load(output)
    loaded = loaded[0] if isinstance(loaded, list) else loaded
    assert loaded.data.shape == (4, 3, 7) and np.isfinite(loaded.data).all() and (loaded.data > 0).all()
    with h5py.File(path) as file:
        result = only_map(file)["results/q"]
        assert np.array_equal(signal(result["atomic_percent_error"])[...], loaded.data)
        # The pixels are of one composition: their scatter is their error.
        percent = signal(result["atomic_percent"])[...]
    scatter, error = percent.reshape(4, -1).std(axis=1), loaded.data.reshape(4, -1).mean(axis=1)
    assert np.allclose(scatter / error, 1, atol=0.5)


def test_what_is_not_there_is_refused(lamella, tmp_path):
    source, path = tmp_path / "cut.hspy", tmp_path / "file.hspy"
    written(source, (2, 2), offset=1.0, channels=300)
    lamella("import", source, "-o", path, "--name", "map")
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    for fit in ("model", "windows"):
        for method in ("cliff-lorimer", "zeta", "cross-section"):
            lamella("quantify", path, "--map", "map", "--elements", "Mg,Fe", "--fit", fit, "--method", method, code=3)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before
    assert len(lamella.json("quantify", path, "--map", "map", "--elements", "Mg,Si")["elements"]) == 2


def test_bulk_samples_are_warned_of(lamella, tmp_path):
    source, path = tmp_path / "bulk.hspy", tmp_path / "file.hspy"
    written(source, (2, 2), kind="SEM")
    lamella("import", source, "-o", path, "--name", "map")
    words = ["--map", "map", "--elements", "O,Mg,Si,Fe", "--dry-run"]
    said = lamella.json("quantify", path, *words)
    assert any("φ(ρz)" in warning for warning in said["warnings"])
    assert said["convention"].startswith("warning: the signal type is EDS_SEM")
    assert "Warning: the signal type is EDS_SEM" in lamella("quantify", path, *words)


@pytest.mark.parametrize("method", ["cliff-lorimer", "zeta", "cross-section"])
def test_the_formula_of_errors_is_the_scatter_of_draws(method):
    """The formula that the other tests go by, against 200,000 draws."""
    _, factors = table(method)
    net = np.array([30000.0, 15000, 20000, 500])
    errors = np.array([300.0, 200, 150, 40])
    _, error, _ = composition(method, factors, net, errors, 1)
    draws = np.random.default_rng(1).normal(net[:, None], errors[:, None], (4, 200_000))
    drawn, _, _ = composition(method, factors, draws, np.zeros_like(draws), 1)
    assert np.allclose(drawn.std(axis=1) / error, 1, rtol=0.01)
