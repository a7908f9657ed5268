"""Files of microscopes come in as RosettaSciIO reads them: values bit for bit, axes, and what HyperSpy knows of the instrument.

`oracle.json` in the folder of real files tells what RosettaSciIO reads. A departure is an entry below with its reason.
"""

import hashlib
import json
import os
import re
import subprocess
import warnings
from fnmatch import fnmatch
from pathlib import Path

import h5py
import hyperspy.api as hs
import numpy as np
import pytest

DATA = os.environ.get("LAMELLA_TEST_DATA")
VENDORS = ("bruker", "emd", "jeol", "tia", "mrc", "nexus", "dm")

# What differs, and why: files by pattern, the signal's number in the oracle or None for all, the words of the difference by
# pattern. All of an entry is needed: one that meets no difference is an error.
EXCEPTIONS = [
    ("formats/bruker/bcf*", None, "axis width: scale .*",
     "columns have the scale of rows there; the header has one for each, and so has the image of the same scan"),
    ("formats/dm/2D/test_fft_packed_complex8.dm4", 0, "absent: .*", "a column of transforms of odd width is lost there"),
    ("formats/emd/Si100*", None, "axis (bin_outer_angle|[RQ]_[xy]): units .*",
     "Prismatic writes nm and mrad for what its own parameters show to be Å and rad"),
    ("formats/emd/Si100_2D_3D_DPC_potential_2slices.emd", None, "axis .*", "as in the others of Prismatic's files"),
    ("formats/emd/example_axis_len_1.emd", 0, "axis .*: navigates or not", "three axes of an EMD file are a stack of images here"),
    ("formats/emd/example_*.emd", None, r"axis : units '' instead of '\[\]'", "brackets around nothing are no unit"),
    ("formats/emd/example_signal.emd", 0, "axis : navigates or not", "three axes of an EMD file are a stack of images here"),
    ("formats/emd/py4DSTEM*.h5", 0, "axis R[xy]: navigates or not", "a scan of diffraction patterns is one, whoever wrote it"),
    ("formats/emd/velox_EELS_EDS/*", None, "axis .*",
     "maps of elements by EELS have no calibration of their own there; here that of the spectrum image of the same area"),
    ("formats/emd/velox_EELS_EDS/*", 17, "absent: .*",
     "the extents of the X-ray map are there those of the last image of the file, of another scan"),
    ("formats/nexus/*", None, "axis <undefined>: name .*", "axes without a name have one here, by their number"),
    ("formats/nexus/n*", None, "axis <undefined>: navigates or not",
     "all axes without a name navigate there"),
    ("formats/nexus/*", None, "absent: .*",
     "what lies outside of every NXdata, and what is there twice by links, comes in with --dataset"),
    ("formats/mrc/*", None, "axis .*: (scale|name|units) .*",
     "the header of Direct Electron has no size of a pixel, which is -1 or 1 there; here it is that of the settings beside it, "
     "and patterns have the axes of patterns"),
    ("formats/mrc/ROI_Random_Scan_movie.mrc", 0, "absent: .*",
     "the points of the scan that was taken in random order are a grid here"),
    ("formats/tia/*.emi", None, "axis [xy]: offset .*",
     "scales are turned from metres into nanometres there, and offsets stay in metres; those of navigation axes are the beam's"),
    ("formats/tia/*.emi", None, "axis x: (scale 1.0 instead of 1000000000.0|name 'point' .*|units '' instead of 'nm')",
     "single points have a step of 1 metre there"),
]

# Files that hold no map for us although RosettaSciIO reads something.
REFUSED = {
    "formats/emd/example_object_dtype_data.emd": "texts are no map",
    "formats/nexus/nexus_test_datakey.nxs": "without an NXdata one has to choose with --dataset",
}

# Files of which hs.load is compared on both sides.
LOADED = (
    "formats/bruker/Hitachi_TM3030Plus.bcf",
    "formats/bruker/test_TEM.bcf",
    "formats/bruker/bruker_nano.spx",
    "formats/dm/2D/test_STEM_image.dm3",
    "formats/dm/3D/EELS_SI.dm4",
    "formats/emd/velox_EELS_EDS/example_velox_EELS_EDS.emd",
    "formats/emd/fei_example_tem_stack.emd",
    "formats/jeol/Sample/00_View000/View000_0000006.pts",
    "formats/mrc/HAADFscan.mrc",
    "formats/tia/old/16x16_STEM_BF_DF_acquire.emi",
)

