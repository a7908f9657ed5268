"""What other programs do to a file, `lamella verify` names, down to the chunk."""

import zlib

import h5py
import numpy as np
import pytest

SHAPE = (40, 40, 600)


@pytest.fixture
def session(lamella, tmp_path):
    """A map of several chunks."""
    counts = np.random.default_rng(3).poisson(0.4, size=SHAPE).astype(np.uint16)
    np.save(tmp_path / "grain.npy", counts)
    path = tmp_path / "session.hspy"
    lamella("import", tmp_path / "grain.npy", "-o", path)
    assert lamella.json("verify", path)["ok"]
    return path


def values(file):
    data = file["grain/data"]
    return data[data.attrs["signal"]]


def only_problem(report):
    assert not report["ok"] and len(report["problems"]) == 1
    return report["problems"][0]


def test_the_checksums_are_those_of_zlib(session):
    with h5py.File(session) as file:
        counts = values(file)
        digest, shape, chunks = counts.attrs["sha256"], counts.shape, counts.chunks
        name = "-".join([digest, "x".join(map(str, shape)), "x".join(map(str, chunks))])
        checksums = file["checksums"][name]
        assert checksums.shape == tuple(-(-s // c) for s, c in zip(shape, chunks))
        for index in np.ndindex(checksums.shape):
            part = counts[tuple(slice(i * c, (i + 1) * c) for i, c in zip(index, chunks))]
            assert zlib.crc32(part.tobytes()) == checksums[index]


def test_a_value_written_by_h5py(lamella, session):
    with h5py.File(session, "r+") as file:
        counts = values(file)
        counts[35, 3, 300] += 1
        chunks = counts.chunks
        offset = tuple(p // c * c for p, c in zip((35, 3, 300), chunks))
        address = counts.id.get_chunk_info_by_coord(offset).byte_offset
    problem = only_problem(lamella.json("verify", session, code=1))
    assert problem["path"] == "/grain/data/" + ("counts" if "counts" in problem["path"] else "intensity")
    (chunk,) = problem["chunks"]
    assert tuple(chunk["offset"]) == offset
    assert chunk["index"] == [o // c for o, c in zip(offset, chunks)]
    assert chunk["problem"] == "holds other values"
    # The file was written anew at that chunk; h5py says where.
    assert chunk["address"] == address
    text = lamella("verify", session, code=1)
    assert f"chunk at ({', '.join(map(str, offset))}), byte {address} of the file" in text


def test_flipped_bytes(lamella, session):
    with h5py.File(session) as file:
        counts = values(file)
        places = [counts.id.get_chunk_info(index) for index in (0, 4)]
    content = bytearray(session.read_bytes())
    for place in places:
        content[place.byte_offset + place.size // 2] ^= 0x10
    session.write_bytes(content)
    problem = only_problem(lamella.json("verify", session, code=1))
    assert [chunk["address"] for chunk in problem["chunks"]] == sorted(place.byte_offset for place in places)
    assert {chunk["problem"] for chunk in problem["chunks"]} == {"does not inflate"}


def test_a_chunk_that_is_gone(lamella, session):
    with h5py.File(session, "r+") as file:
        old = values(file)
        data = old.parent
        made = h5py.h5d.create(data.id, b"copy", old.id.get_type(), old.id.get_space(), old.id.get_create_plist())
        for index in range(1, old.id.get_num_chunks()):
            place = old.id.get_chunk_info(index)
            mask, content = old.id.read_direct_chunk(place.chunk_offset)
            made.write_direct_chunk(place.chunk_offset, content, mask)
        data["copy"].attrs["sha256"] = old.attrs["sha256"]
    problem = only_problem(lamella.json("verify", session, code=1))
    assert problem["path"] == "/grain/data/copy"
    assert [(chunk["offset"], chunk["problem"]) for chunk in problem["chunks"]] == [([0, 0, 0], "is not stored")]


def test_recompression_changes_nothing(lamella, session, tmp_path):
    with h5py.File(session, "r+") as file:
        old = values(file)
        made = file.create_dataset("again", data=old[...], chunks=old.chunks, compression="gzip", compression_opts=9)
        made.attrs["sha256"] = old.attrs["sha256"]
    assert lamella.json("verify", session)["ok"]


def test_many_chunks_are_told_in_brief(lamella, session):
    with h5py.File(session, "r+") as file:
        counts = values(file)
        counts[...] = 1
        count = counts.id.get_num_chunks()
    assert len(only_problem(lamella.json("verify", session, code=1))["chunks"]) == count
    assert f"and {count - 5} more" in lamella("verify", session, code=1)


def test_a_truncated_file(lamella, session):
    content = session.read_bytes()
    session.write_bytes(content[:5678])
    problem = only_problem(lamella.json("verify", session, code=1))
    assert problem["path"] == "/"
    assert problem["problem"] == f"truncated: 5678 bytes, its superblock says {len(content)}"


def test_a_damaged_root(lamella, session):
    content = bytearray(session.read_bytes())
    content[96:160] = b"\xff" * 64
    session.write_bytes(content)
    assert only_problem(lamella.json("verify", session, code=1))["path"] == "/"


def test_no_file_and_other_files(lamella, tmp_path):
    lamella("verify", tmp_path / "none.hspy", code=3)
    (tmp_path / "text.hspy").write_text("no HDF5")
    lamella("verify", tmp_path / "text.hspy", code=3)
    (tmp_path / "empty.hspy").write_bytes(b"")
    lamella("verify", tmp_path / "empty.hspy", code=3)
    with h5py.File(tmp_path / "foreign.h5", "w") as file:
        file["data"] = [1, 2, 3]
    lamella("verify", tmp_path / "foreign.h5", code=3)
