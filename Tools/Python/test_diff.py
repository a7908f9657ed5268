"""`lamella diff` tells what other programs changed, and counts differing values as NumPy does."""

import shutil

import h5py
import numpy as np
import pytest

from conftest import axes, only_map, signal


@pytest.fixture
def pair(mineral, tmp_path):
    copy = tmp_path / "copy.hspy"
    shutil.copy(mineral.path, copy)
    return mineral.path, copy


def by_path(report):
    return {difference["path"]: difference for difference in report["differences"]}


def test_a_copy_is_the_same(lamella, pair):
    report = lamella.json("diff", *pair)
    assert report["equal"] and not report["differences"] and not report["provenance"]
    assert report["bytes_read"] > 0
    assert lamella.json("diff", "--digests", *pair)["bytes_read"] == 0


def test_a_repacked_copy_is_the_same(lamella, pair, tmp_path):
    original, copy = pair
    with h5py.File(copy, "r+") as file:
        data = only_map(file)["data"]
        name = data.attrs["signal"]
        old = data[name]
        attributes = {key: old.attrs[key] for key in old.attrs if key != "sha256"}
        values = old[...]
        del data[name]
        new = data.create_dataset(name, data=values, chunks=(5, 7, 100), compression="gzip", compression_opts=1)
        new.attrs.update(attributes)
    report = lamella.json("diff", "--digests", original, copy)
    assert report["equal"] and report["bytes_read"] == values.nbytes


def test_values_and_metadata(lamella, pair):
    original, copy = pair
    with h5py.File(copy, "r+") as file:
        entry = only_map(file)
        counts = signal(entry["data"])
        before = counts[...]
        after = before.copy()
        after[np.random.default_rng(1).random(after.shape) < 0.001] += 5
        after[-1, -1, -1] = 900
        counts[...] = after
        del counts.attrs["sha256"]
        energies = axes(entry["data"])[-1]
        energies.attrs["units"] = "eV"
        entry["instrument/source/energy"][...] = 80.0
        del entry["instrument/source/energy"].attrs["sha256"]
        entry["vendor"].attrs["note"] = "measured twice"
        del entry["results/truth"]
        entry["results/nmf/note"][...] = "a remark"
        del entry["results/nmf/note"].attrs["sha256"]
        names = counts.name, energies.name
    report = lamella.json("diff", original, copy, code=1)
    told = by_path(report)
    values = told[names[0]]["values"]
    differing = np.argwhere(before != after)
    assert values["count"] == len(differing) and values["total"] == before.size
    assert values["first"] == differing[0].tolist()
    assert values["largest"] == np.abs(after.astype(int) - before).max()
    first = tuple(differing[0])
    assert (told[names[0]]["a"], told[names[0]]["b"]) == (str(before[first]), str(after[first]))
    assert (told[f"{names[1]}@units"]["a"], told[f"{names[1]}@units"]["b"]) == ('"keV"', '"eV"')
    assert told["/mineral/instrument/source/energy"]["b"] == "80.0 keV"
    assert "a" not in told["/mineral/vendor@note"]
    assert told["/mineral/results/truth"]["aspect"] == "missing"
    assert len(told) == 5
    assert [difference["path"] for difference in report["provenance"]] == ["/mineral/results/nmf/note"]
    text = lamella("diff", original, copy, code=1)
    assert f"{len(differing)} of {before.size} values" in text
    assert lamella.json("diff", original, copy, "--object", "mineral/results/nmf/spectra")["equal"]