# What HyperSpy's metadata of both sides differ in, and why: files and places in the metadata by pattern.
METADATA_EXCEPTIONS = [
    ("formats/bruker/*", ".*energy_resolution_MnKa",
     "130 eV is HyperSpy's usual value; ours is the width at Mn Kα of the calibration in the file"),
    ("formats/dm/*", ".*beam_current", "a beam without a current would show nothing: 0 means that it is not known"),
    ("formats/emd/fei*", ".*magnification", "0 means that it is not known"),
    ("formats/emd/*", r".*Stage\..*", "metres there, and rounded to as many digits as millimetres would have; HyperSpy's place is in mm"),
    ("formats/emd/*", ".*(elevation|azimuth)_angle", "of each detector by itself here; those of all of them together there"),
    ("formats/emd/*", r".*TEM\.microscope", "the model of the instrument is told too"),
    ("formats/tia/*", r".*Camera\.exposure", "the vendor's text stays in the original metadata"),
]


def oracle():
    # Python writes what JSON lacks, and reads it.
    return json.loads(Path(DATA, "oracle.json").read_text(encoding="utf-8")) if DATA else {}


def readable():
    """The endings of the formats that can be read, by the program's own word."""
    program = os.environ.get("LAMELLA")
    if not program:
        return set()
    done = subprocess.run([program, "formats", "--json"], capture_output=True, text=True, check=True)
    return {ending for f in json.loads(done.stdout)["formats"] if f["reads"] for ending in f["extensions"]}


ORACLE = oracle()
ENDINGS = readable()
FILES = sorted(
    name for name, found in ORACLE.items()
    if name.split("/")[1] in VENDORS and Path(name).suffix[1:].lower() in ENDINGS and "signals" in found
)


class Read:
    """A map of an imported file, as h5py shows it."""

    def __init__(self, file, name):
        experiment = file["Experiments"][name]
        data = experiment["data"]
        self.name = name
        self.shape = list(data.shape)
        self.dtype = str(data.dtype)
        values = data[...]
        self.digest = hashlib.sha256(np.ascontiguousarray(values.astype(values.dtype.newbyteorder("<"))).tobytes()).hexdigest()
        self.axes = [dict(experiment[f"axis-{i}"].attrs) for i in range(data.ndim)]


def differences(ours, theirs):
    """In what a map differs from a signal of the oracle."""
    found = []
    # Colours are a type of their own there, and a last axis here.
    is_colour = theirs["dtype"].startswith("[('R'")
    shape = theirs["shape"] + ([4] if is_colour else [])
    dtype = ("uint16" if "u2" in theirs["dtype"] else "uint8") if is_colour else theirs["dtype"]
    if (ours.shape, ours.dtype) != (shape, dtype):
        return [f"absent: no map of {shape} {dtype}"]
    if theirs.get("sha256") and ours.digest != theirs["sha256"]:
        found.append("other values")
    for mine, its in zip(ours.axes, theirs["axes"]):
        for key, usual in (("scale", 1.0), ("offset", 0.0)):
            wanted = usual if its.get(key) is None else its[key]
            if not np.isclose(float(mine.get(key, usual)), wanted, rtol=1e-6, atol=1e-12):
                found.append(f"axis {its['name']}: {key} {mine.get(key)} instead of {wanted}")
        for key in ("name", "units"):
            own = mine.get(key, "")
            own = "" if not isinstance(own, str) or own in ("<undefined>", "_None_") else own
            wanted = "" if its[key] == "<undefined>" else its[key]
            # A slash stands between blanks there.
            if own != wanted.replace(" / ", "/"):
                found.append(f"axis {its['name']}: {key} {own!r} instead of {wanted!r}")
        if bool(mine.get("navigate")) != its["navigate"]:
            found.append(f"axis {its['name']}: navigates or not")
    return found


def is_known(name, number, difference):
    """Whether a difference is an exception; notes those that were needed."""
    for index, (files, signal, pattern, _) in enumerate(EXCEPTIONS):
        if fnmatch(name, files) and signal in (None, number) and re.fullmatch(pattern, difference):
            NEEDED.add(index)
            return True
    return False


NEEDED = set()


