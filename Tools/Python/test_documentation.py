"""The Python that the documentation shows runs, on a file such as it speaks of."""

import hashlib
import shutil
from pathlib import Path

import numpy as np

DOCUMENTATION = Path(__file__).parents[2] / "Documentation"


def snippets(name):
    """The indented blocks of a page that are Python."""
    block = []
    for line in (DOCUMENTATION / name).read_text(encoding="utf-8").splitlines() + ["end"]:
        if line.startswith("    ") or (block and not line):
            block.append(line[4:])
        else:
            text = "\n".join(block)
            if "import " in text or " = " in text:
                yield text
            block = []


def test_file_format(lamella, mineral, tmp_path, monkeypatch):
    shutil.copy(mineral.path, tmp_path / "session.hspy")
    monkeypatch.chdir(tmp_path)
    names = {}
    blocks = list(snippets("FileFormat.md"))
    assert len(blocks) == 6
    for block in blocks:
        exec(block, names)  # noqa: S102
    assert names["model"].shape == names["counts"].shape
    assert np.isclose(names["model"].sum(), names["counts"][...].sum(), rtol=0.05)
    (described,) = lamella.json("info", mineral.path)["maps"]
    assert hashlib.sha256(names["values"].tobytes()).hexdigest() == described["digest"]
    assert type(names["signal"]).__name__ == "LazyEDSTEMSpectrum"
