"""Archives and repacked files: everything that other programs put into a file is in its copy, and means the same."""

import hashlib
import json
import shutil

import h5py
import numpy as np
import pytest

from conftest import only_map, signal


@pytest.fixture
def decorated(mineral, tmp_path):
    """A Lamella file with what HDF5 can hold besides, as other programs leave it."""
    path = tmp_path / "rock.hspy"
    shutil.copy(mineral.path, path)
    with h5py.File(path, "r+") as file:
        group = file.create_group("mineral/strange", track_order=True)
        for name in ["z", "a", "m"]:
            group.create_group(name)
            group.attrs[f"{name}-order"] = name
        # One dataset under three names, a loop, and links that lead nowhere.
        group["one"] = np.arange(12, dtype=">i4").reshape(3, 4)
        group["two"] = group["one"]
        file["mineral/three"] = group["one"]
        group["loop"] = file["mineral"]
        group["soft"] = h5py.SoftLink("/nowhere")
        group["outside"] = h5py.ExternalLink("other.h5", "/x")
        # Types.
        group["number"] = np.dtype([("a", "<i2"), ("b", h5py.string_dtype())])
        group.create_dataset("table", data=np.array([(1, "x"), (2, "yé")], dtype=group["number"].dtype), dtype=group["number"])
        group.attrs.create("typed", np.array((3, "z"), dtype=group["number"].dtype), dtype=group["number"])
        group.create_dataset("ragged", (2,), dtype=h5py.vlen_dtype("f4"))
        group["ragged"][0] = [1, 2, 3]
        group["text"] = ["one", "zwei", ""]
        group["empty"] = h5py.Empty("f8")
        group.attrs["nothing"] = h5py.Empty("S3")
        group.attrs["complex"] = np.array([1 + 2j, 3])
        group.attrs["enum"] = np.array([True, False])
        group["growing"] = np.zeros(0)
        group.create_dataset("log", data=np.arange(5), maxshape=(None,), chunks=(2,), fletcher32=True, fillvalue=7)
        group.create_dataset("sparse", shape=(1000, 1000), chunks=(100, 100), dtype="f4", fillvalue=3)[500, 500] = 1
        # References: dimension scales, and plain ones to objects and regions.
        x = group.create_dataset("x", data=np.linspace(0, 1, 4))
        x.make_scale("position")
        group["one"].dims[1].attach_scale(x)
        group.create_dataset("references", data=np.array([x.ref, group.ref, file.ref, None], dtype=h5py.ref_dtype))
        group.create_dataset("regions", data=np.array([x.regionref[1:3]], dtype=h5py.regionref_dtype))
        group.attrs["reference"] = x.ref
        group.attrs.create("region", group["one"].regionref[1, 2:4], dtype=h5py.regionref_dtype)
    return path


def check_decoration(path):
    with h5py.File(path) as file:
        group = file["mineral/strange"]
        assert list(group)[:3] == ["z", "a", "m"]
        assert [name for name in group.attrs if name.endswith("-order")] == ["z-order", "a-order", "m-order"]
        assert group["one"] == group["two"] == file["mineral/three"]
        assert group["one"].dtype == ">i4"
        assert np.array_equal(group["one"], np.arange(12).reshape(3, 4))
        assert group["loop"] == file["mineral"]
        assert group.get("soft", getlink=True).path == "/nowhere"
        assert group.get("outside", getlink=True).filename == "other.h5"
        assert h5py.h5t.TypeID.committed(group["table"].id.get_type())
        assert h5py.h5o.get_info(group["table"].id.get_type()).addr == h5py.h5o.get_info(group["number"].id).addr
        typed = h5py.h5a.open(group.id, b"typed").get_type()
        assert h5py.h5o.get_info(typed).addr == h5py.h5o.get_info(group["number"].id).addr
        assert [tuple(row) for row in group["table"]] == [(1, b"x"), (2, "yé".encode())]
        assert group.attrs["typed"]["a"] == 3
        assert group["ragged"][0].tolist() == [1, 2, 3] and group["ragged"][1].size == 0
        assert group["text"].asstr()[...].tolist() == ["one", "zwei", ""]
        assert group["empty"].shape is None and isinstance(group.attrs["nothing"], h5py.Empty)
        assert group.attrs["complex"].tolist() == [1 + 2j, 3]
        assert group.attrs["enum"].tolist() == [True, False]
        assert group["log"].maxshape == (None,) and group["log"].fletcher32 and group["log"].fillvalue == 7
        assert group["log"][...].tolist() == [0, 1, 2, 3, 4]
        assert group["sparse"].id.get_num_chunks() == 1
        assert group["sparse"][0, 0] == 3 and group["sparse"][500, 500] == 1
        assert group["one"].dims[1]["position"] == group["x"]
        references = group["references"]
        assert file[references[0]] == group["x"] and file[references[1]] == group and file[references[2]] == file["/"]
        assert not references[3]
        assert file[group["regions"][0]] == group["x"]
        assert np.array_equal(group["x"][group["regions"][0]], group["x"][1:3])
        assert file[group.attrs["reference"]] == group["x"]
        assert np.array_equal(group["one"][group.attrs["region"]].ravel(), [6, 7])
        assert not any(name.startswith(".") for name in file)


