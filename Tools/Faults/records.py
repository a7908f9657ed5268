"""What the layer wrote down: one operation after the other."""

import struct
from dataclasses import dataclass

RECORD = struct.Struct("<IIQqIIQQQII")
MAGIC = 0x464C5431
KINDS = [
    "", "write", "truncate", "sync", "sync folder", "create", "rename", "unlink", "link", "make folder", "remove folder"
]  # fmt: skip


@dataclass(slots=True)
class Operation:
    """A call that changed a file or made a change durable."""

    kind: str
    number: int
    result: int
    error: int
    injected: bool
    inode: int
    offset: int
    data: bytes
    path: str
    other: str

    def __str__(self):
        where = self.path.rsplit("/", 1)[-1] + (" → " + self.other.rsplit("/", 1)[-1] if self.other else "")
        detail = f" {len(self.data)} bytes at {self.offset}" if self.kind == "write" else ""
        detail += f" to {self.offset}" if self.kind == "truncate" else ""
        failed = f", failed with {self.error}" if self.result < 0 else ""
        return f"{self.number} {self.kind} {where}{detail}{failed}"


def read(path):
    """The operations of a trace; a last record that a kill cut off is left out."""
    with open(path, "rb") as file:
        content = file.read()
    operations, position = [], 0
    while position + RECORD.size <= len(content):
        magic, kind, number, result, error, injected, inode, offset, count, length, other = RECORD.unpack_from(
            content, position
        )
        assert magic == MAGIC, "a trace of another version"
        position += RECORD.size
        if position + length + other + count > len(content):
            break
        names = content[position : position + length + other]
        position += length + other
        data = content[position : position + count]
        position += count
        operations.append(
            Operation(
                KINDS[kind], number, result, error, bool(injected), inode, offset, data,
                names[:length].decode(), names[length:].decode(),
            )  # fmt: skip
        )
    return operations
