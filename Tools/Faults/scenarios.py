"""The commands that are cut off, on small files."""

import os
from dataclasses import dataclass
from typing import Callable

import h5py
import numpy as np

@dataclass
class Scenario:
    """A command, what it starts from, and the files it works on."""

    name: str
    command: list
    #: The files whose content the command may change.
    targets: list
    #: Makes the files that are there before; takes the layer's way of running a command.
    prepare: Callable
    #: The maps that it makes, each in a transaction of its own.
    maps: tuple = ()
    #: Whether it takes its new files away when it fails.
    takes_back: bool = False


def make_mineral(run, size="12x12", channels="48", output="file.hspy"):
    run(["simulate", "mineral", "-q", "-o", output, "--size", size, "--channels", channels])


def make_dump(folder, name, shape, seed):
    random = np.random.default_rng(seed)
    np.save(os.path.join(folder, name), random.poisson(1.0, shape).astype("u2"))


def scenarios(large=False):
    """All of them; on more data where they must take long enough to be hit at a random moment."""
    size, channels = ("128x128", "512") if large else ("12x12", "48")
    shape = (96, 96, 512) if large else (10, 10, 48)
    chunks = "16,16,256" if large else "5,5,24"
    one = [] if large else ["--threads", "1"]

    def nothing(folder, run):
        pass

    def one_map(folder, run):
        make_mineral(run, size, channels)

    def one_map_and_dumps(folder, run):
        make_mineral(run, size, channels)
        make_dump(folder, "second.npy", shape, 1)
        make_dump(folder, "third.npy", shape, 2)

    def with_result(folder, run):
        make_mineral(run, size, channels)
        run(["pca", "file.hspy", "-q", "-k", "3", *one])
        make_dump(folder, "second.npy", shape, 1)
        run(["import", "second.npy", "-q", "-o", "file.hspy", "--chunks", chunks, *one])

    def with_hole(folder, run):
        with_result(folder, run)
        run(["remove", "file.hspy", "second", "-q"], may_fail=True)

    def resaved(folder, run):
        with_result(folder, run)
        with h5py.File(f"{folder}/file.hspy") as old, h5py.File(f"{folder}/changed.hspy", "w") as new:
            for key in ("file_format", "file_format_version"):
                new.attrs[key] = old.attrs[key]
            old.copy("Experiments", new)
            for experiment in new["Experiments"].values():
                if "learning_results" in experiment:
                    del experiment["learning_results"]

    nmf = ["nmf", "file.hspy", "-q", "-k", "2", "--max-iterations", "400" if large else "6", "--tolerance", "0", *one]
    return [
        Scenario(
            "simulate",
            ["simulate", "mineral", "-q", "-o", "file.hspy", "--size", size, "--channels", channels],
            ["file.hspy"], nothing,
        ),
        Scenario(
            "import", ["import", "second.npy", "-q", "-o", "file.hspy", "--chunks", chunks, *one], ["file.hspy"],
            one_map_and_dumps,
        ),
        Scenario(
            "import-two",
            ["import", "second.npy", "third.npy", "-q", "-o", "file.hspy", "--chunks", chunks, *one], ["file.hspy"],
            one_map_and_dumps, ("second", "third"),
        ),
        Scenario("nmf", nmf, ["file.hspy"], one_map),
        Scenario("pca", ["pca", "file.hspy", "-q", "-k", "3", *one], ["file.hspy"], one_map),
        Scenario("remove", ["remove", "file.hspy", "mineral/results/pca"], ["file.hspy"], with_result),
        Scenario("adopt", ["adopt", "file.hspy", "changed.hspy", "-q"], ["changed.hspy"], resaved),
        Scenario("repack", ["repack", "file.hspy", "-q"], ["file.hspy"], with_hole),
        Scenario("archive", ["archive", "file.hspy", "-q", "-o", "archive.hspy"], ["archive.hspy"], with_result, takes_back=True),
    ]  # fmt: skip
