"""What `lamella export` writes, other programs read."""

import csv

import h5py
import numpy as np
import pytest
from rsciio.msa import file_reader as read_msa
from rsciio.ripple import file_reader as read_ripple

from conftest import axes, factors, only_map, signal


@pytest.fixture
def stored(mineral):
    with h5py.File(mineral.path) as file:
        yield only_map(file)


def test_ripple(lamella, mineral, stored, tmp_path):
    lamella("export", mineral.path, "mineral", "-o", tmp_path / "dump.rpl")
    (read,) = read_ripple(str(tmp_path / "dump.rpl"))
    assert np.array_equal(read["data"], signal(stored["data"])[...])
    energies = axes(stored["data"])[-1]
    assert np.isclose(read["axes"][-1]["scale"], energies[1] - energies[0], rtol=1e-4)


def test_ripple_comes_back(lamella, mineral, stored, tmp_path):
    lamella("export", mineral.path, "mineral", "-o", tmp_path / "dump.rpl")
    lamella("import", tmp_path / "dump.rpl", "-o", tmp_path / "back.h5", "--name", "rock")
    before = lamella.json("info", mineral.path)["maps"][0]
    after = lamella.json("info", tmp_path / "back.h5")["maps"][0]
    assert after["name"] == "rock"
    assert after["digest"] == before["digest"]
    assert after["shape"] == before["shape"]


def test_numpy(lamella, mineral, stored, tmp_path):
    lamella("export", mineral.path, "mineral", "-o", tmp_path / "map.npy")
    assert np.array_equal(np.load(tmp_path / "map.npy"), signal(stored["data"])[...])


def test_spectra_as_csv(lamella, mineral, stored, tmp_path):
    lamella("export", mineral.path, "mineral/results/nmf/spectra", "-o", tmp_path / "spectra.csv")
    with open(tmp_path / "spectra.csv", newline="") as file:
        rows = [row for row in csv.reader(file) if row and not row[0].startswith("#")]
    table = np.array(rows[1:], dtype=float)
    assert np.allclose(table[:, 1:].T, factors(stored.file)[0], rtol=1e-5)
    assert np.allclose(table[:, 0], axes(stored["data"])[-1][...], rtol=1e-5)


def test_spectra_as_msa(lamella, mineral, stored, tmp_path):
    lamella("export", mineral.path, "mineral/results/nmf/spectra", "-o", tmp_path / "spectra.msa")
    written = sorted(tmp_path.glob("spectra*.msa"))
    assert len(written) == 3
    for path, spectrum in zip(written, factors(stored.file)[0]):
        (read,) = read_msa(str(path))
        assert np.allclose(read["data"], spectrum, rtol=1e-5)


@pytest.mark.parametrize("suffix", ["tif", "png"])
def test_images(lamella, mineral, stored, tmp_path, suffix):
    from PIL import Image

    lamella("export", mineral.path, "mineral/results/nmf/abundances", "-o", tmp_path / f"map.{suffix}")
    written = sorted(tmp_path.glob(f"map*.{suffix}"))
    frames = []
    for path in written:
        with Image.open(path) as image:
            for number in range(getattr(image, "n_frames", 1)):
                image.seek(number)
                frames.append(np.array(image, dtype=float))
    images = signal(stored["results/nmf/abundances"])[...]
    assert len(frames) == len(images)
    for frame, image in zip(frames, images):
        assert frame.shape == image.shape
        assert np.corrcoef(frame.ravel(), image.ravel())[0, 1] > 0.999
