"""The graph of a history is one that Graphviz takes, and says what the files say."""

import hashlib
import re
import shutil
import subprocess

import h5py
import numpy as np
import pytest

STRING = r'"(?:[^"\\]|\\.)*"'
ATTRIBUTES = rf"\[(\w+=(?:\w+|{STRING}))(?:, \w+=(?:\w+|{STRING}))*\]"
STATEMENT = re.compile(rf"  (?:rankdir=TB|(?:node|edge|n\d+|n\d+ -> n\d+)(?: {ATTRIBUTES})?);")


@pytest.fixture
def session(lamella, tmp_path):
    """A result in one file, of a map that was copied from another, of a raw dump with a name to stumble over."""
    counts = np.random.default_rng(3).poisson(2.0, size=(8, 9, 64)).astype(np.uint16)
    dump = tmp_path / 'a "raw" \\ <dump>.npy'
    np.save(dump, counts)
    lamella("import", dump, "-o", tmp_path / "first.hspy", "--name", "grain")
    lamella("export", tmp_path / "first.hspy", "grain", "-o", tmp_path / "second.hspy")
    lamella("nmf", tmp_path / "second.hspy", "--components", "2")
    lamella("nmf", tmp_path / "second.hspy", "--components", "2", "--spectra-from", "nmf", "--name", "refined")
    return tmp_path / "second.hspy"


def test_graphviz_takes_it(lamella, session):
    dot = lamella("history", session, "--dot")
    lines = dot.rstrip("\n").split("\n")
    assert lines[0] == "digraph history {" and lines[-1] == "}"
    for line in lines[1:-1]:
        assert STATEMENT.fullmatch(line), line
    if program := shutil.which("dot"):
        drawn = subprocess.run([program, "-Tsvg"], input=dot, text=True, capture_output=True, check=True)
        assert not drawn.stderr
        assert drawn.stdout.count('class="node"') == 5


def test_nodes_and_edges_are_those_of_the_files(lamella, session):
    history = lamella.json("history", session, "grain/results/refined")
    nodes = {node["id"]: node for node in history["nodes"]}
    assert sorted(node["kind"] for node in nodes.values()) == ["file", "map", "map", "result", "result"]
    for node in nodes.values():
        place = session.parent / node["file"]
        if node["kind"] == "file":
            assert hashlib.sha256(place.read_bytes()).hexdigest() == node["sha256"]
            continue
        with h5py.File(place) as file:
            group = file[node["path"]]
            made = group if node["kind"] == "result" else group["provenance"]
            assert made["operation"].asstr()[()] == node["operation"]
    for edge in history["edges"]:
        assert edge["state"] == "same"
        if "path" in edge:
            with h5py.File(session.parent / nodes[edge["from"]]["file"]) as file:
                assert file[edge["path"]].attrs["sha256"] == edge["sha256"]


def test_rerun_finds_the_value_that_another_program_changed(lamella, session):
    assert lamella.json("rerun", session, "refined", "--chain")["identical"]
    with h5py.File(session, "r+") as file:
        file["grain/results/refined/spectra/spectra"][1, 5] += 0.25
    report = lamella.json("rerun", session, "refined", code=1)
    (differing,) = [value for value in report["objects"][0]["values"] if value["differing"]]
    assert differing["name"] == "spectra" and differing["differing"] == 1
