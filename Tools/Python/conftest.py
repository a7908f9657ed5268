"""What the cross-checks share: the built program, and files made with it."""

import json
import os
import subprocess
from pathlib import Path

import h5py
import numpy as np
import pytest

SHAPE = (32, 24, 512)


class Lamella:
    """The program under test; LAMELLA names it."""

    def __init__(self):
        self.path = os.environ.get("LAMELLA")
        if not self.path:
            pytest.exit("LAMELLA must name the built program, as Tools/test does", returncode=2)

    def __call__(self, *words, code=0):
        """Runs a command and returns what it printed; fails on another exit code than `code`."""
        done = subprocess.run(
            [self.path, *map(str, words)], capture_output=True, text=True, stdin=subprocess.DEVNULL
        )
        assert done.returncode == code, f"{' '.join(map(str, words))}: {done.returncode}\n{done.stderr}"
        return done.stdout

    def json(self, *words, code=0):
        return json.loads(self(*words, "--json", code=code))


@pytest.fixture(scope="session")
def lamella():
    return Lamella()


@pytest.fixture(scope="session")
def mineral(lamella, tmp_path_factory):
    """A simulated map, factorised; to be read only. `report` is what `lamella nmf` said."""
    path = tmp_path_factory.mktemp("mineral") / "mineral.hspy"
    size = f"{SHAPE[0]}x{SHAPE[1]}"
    lamella("simulate", "mineral", "-o", path, "--size", size, "--channels", SHAPE[2], "--counts", 200, "--seed", 7)
    report = lamella.json("nmf", path, "--components", 3, "--loss", "kl", "--seed", 1)
    return Mineral(path, report)


class Mineral:
    def __init__(self, path, report):
        self.path = path
        self.report = report


def signal(group):
    """The dataset that an NXdata group shows."""
    name = group.attrs["signal"]
    return group[name.decode() if isinstance(name, bytes) else name]


def axes(group):
    """The axis vectors of an NXdata group, slowest first."""
    names = group.attrs["axes"]
    return [group[name.decode() if isinstance(name, bytes) else name] for name in names]


def only_map(file):
    """The one NXentry of a file."""
    entries = [g for g in file.values() if isinstance(g, h5py.Group) and g.attrs.get("NX_class") == "NXentry"]
    assert len(entries) == 1
    return entries[0]


def factors(file, result="nmf"):
    """Spectra (k, channels) and abundances (pixels, k) of a stored factorisation, as double precision."""
    group = only_map(file)["results"][result]
    spectra = signal(group["spectra"])[...].astype(np.float64)
    abundances = signal(group["abundances"])[...].astype(np.float64)
    return spectra, abundances.reshape(len(abundances), -1).T


@pytest.fixture
def counts():
    """A small map of counts whose every value differs from its neighbours'."""
    generator = np.random.default_rng(5)
    return generator.poisson(3, size=(7, 5, 33)).astype(np.uint16)