def test_repacked(lamella, decorated):
    (before,) = lamella.json("info", decorated)["maps"]
    report = lamella.json("repack", decorated, "--chunks", "8x8x64", "--level", 1)
    assert report["content"]["without_digest"] > 0
    assert report["content"]["outside"][0]["path"].endswith("/outside")
    check_decoration(decorated)
    (after,) = lamella.json("info", decorated)["maps"]
    assert after["chunks"] == [8, 8, 64] and after["digest"] == before["digest"]
    assert after["results"] == before["results"]
    lamella("verify", decorated)
    # Once more, as it is: nothing is left to give back.
    size = decorated.stat().st_size
    lamella("repack", decorated)
    assert abs(decorated.stat().st_size - size) < 0.05 * size
    check_decoration(decorated)


def test_archived(lamella, decorated, tmp_path):
    folder = tmp_path / "deposit"
    folder.mkdir()
    archive = folder / "kept.hspy"
    before = decorated.read_bytes()
    report = lamella.json("archive", decorated, "-o", archive, "--license", "https://creativecommons.org/licenses/by/4.0/")
    assert decorated.read_bytes() == before
    check_decoration(archive)
    lamella("verify", archive)
    assert report["sha256"] == hashlib.sha256(archive.read_bytes()).hexdigest()

    beside = (folder / "kept.hspy.manifest.txt").read_text()
    assert report["sha256"] in beside
    with h5py.File(archive) as file:
        inside = file.attrs["manifest"]
        assert report["sha256"] not in inside
        # Both list every dataset with its digest.
        datasets = {}
        file.visititems(lambda name, item: datasets.update({name: item}) if isinstance(item, h5py.Dataset) else None)
        for name, item in datasets.items():
            assert f"/{name}" in inside
            if "sha256" in item.attrs:
                assert item.attrs["sha256"] in inside and item.attrs["sha256"] in beside
        values = signal(only_map(file)["data"])
        assert hashlib.sha256(values[...].tobytes()).hexdigest() in beside


def test_crate(lamella, mineral, tmp_path):
    rocrate = pytest.importorskip("rocrate.rocrate")
    lamella("archive", mineral.path, "-o", tmp_path / "first one.hspy")
    lamella("archive", mineral.path, "-o", tmp_path / "second.hspy", "--license", "https://creativecommons.org/publicdomain/zero/1.0/")
    crate = rocrate.ROCrate(tmp_path)
    files = {entity.id: entity for entity in crate.data_entities}
    assert set(files) == {"first%20one.hspy", "first%20one.hspy.manifest.txt", "second.hspy", "second.hspy.manifest.txt"}
    archive = files["second.hspy"]
    content = (tmp_path / "second.hspy").read_bytes()
    assert archive["contentSize"] == str(len(content)) and archive["sha256"] == hashlib.sha256(content).hexdigest()
    assert archive["encodingFormat"][0] == "application/x-hdf5"
    assert crate.root_dataset["license"].id.endswith("zero/1.0/")
    actions = [entity for entity in crate.get_entities() if entity.type == "CreateAction"]
    assert {action["instrument"]["name"] for action in actions if "software" in str(action["instrument"])} == {"lamella"}


def test_crate_of_others_is_left_alone(lamella, mineral, tmp_path):
    foreign = {"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": []}
    (tmp_path / "ro-crate-metadata.json").write_text(json.dumps(foreign))
    lamella("archive", mineral.path, "-o", tmp_path / "a.hspy", code=4)
    assert [path.name for path in tmp_path.iterdir()] == ["ro-crate-metadata.json"]


def known(loaded):
    """Metadata without those of the reading itself."""
    tree = loaded.metadata.as_dictionary()
    del tree["General"]["FileIO"]
    return tree


@pytest.mark.parametrize("command", ["archive", "repack"])
def test_hyperspy_opens_it(lamella, mineral, tmp_path, command):
    hs = pytest.importorskip("hyperspy.api")
    path = tmp_path / "rock.hspy"
    if command == "archive":
        lamella("archive", mineral.path, "-o", path)
    else:
        shutil.copy(mineral.path, path)
        lamella("repack", path, "--level", 9)
    before, after = (hs.load(str(name)) for name in (mineral.path, path))
    assert np.array_equal(before.data, after.data)
    assert known(before) == known(after)
    assert np.array_equal(before.learning_results.loadings, after.learning_results.loadings)
    lazy = hs.load(str(path), lazy=True)
    assert np.array_equal(lazy.isig[:4].data.compute(), before.isig[:4].data)


def test_changed_values_stop_it(lamella, decorated, tmp_path):
    with h5py.File(decorated, "r+") as file:
        signal(only_map(file)["data"])[3, 4, 5] += 1
    content = decorated.read_bytes()
    lamella("archive", decorated, "-o", tmp_path / "kept.hspy", code=3)
    lamella("repack", decorated, "--level", 9, code=3)
    assert decorated.read_bytes() == content
    assert [path.name for path in tmp_path.iterdir()] == ["rock.hspy"]
