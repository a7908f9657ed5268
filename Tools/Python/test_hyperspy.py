"""HyperSpy: our files open in it, and its files come in without loss."""

import shutil
import warnings

import h5py
import hyperspy.api as hs
import numpy as np
import pytest

from conftest import SHAPE, factors, only_map, signal


@pytest.mark.parametrize("lazy", [False, True])
def test_opens_as_the_right_signal(lamella, mineral, lazy):
    loaded = hs.load(mineral.path, lazy=lazy)
    assert type(loaded).__name__ == ("LazyEDSTEMSpectrum" if lazy else "EDSTEMSpectrum")
    assert loaded.data.shape == SHAPE
    (described,) = lamella.json("info", mineral.path)["maps"]
    axes = loaded.axes_manager.navigation_axes[::-1] + loaded.axes_manager.signal_axes
    for axis, ours in zip(axes, described["axes"]):
        assert axis.size == ours["size"]
        assert axis.units == ours["units"]
        assert np.isclose(axis.scale, ours["scale"]) and np.isclose(axis.offset, ours["offset"])
    if lazy:
        loaded.compute()
    with h5py.File(mineral.path) as file:
        assert np.array_equal(loaded.data, signal(only_map(file)["data"])[...])


def test_metadata_arrives(mineral):
    metadata = hs.load(mineral.path).metadata
    assert metadata.Signal.signal_type == "EDS_TEM"
    assert metadata.Acquisition_instrument.TEM.beam_energy > 0
    assert "Si" in metadata.Sample.elements


def test_factorisation_is_a_learning_result(mineral):
    loaded = hs.load(mineral.path)
    results = loaded.learning_results
    with h5py.File(mineral.path) as file:
        spectra, abundances = factors(file)
    assert results.output_dimension == 3
    assert np.allclose(results.factors, spectra.T)
    assert np.allclose(results.loadings, abundances)
    model = loaded.get_decomposition_model()
    assert np.allclose(model.data, (abundances @ spectra).reshape(SHAPE), rtol=1e-3, atol=1e-6)


def eds_map(values):
    spectra = hs.signals.Signal1D(values)
    spectra.set_signal_type("EDS_TEM")
    spectra.metadata.General.title = "Grain boundary"
    spectra.set_microscope_parameters(beam_energy=200.0, beam_current=0.4)
    spectra.add_elements(["Fe", "Pt"])
    for axis, (name, scale, offset, units) in zip(
        spectra.axes_manager._axes,
        [("y", 0.5, -1.0, "nm"), ("x", 0.25, 2.0, "nm"), ("Energy", 0.01, -0.2, "keV")],
    ):
        axis.name, axis.scale, axis.offset, axis.units = name, scale, offset, units
    return spectra


def test_its_files_import_without_loss(lamella, tmp_path, counts):
    theirs = eds_map(counts)
    theirs.save(tmp_path / "theirs.hspy")
    lamella("import", tmp_path / "theirs.hspy", "-o", tmp_path / "ours.hspy")
    ours = hs.load(tmp_path / "ours.hspy")
    assert type(ours) is type(theirs)
    assert ours.data.dtype == theirs.data.dtype
    assert np.array_equal(ours.data, theirs.data)
    for mine, its in zip(ours.axes_manager._axes, theirs.axes_manager._axes):
        assert (mine.name, mine.units, mine.size) == (its.name, its.units, its.size)
        assert np.isclose(mine.scale, its.scale) and np.isclose(mine.offset, its.offset)
    assert ours.metadata.General.title == "Grain boundary"
    assert ours.metadata.Acquisition_instrument.TEM.beam_energy == 200.0
    assert ours.metadata.Acquisition_instrument.TEM.beam_current == 0.4
    assert list(ours.metadata.Sample.elements) == ["Fe", "Pt"]


def test_export_opens(lamella, tmp_path, counts):
    eds_map(counts).save(tmp_path / "theirs.hspy")
    lamella("import", tmp_path / "theirs.hspy", "-o", tmp_path / "ours.hspy", "--name", "grain")
    lamella("export", tmp_path / "ours.hspy", "grain", "-o", tmp_path / "back.hspy")
    back = hs.load(tmp_path / "back.hspy")
    assert np.array_equal(back.data, counts)
    assert back.metadata.Signal.signal_type == "EDS_TEM"


def test_adopt_brings_back_what_a_resave_dropped(lamella, mineral, tmp_path):
    original = shutil.copy(mineral.path, tmp_path / "original.hspy")
    resaved = tmp_path / "resaved.hspy"
    loaded = hs.load(original)
    loaded.metadata.General.notes = "seen in HyperSpy"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        loaded.save(resaved)
    with h5py.File(resaved) as file:
        assert list(file) == ["Experiments"]
    lamella("adopt", original, resaved)
    assert lamella.json("validate", resaved)["ok"]
    assert lamella.json("verify", resaved)["ok"]
    with h5py.File(resaved) as file, h5py.File(original) as before:
        for ours, theirs in zip(factors(file), factors(before)):
            assert np.array_equal(ours, theirs)
    again = hs.load(resaved)
    assert again.metadata.General.notes == "seen in HyperSpy"
