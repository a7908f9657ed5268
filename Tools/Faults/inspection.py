"""What is in a file, by h5py alone, and whether it is whole."""

import hashlib

import h5py
import numpy as np

DIGEST = "sha256"
COMPLETE = "lamella_complete"
CHECKSUMS = "/checksums"


def digest(dataset):
    """SHA-256 of the decoded values in C order, little-endian; of strings their UTF-8, each closed by a NUL; of tables row by row."""
    if dataset.dtype.names:
        cells = (cell for row in dataset[...] for cell in row)
        return hashlib.sha256(
            b"".join(cell + b"\0" if isinstance(cell, bytes) else np.float64(cell).tobytes() for cell in cells)
        ).hexdigest()
    if h5py.check_string_dtype(dataset.dtype):
        values = np.asarray(dataset.asstr()[...]).ravel()
        return hashlib.sha256(b"".join(value.encode() + b"\0" for value in values)).hexdigest()
    values = np.ascontiguousarray(dataset[...])
    return hashlib.sha256(values.astype(values.dtype.newbyteorder("<")).tobytes()).hexdigest()


class Contents:
    """The datasets that have digests, the groups, and what is marked unfinished."""

    def __init__(self, path):
        self.digests, self.groups, self.unfinished, self.wrong = {}, set(), set(), []
        with h5py.File(path, "r") as file:
            self.is_ours = "lamella_layout" in file.attrs
            self.walk(file, "")

    def walk(self, group, path):
        if not group.attrs.get(COMPLETE, True):
            self.unfinished.add(path)
        for name in group:
            below = f"{path}/{name}"
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                continue
            node = group[name]
            if isinstance(node, h5py.Group):
                self.groups.add(below)
                self.walk(node, below)
                continue
            found = digest(node)
            stored = node.attrs.get(DIGEST)
            if stored is None:
                continue
            stored = stored.decode() if isinstance(stored, bytes) else str(stored)
            if stored.removeprefix("sha256:") != found:
                self.wrong.append(f"{below}: its values have another SHA-256 than it says")
            self.digests[below] = found

    def is_unfinished(self, path):
        return any(path == top or path.startswith(top + "/") for top in self.unfinished)


class Expectation:
    """What a command should leave: all of what was there before, and its own work whole or not at all."""

    def __init__(self, before, after, maps=()):
        """
        Args:
            maps: names of maps that may be there one without the other.
        """
        self.before, self.after, self.maps = before, after, maps
        old = set() if before is None else before.groups | set(before.digests)
        new = set() if after is None else (after.groups | set(after.digests)) - old
        # Checksums go by digests, whosever they are; `lamella verify` knows what belongs to what.
        new = {path for path in new if not path.startswith(CHECKSUMS)}
        self.units = sorted(path for path in new if path.rsplit("/", 1)[0] not in new)

    def problems(self, found):
        """What is wrong with a file's contents."""
        problems = list(found.wrong)
        for path, value in ({} if self.before is None else self.before.digests).items():
            allowed = {value, None if self.after is None else self.after.digests.get(path)}
            if path not in found.digests:
                if None not in allowed:
                    problems.append(f"{path} was committed and is gone")
            elif found.digests[path] not in allowed:
                problems.append(f"{path} was committed and has other values now")
        if self.after is None:
            return problems
        present, absent = {}, {}
        for unit in self.units:
            map_name = next((name for name in self.maps if name in unit.split("/")), None)
            names = {path for path in self.after.digests if path == unit or path.startswith(unit + "/")}
            if unit not in found.groups and unit not in found.digests:
                absent.setdefault(map_name, unit)
            elif not found.is_unfinished(unit):
                present.setdefault(map_name, unit)
                missing = sorted(names - set(found.digests))
                if missing:
                    problems.append(f"{unit} is there without {missing[0]}")
        if not found.unfinished:
            for name in set(present) & set(absent):
                problems.append(f"{present[name]} is there, {absent[name]} is not")
        return problems