@pytest.mark.skipif(not FILES, reason="LAMELLA_TEST_DATA names no folder of real files")
@pytest.mark.parametrize("name", FILES)
def test_comes_in_as_rosettasciio_reads_it(lamella, tmp_path, name):
    path = Path(DATA, name)
    if name in REFUSED:
        lamella("import", path, "-o", tmp_path / "maps.hspy", code=3)
        return
    report = lamella.json("import", path, "-o", tmp_path / "maps.hspy", "--verify")
    assert all(m["verified"] for m in report["maps"])
    assert lamella.json("validate", tmp_path / "maps.hspy")["ok"]
    with h5py.File(tmp_path / "maps.hspy") as file:
        maps = [Read(file, m["name"]) for m in report["maps"]]
    problems = []
    signals = list(enumerate(ORACLE[name]["signals"]))
    # Those that agree in all go first, so that they are not taken for others.
    for exactly in (True, False):
        for number, signal in list(signals):
            each = [(differences(one, signal), one) for one in maps] or [(["absent: no map is left"], None)]
            nearest, one = min(each, key=lambda pair: (pair[0][0].startswith("absent") if pair[0] else False, len(pair[0])))
            if exactly and nearest:
                continue
            signals.remove((number, signal))
            if one and not (nearest and nearest[0].startswith("absent")):
                maps.remove(one)
            unknown = [d for d in nearest if not is_known(name, number, d)]
            if unknown:
                problems.append(f"{number} {signal['title']!r} {signal['shape']}: {'; '.join(unknown)}")
    assert not problems, "\n".join(problems)


def leaves(tree, path=""):
    for key, value in tree.items():
        place = f"{path}.{key}" if path else key
        if isinstance(value, dict):
            yield from leaves(value, place)
        else:
            yield place, value


def all_of(loaded):
    return loaded if isinstance(loaded, list) else [loaded]


@pytest.mark.skipif(not FILES, reason="LAMELLA_TEST_DATA names no folder of real files")
@pytest.mark.parametrize("name", [name for name in LOADED if name in FILES])
def test_hyperspy_finds_all_in_its_places(lamella, tmp_path, name):
    path = Path(DATA, name)
    lamella("import", path, "-o", tmp_path / "maps.hspy")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = all_of(hs.load(str(path)))
        ours = all_of(hs.load(str(tmp_path / "maps.hspy")))
    known = [pattern for files, pattern, _ in METADATA_EXCEPTIONS if fnmatch(name, files)]
    problems = []
    for number, signal in enumerate(theirs):
        if is_known(name, number, "absent: "):
            continue
        same = [s for s in ours if s.data.shape == signal.data.shape and np.array_equal(
            s.data, signal.data, equal_nan=s.data.dtype.kind in "fc")]
        assert same, f"{number} {signal.metadata.General.title!r}: no signal of equal values"
        assert any(type(s) is type(signal) for s in same), f"{number}: {type(same[0])} instead of {type(signal)}"
        wanted = dict(leaves(signal.metadata.as_dictionary()))

        def departures(other):
            own = dict(leaves(other.metadata.as_dictionary()))
            for place, value in wanted.items():
                if not place.startswith(("Acquisition_instrument.", "Sample.elements", "General.date", "General.time")):
                    continue
                if value is None or any(re.fullmatch(pattern, place) for pattern in known):
                    continue
                if place not in own:
                    yield f"{place}: absent instead of {value!r}"
                elif isinstance(value, (int, float)) and not isinstance(value, bool):
                    if not np.isclose(float(own[place]), float(value), rtol=1e-4, atol=1e-9):
                        yield f"{place}: {own[place]!r} instead of {value!r}"
                elif isinstance(value, str) and str(own[place]) != value:
                    yield f"{place}: {own[place]!r} instead of {value!r}"
                elif isinstance(value, (list, tuple, np.ndarray)) and sorted(map(str, own[place])) != sorted(map(str, value)):
                    yield f"{place}: {own[place]!r} instead of {value!r}"

        found = min((list(departures(s)) for s in same), key=len)
        problems += [f"{number} {signal.metadata.General.title!r} {one}" for one in found]
    assert not problems, "\n".join(problems)


@pytest.mark.skipif(not FILES, reason="LAMELLA_TEST_DATA names no folder of real files")
def test_every_exception_is_needed(request):
    ran = {item.name for item in request.session.items if item.name.startswith("test_comes_in")}
    if len(ran) < len(FILES):
        pytest.skip("only some of the files were read")
    idle = [entry for index, entry in enumerate(EXCEPTIONS) if index not in NEEDED]
    assert not idle, "\n".join(map(str, idle))
