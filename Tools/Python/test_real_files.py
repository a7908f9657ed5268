"""Real maps of HyperSpy's users come in without loss, are factorised, and open again."""

import os
import warnings
from pathlib import Path

import hyperspy.api as hs
import numpy as np
import pytest

DATA = os.environ.get("LAMELLA_TEST_DATA")
FILES = sorted(p for folder in ("edxs", "eels") for p in Path(DATA, folder).glob("*.hspy")) if DATA else []


@pytest.mark.skipif(not DATA, reason="LAMELLA_TEST_DATA names no folder of real files")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_comes_in_without_loss(lamella, tmp_path, path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = hs.load(path)
        theirs = theirs[0] if isinstance(theirs, list) else theirs
    lamella("import", path, "-o", tmp_path / "ours.hspy")
    assert lamella.json("validate", tmp_path / "ours.hspy") == {
        "file": str(tmp_path / "ours.hspy"), "ok": True, "problems": []
    }
    ours = hs.load(tmp_path / "ours.hspy")
    ours = ours[0] if isinstance(ours, list) else ours
    assert type(ours) is type(theirs)
    assert ours.data.dtype == theirs.data.dtype
    assert np.array_equal(ours.data, theirs.data, equal_nan=ours.data.dtype.kind in "fc")
    for mine, its in zip(ours.axes_manager._axes, theirs.axes_manager._axes, strict=True):
        assert mine.size == its.size
        assert np.allclose(mine.axis, its.axis)
        assert str(mine.units) == str(its.units)


@pytest.mark.skipif(not DATA, reason="LAMELLA_TEST_DATA names no folder of real files")
@pytest.mark.parametrize("name", ["edxs/mineral_88GPa.hspy", "eels/CuZn_EELS_mapping_tutorial.hspy"])
def test_is_factorised(lamella, tmp_path, name):
    path = tmp_path / "map.hspy"
    lamella("import", Path(DATA, name), "-o", path)
    report = lamella.json("nmf", path, "--components", 3)
    assert report["converged"]
    assert lamella.json("verify", path)["ok"]
    results = hs.load(path, lazy=True).learning_results
    assert results.factors.shape[1] == results.loadings.shape[1] == 3
