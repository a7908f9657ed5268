"""A disk that is told what a program did, and knows what a power cut could leave of it.

What it takes for granted is what POSIX says and no more:

- The bytes and the size of a file are durable when the file was synced after they changed. Until then each sector of each
  write is there or not, whatever the order; so are changes of the size. Where a size got through and bytes did not, there
  are zeros, or with `stale` anything.
- A name (made, renamed, removed) is durable when its folder was synced after. Until then each change of a name is there or
  not; changes of one name keep their order, and a rename happens to both its names.
- After a sync that failed, what it should have written may be lost for ever, even if a later sync goes well.
"""

import os
from dataclasses import dataclass, field


@dataclass
class Change:
    """A change of a file's content: bytes at an offset, or a new size where there are none."""

    offset: int
    data: bytes | None
    is_durable: bool = False
    is_doubtful: bool = False


@dataclass
class Inode:
    durable: bytes = b""
    current: bytearray = field(default_factory=bytearray)
    changes: list = field(default_factory=list)

    @classmethod
    def holding(cls, content):
        return cls(bytes(content), bytearray(content))

    def change(self, offset, data):
        self.changes.append(Change(offset, data))
        apply(self.current, offset, data)

    def sync(self):
        for change in self.changes:
            if not change.is_doubtful:
                change.is_durable = True
        if not any(change.is_doubtful for change in self.changes):
            self.durable = bytes(self.current)
            self.changes = []

    def fail_to_sync(self):
        for change in self.changes:
            if not change.is_durable:
                change.is_doubtful = True

    @property
    def is_durable(self):
        return all(change.is_durable for change in self.changes)

    def cut(self, random, mode, stale):
        """The content after a power cut; `stale` makes up what was never written, which is zeros otherwise."""
        content = bytearray(self.durable)
        sector = random.choice((512, 4096))
        part = random.random() if mode == "random" else 0
        # One change alone lost, or one alone kept.
        chosen = random.randrange(len(self.changes)) if self.changes else 0
        for index, change in enumerate(self.changes):
            if change.is_durable:
                keeps = 1.0
            elif mode == "none" or mode == "names":
                keeps = 0.0
            elif mode == "all":
                keeps = 1.0
            elif mode == "all but one":
                keeps = float(index != chosen)
            elif mode == "only one":
                keeps = float(index == chosen)
            elif mode == "sizes":
                keeps = float(change.data is None)
            else:
                keeps = part
            if change.data is None:
                if keeps == 1 or random.random() < keeps:
                    apply(content, change.offset, None, stale)
                continue
            if mode == "sizes" and keeps == 0 and change.offset + len(change.data) > len(content):
                apply(content, change.offset + len(change.data), None, stale)
            if keeps == 0:
                continue
            start, end = change.offset, change.offset + len(change.data)
            while start < end:
                stop = min(end, (start // sector + 1) * sector)
                if keeps == 1 or random.random() < keeps:
                    apply(content, start, change.data[start - change.offset : stop - change.offset], stale)
                start = stop
        return bytes(content)


def apply(content, offset, data, stale=None):
    """Makes a change; a gap that arises is zeros, or what a source of random bytes gives."""
    end = offset if data is None else offset + len(data)
    if data is None and offset < len(content):
        del content[offset:]
        return
    if offset > len(content):
        gap = offset - len(content)
        content.extend(stale.randbytes(gap) if stale else bytes(gap))
    if data is not None:
        content[offset:end] = data


class Disk:
    """The files below a folder, as a program changes them."""

    def __init__(self, folder, files, inodes):
        """
        Args:
            files: path below the folder → content.
            inodes: path below the folder → inode number.
        """
        self.folder = folder
        self.names = {name: Inode.holding(content) for name, content in files.items()}
        self.durable_names = dict(self.names)
        self.pending_names = []
        self.by_number = {inodes[name]: inode for name, inode in self.names.items()}

    @classmethod
    def of(cls, folder):
        """What is in a folder now, all of it durable."""
        files, inodes = {}, {}
        for name in listing(folder):
            path = os.path.join(folder, name)
            with open(path, "rb") as file:
                files[name] = file.read()
            inodes[name] = os.stat(path).st_ino
        return cls(folder, files, inodes)

    def name(self, path):
        return os.path.relpath(path, self.folder)

    def do(self, operation):
        """Follows one operation of the trace."""
        kind, inode = operation.kind, self.by_number.get(operation.inode)
        if operation.result < 0:
            if kind == "sync" and inode is not None:
                inode.fail_to_sync()
            return
        if kind == "create":
            inode = self.by_number[operation.inode] = Inode()
            self.rename([(self.name(operation.path), inode)])
        elif kind == "write":
            inode.change(operation.offset, operation.data)
        elif kind == "truncate":
            inode.change(operation.offset, None)
        elif kind == "sync":
            inode.sync()
        elif kind == "sync folder":
            folder = self.name(operation.path)
            kept = []
            for change in self.pending_names:
                if any((os.path.dirname(name) or ".") == folder for name, _ in change):
                    for name, target in change:
                        point(self.durable_names, name, target)
                else:
                    kept.append(change)
            self.pending_names = kept
        elif kind == "rename":
            self.rename([(self.name(operation.path), None), (self.name(operation.other), inode)])
        elif kind == "link":
            self.rename([(self.name(operation.other), inode)])
        elif kind == "unlink":
            self.rename([(self.name(operation.path), None)])

    def rename(self, change):
        self.pending_names.append(change)
        for name, target in change:
            point(self.names, name, target)

    def files(self):
        """What a reader sees now."""
        return {name: bytes(inode.current) for name, inode in self.names.items()}

    @property
    def is_durable(self):
        return not self.pending_names and all(inode.is_durable for inode in self.names.values())

    def cut(self, random, mode, stale=False):
        """What there is after a power cut: path below the folder → content."""
        names = dict(self.durable_names)
        lost = set()
        first = random.randrange(len(self.pending_names) + 1)
        ordered = random.random() < 0.5
        for index, change in enumerate(self.pending_names):
            if mode == "none":
                keeps = False
            elif mode in ("all", "names", "sizes"):
                keeps = True
            else:
                keeps = index < first if ordered else random.random() < 0.5
            if keeps and not any(name in lost for name, _ in change):
                for name, target in change:
                    point(names, name, target)
            else:
                lost.update(name for name, _ in change)
        return {name: inode.cut(random, mode, random if stale else None) for name, inode in names.items()}


MODES = ["none", "names", "sizes", "all but one", "only one", "random"]


def point(names, name, inode):
    if inode is None:
        names.pop(name, None)
    else:
        names[name] = inode


def listing(folder):
    """The files below a folder, by their paths from there."""
    found = []
    for root, _, names in os.walk(folder):
        found += [os.path.relpath(os.path.join(root, name), folder) for name in names]
    return sorted(found)


def read_folder(folder):
    files = {}
    for name in listing(folder):
        with open(os.path.join(folder, name), "rb") as file:
            files[name] = file.read()
    return files


def write_folder(folder, files):
    """Makes a folder hold these files and no others."""
    for name in listing(folder):
        if name not in files:
            os.unlink(os.path.join(folder, name))
    for name, content in files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        # A new file each time: nothing that still holds the old one sees the change.
        if os.path.lexists(path):
            os.unlink(path)
        with open(path, "wb") as file:
            file.write(content)
