"""Plain HDF5: values, types, filters and calibrations as h5py sees them."""

import hashlib
import shutil

import h5py
import numpy as np
import pytest

from conftest import SHAPE, axes, only_map, signal


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int32", "uint64", "float32", "float64", ">u2", ">f4"])
def test_imported_values_are_equal(lamella, tmp_path, counts, dtype):
    values = counts.astype(dtype)
    np.save(tmp_path / "dump.npy", values)
    lamella("import", tmp_path / "dump.npy", "-o", tmp_path / "maps.h5")
    with h5py.File(tmp_path / "maps.h5") as file:
        stored = signal(only_map(file)["data"])
        assert np.array_equal(stored[...], values)
        assert stored.dtype == values.dtype.newbyteorder("=")


def test_chunks_and_filters_are_standard(mineral):
    with h5py.File(mineral.path) as file:
        data = signal(only_map(file)["data"])
        assert data.shape == SHAPE
        assert data.compression == "gzip"
        assert data.chunks is not None


def test_axes_are_calibrated(lamella, mineral):
    (described,) = lamella.json("info", mineral.path)["maps"]
    assert described["shape"] == list(SHAPE)
    with h5py.File(mineral.path) as file:
        data = only_map(file)["data"]
        for vector, axis in zip(axes(data), described["axes"], strict=True):
            expected = axis["offset"] + axis["scale"] * np.arange(axis["size"])
            assert np.allclose(vector[...], expected, rtol=1e-6, atol=1e-9)
            assert vector.attrs["units"] == axis["units"]


def test_digest_is_of_the_values(lamella, mineral):
    (described,) = lamella.json("info", mineral.path)["maps"]
    with h5py.File(mineral.path) as file:
        values = signal(only_map(file)["data"])[...]
    little_endian = values.astype(values.dtype.newbyteorder("<"))
    assert described["digest"].removeprefix("sha256:") == hashlib.sha256(little_endian.tobytes()).hexdigest()


def test_a_changed_value_is_found(lamella, mineral, tmp_path):
    copy = shutil.copy(mineral.path, tmp_path / "copy.h5")
    assert lamella.json("verify", copy)["ok"]
    with h5py.File(copy, "r+") as file:
        signal(only_map(file)["data"])[0, 0, 0] += 1
    report = lamella.json("verify", copy, code=1)
    assert not report["ok"]
    assert report["problems"]


def test_a_dataset_of_h5py_imports_without_loss(lamella, tmp_path, counts):
    with h5py.File(tmp_path / "theirs.h5", "w") as file:
        file.create_dataset("scan/counts", data=counts, chunks=(2, 2, 33), compression="gzip")
    source = tmp_path / "theirs.h5"
    lamella("import", source, "-o", tmp_path / "maps.h5", "--dataset", "/scan/counts", "--name", "scan")
    with h5py.File(tmp_path / "maps.h5") as file:
        assert np.array_equal(signal(file["scan/data"])[...], counts)


def test_tables_are_structured_arrays(mineral):
    with h5py.File(mineral.path) as file:
        truth = only_map(file)["results/truth"]
        compositions = truth["compositions"]
        assert compositions.dtype.names == ("phase", "element", "atomic_percent", "weight_percent")
        assert list(compositions.attrs["units"]) == ["", "", "at.%", "wt.%"]
        assert compositions.dtype["atomic_percent"] == np.dtype("<f8")
        assert h5py.check_string_dtype(compositions.dtype["phase"]).encoding == "utf-8"
        rows = compositions[...]
        phase = rows["phase"].astype(str)
        for name in truth["phases"]["name"].astype(str):
            assert rows["atomic_percent"][phase == name].sum() == pytest.approx(100)
            assert rows["weight_percent"][phase == name].sum() == pytest.approx(100)
        # As Documentation/FileFormat.md gives it.
        digest = hashlib.sha256()
        for row in rows:
            for value in row:
                digest.update(value + b"\0" if isinstance(value, bytes) else np.float64(value).tobytes())
        assert compositions.attrs["sha256"] == digest.hexdigest()


def test_a_changed_table_is_found(lamella, mineral, tmp_path):
    copy = shutil.copy(mineral.path, tmp_path / "copy.h5")
    with h5py.File(copy, "r+") as file:
        path = only_map(file)["results/truth/lines"].name
        rows = file[path][...]
        rows["counts"][3] += 1
        file[path][...] = rows
    report = lamella.json("verify", copy, code=1)
    assert [problem["path"] for problem in report["problems"]] == [path]
    (difference,) = lamella.json("diff", mineral.path, copy, code=1)["differences"]
    assert difference["path"] == f"{path}/counts" and difference["values"]["first"] == [3]
