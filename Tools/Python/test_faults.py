"""The power cuts of Tools/Faults: a program that syncs too little must be caught, one that does not must pass."""

import sys
from pathlib import Path
from random import Random

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "Faults"))

import disk
from records import Operation

FOLDER = "/folder"
OLD, NEW = b"old" * 3000, b"new" * 4000


class Program:
    """A program on the simulated disk, whose file `data` holds `OLD` at first."""

    def __init__(self):
        self.disk = disk.Disk(FOLDER, {"data": OLD}, {"data": 1})
        self.left = []

    def do(self, kind, name="", other="", inode=0, offset=0, data=b"", result=0):
        path = f"{FOLDER}/{name}" if name else FOLDER
        self.disk.do(Operation(kind, 0, result, 0, False, inode, offset, data, path, other and f"{FOLDER}/{other}"))
        for turn, mode in enumerate([*disk.MODES, *["random"] * 20]):
            self.left.append(self.disk.cut(Random(turn), mode))

    @property
    def contents(self):
        return {files.get("data") for files in self.left}


def replace(program, syncs_file=True, syncs_folder=True):
    program.do("create", "aside", inode=2)
    program.do("write", "aside", inode=2, data=NEW)
    if syncs_file:
        program.do("sync", "aside", inode=2)
    program.do("rename", "aside", "data", inode=2)
    if syncs_folder:
        program.do("sync folder")


def test_a_file_that_is_synced_and_put_into_place_is_old_or_new():
    program = Program()
    replace(program)
    assert program.contents == {OLD, NEW}
    assert program.disk.is_durable


def test_a_file_that_is_put_into_place_unsynced_is_caught():
    program = Program()
    replace(program, syncs_file=False)
    assert b"" in program.contents
    assert any(content not in (OLD, NEW, b"") for content in program.contents)


def test_a_name_that_is_not_synced_may_not_last():
    program = Program()
    replace(program, syncs_folder=False)
    assert not program.disk.is_durable
    assert program.disk.cut(Random(1), "none")["data"] == OLD


@pytest.mark.parametrize("syncs", [True, False])
def test_a_change_in_place_needs_its_journal_on_the_disk(syncs):
    program = Program()
    program.do("create", "data.journal", inode=2)
    program.do("write", "data.journal", inode=2, data=OLD)
    if syncs:
        program.do("sync", "data.journal", inode=2)
        program.do("sync folder")
    program.do("write", "data", inode=1, data=NEW)
    restored = {OLD if files.get("data.journal") == OLD else files["data"] for files in program.left}
    assert (restored == {OLD}) == syncs


def test_sectors_of_a_write_come_and_go_by_themselves():
    program = Program()
    program.do("write", "data", inode=1, data=b"new" * 3000)
    sectors = {
        tuple(files["data"][start : start + 512] == OLD[start : start + 512] for start in range(0, len(OLD), 512))
        for files in program.left
    }
    assert len(sectors) > 10


def test_what_a_failed_sync_should_have_written_may_be_lost_after_a_good_one():
    program = Program()
    program.do("write", "data", inode=1, data=b"lost")
    program.do("sync", "data", inode=1, result=-1)
    program.do("sync", "data", inode=1)
    left = {files["data"][:4] for files in program.left}
    assert left >= {b"lost", OLD[:4]}
