"""Every file of Data/ is registered, and is what the registry says."""

import hashlib
from pathlib import Path

DATA = Path(__file__).resolve().parents[2] / "Data"


def entries():
    """The blocks of the registry as dictionaries; a line that begins with blanks continues the one before."""
    blocks = (DATA / "registry.txt").read_text().split("\n\n")
    for block in blocks:
        lines = [line for line in block.splitlines() if not line.startswith(("#", " "))]
        if lines:
            yield dict(line.split(": ", 1) for line in lines)


def test_registry():
    registered = {}
    for entry in entries():
        assert {"file", "sha256", "holds", "source", "licence"} <= entry.keys()
        registered[entry["file"]] = entry["sha256"]
    found = {
        str(path.relative_to(DATA)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in DATA.rglob("*")
        if path.is_file() and path.name != "registry.txt"
    }
    assert found == registered
