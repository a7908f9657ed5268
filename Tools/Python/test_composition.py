"""Compositions and abundances as h5py and HyperSpy read them, beside what the commands said."""

import h5py
import numpy as np
import pytest

from conftest import only_map, signal
from test_documentation import snippets

ELEMENTS = ["O", "Mg", "Al", "Si", "Ca", "Fe"]
PHASES = ["matrix", "fp", "capv"]


@pytest.fixture(scope="module")
def rock(lamella, tmp_path_factory):
    """A simulated map, its phases by truth, what `quantify` said of the matrix, and abundances of all."""
    path = tmp_path_factory.mktemp("composition") / "rock.hspy"
    lamella("simulate", "mineral", "-o", path, "--size", "40x32", "--channels", 1024, "--counts", 400, "--seed", 7)
    for component, name in ((2, "fp"), (3, "capv")):
        lamella("mask", "threshold", path, "--from", "truth", "--component", component, "--method", 0, "--name", name)
    lamella("mask", "combine", path, "not (fp or capv)", "--name", "matrix")
    for name in PHASES:
        lamella("spectrum", path, "--mask", name, "--name", name)
    said = lamella.json("quantify", path, "--spectrum", "matrix", "--elements", ",".join(ELEMENTS), "--name", "composition")
    lamella("abundances", path, "--spectra", ",".join(PHASES), "--name", "phases")
    return path, said


def test_the_table_is_what_quantify_said(rock):
    path, said = rock
    with h5py.File(path) as file:
        result = only_map(file)["results/composition"]
        table = result["composition"]
        units = dict(zip(table.dtype.names, table.attrs["units"]))
        rows = table[...]
        scalars = {name: value[()] for name, value in result["scalars"].items()}
        convention = result["convention"].asstr()[()]
    assert [symbol.decode() for symbol in rows["symbol"]] == ELEMENTS == [row["symbol"] for row in said["elements"]]
    assert [line.decode() for line in rows["line"]] == [row["line"] for row in said["elements"]]
    for name in set(rows.dtype.names) - {"symbol", "line"}:
        assert np.array_equal(rows[name], [row[name] for row in said["elements"]]), name
    assert units["atomic_percent"] == units["weight_percent_error"] == "%"
    assert units["net_counts"] == "counts"
    for name in ("reduced_chi_square", "deviance_per_dof", "degrees_of_freedom"):
        assert scalars[name] == said[name], name
    assert convention == said["convention"]


def test_the_table_holds_together(rock):
    """Percent add up, and the simple errors are those of the published formula, C/√N."""
    path, _ = rock
    with h5py.File(path) as file:
        rows = only_map(file)["results/composition/composition"][...]
    for name in ("atomic_percent", "weight_percent"):
        assert np.isclose(rows[name].sum(), 100)
    weights = rows["factor"] * rows["net_counts"] * rows["absorption"]
    assert np.allclose(rows["weight_percent"], 100 * weights / weights.sum(), rtol=1e-6)
    found = rows["net_counts"] > 0
    expected = rows["atomic_percent"][found] / np.sqrt(rows["net_counts"][found])
    assert np.allclose(rows["atomic_percent_error_paper"][found], expected)


def test_the_composition_is_the_truth(rock):
    path, _ = rock
    with h5py.File(path) as file:
        results = only_map(file)["results"]
        rows = results["composition/composition"][...]
        truth = results["truth/compositions"][...]
    truth = {row["element"]: row["atomic_percent"] for row in truth[truth["phase"] == b"bridgmanite"]}
    for row in rows:
        error = row["atomic_percent_error"]
        assert abs(row["atomic_percent"] - truth[row["symbol"]]) < 4 * error + 0.1, row["symbol"]


def test_hyperspy_reads_abundances_with_their_axes(lamella, rock):
    hs = pytest.importorskip("hyperspy.api")
    path, _ = rock
    with h5py.File(path) as file:
        entry = only_map(file)
        stored = signal(entry["results/phases/abundances"])[...]
        x = signal_axis(entry)
    output = path.parent / "abundances.hspy"
    lamella("export", path, "mineral/results/phases/abundances", "-o", output)
    loaded = hs.load(output)
    loaded = loaded[0] if isinstance(loaded, list) else loaded
    assert np.array_equal(np.asarray(loaded.data), stored)
    assert np.allclose(loaded.data.sum(axis=0), 1, atol=1e-5)
    assert loaded.axes_manager.navigation_shape == (len(PHASES),)
    horizontal = loaded.axes_manager.signal_axes[0]
    assert (horizontal.name, horizontal.units, horizontal.size) == ("x", "nm", len(x))
    assert np.allclose(horizontal.axis, x)


def test_the_page_runs(lamella, rock, monkeypatch):
    """The Python of the page on unmixing, on a file with results of the names that it speaks of."""
    pytest.importorskip("hyperspy.api")
    path, said = rock
    exported = path.parent / "phases.hspy"
    lamella("export", path, "mineral/results/phases/abundances", "-o", exported)
    monkeypatch.chdir(path.parent)
    names = {}
    blocks = [block for block in snippets("Unmixing.md") if not block.startswith("$")]
    assert len(blocks) == 3
    for block in blocks:
        exec(block, names)  # noqa: S102
    assert names["percent"] == {row["symbol"]: row["atomic_percent"] for row in said["elements"]}
    assert np.array_equal(np.asarray(names["maps"].data), names["abundances"])


def signal_axis(entry):
    """The positions of the map's columns."""
    data = entry["data"]
    return data[data.attrs["axes"][1]][...]
