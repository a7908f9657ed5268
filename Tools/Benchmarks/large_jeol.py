#!/usr/bin/env python3
"""Writes a large point list of JEOL's Analysis Station, and says what RosettaSciIO reads from it.

    large_jeol.py FILE [--shape Y X] [--frames N] [--events N] [--images]
    large_jeol.py FILE --read

Every pixel of every frame gets about as many X-rays as asked for, drawn from a few lines on a background by a fixed seed. The
default decodes to 512 x 1024 x 4096 counts of a byte, 2 GiB, from a stream of about half a gigabyte. Extents are powers of
two. Needs numpy; --read needs RosettaSciIO.
"""

import argparse
import hashlib
import resource
import struct
import time

import numpy as np

CHANNELS = 4096
NUMBERS = {2: "<H", 3: "<i", 4: "<f", 5: "<d"}


def tag(name, value=None, kind=0, inner=()):
    """A tag of a tree: its name, its value and the tags inside."""
    if kind == 12:
        data = value.encode() + b"\0"
    elif kind == 7:
        data = np.asarray(value, "<u2").tobytes()
    elif kind == 14:
        data = struct.pack("<H", value)
    else:
        data = struct.pack(NUMBERS[kind], value) if kind else b""
    name = name.encode() + b"\0"
    return b"\1" + struct.pack("<i", len(name)) + name + struct.pack("<ii", kind, len(data)) + data + b"".join(inner) + b"\xff"


def header(options):
    """All that lies before the events."""
    height, width = options.shape
    settings = [
        tag("SEM", "JEM", 12), tag("DetT", "SDD", 12), tag("DirAng", 90, 4), tag("ElevAng", 25, 4), tag("MnKaRES", 130, 4),
        tag("ScanSize", 180, 4),
    ]
    conditions = [
        tag("Pixels", f"{width}x{height}", 12), tag("Tpl", "T1", 12), tag("Aim Area", [0, 0, width - 1, height - 1], 7)]
    seconds = 1e-4 * width * height * options.frames
    document = [
        tag("CoefA", 0.01, 5), tag("CoefB", 0.0, 5), tag("LiveTime", 0.9 * seconds, 5), tag("RealTime", seconds, 5),
        tag("Sweep", options.frames, 2), tag("DwellTime(msec)", 0.1, 5),
    ]
    beam = [tag("AccKV", 200, 4), tag("AccNA", 1, 4), tag("Mag", 100_000, 3)]
    data = [tag("Meas Cond", inner=conditions), tag("MeasCond", inner=beam), tag("Doc", inner=document)]
    tree = b"".join([
        tag("PTTD Param", inner=[
            tag("Params", inner=[
                tag("PARAMPAGE0", "SEM", 12, settings),
                tag("PARAMPAGE1", "EDXRF", 12, [tag("Tpl", 0, 14, [tag("T1", inner=[tag("DigZ", 96, 2)])])]),
            ])]),
        tag("PTTD Data", inner=[tag("AnalyzableMap MeasData", inner=data)]),
    ]) + b"\xff"
    start = (316 + len(tree) + 4095) // 4096 * 4096
    places = struct.pack("<6I", 0x20000, 1, 304, len(tree), start, options.length)
    fixed = struct.pack("<I", 304) + b"PTTDFILE" + places + bytes(128) + bytes(132) + struct.pack("<d", 45_000.5)
    return (fixed + bytes(12) + tree).ljust(start, b"\0")


def row_events(random, y, step, options):
    """The words of a row: its mark, and for each pixel its mark, its X-rays and its value in the image."""
    width = options.shape[1]
    counts = random.poisson(options.events, width)
    total = int(counts.sum())
    lines = random.normal(np.array([148, 270, 465, 900])[random.integers(0, 4, total)], 4.5)
    background = 96 + random.exponential(CHANNELS / 10, total)
    channels = np.clip(np.rint(np.where(random.random(total) < 0.7, lines, background)), 0, CHANNELS - 1).astype("<u2")
    extra = 2 if options.images else 1
    words = np.empty(total + extra * width, "<u2")
    ends = np.cumsum(counts + extra)
    marks = np.zeros(len(words), bool)
    starts = ends - counts - extra
    words[starts] = 0x8000 | np.arange(width) * step[1]
    marks[starts] = True
    if options.images:
        words[starts + 1] = 0xA000 | random.integers(0, 200, width)
        marks[starts + 1] = True
    words[~marks] = 0xB000 | channels
    return np.concatenate([np.array([0x9000 | y * step[0], 0x6000, 0x7000], "<u2"), words])


def write(options):
    random = np.random.default_rng(7)
    step = [CHANNELS // size for size in options.shape]
    options.length = 0
    start = len(header(options))
    with open(options.file, "wb") as file:
        file.write(bytes(start))
        for _ in range(options.frames):
            for y in range(options.shape[0]):
                row_events(random, y, step, options).tofile(file)
        options.length = file.tell() - start
        file.seek(0)
        file.write(header(options))


def read(path):
    from rsciio.jeol import file_reader

    start = time.perf_counter()
    data = file_reader(path)[0]["data"]
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    digest = hashlib.sha256(np.ascontiguousarray(data)).hexdigest()
    print(f"{data.shape} {data.dtype} in {seconds:.1f} s, {peak:.0f} MiB at the peak, sum {data.sum()}, {digest}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--read", action="store_true")
    parser.add_argument("--shape", type=int, nargs=2, default=[512, 1024])
    parser.add_argument("--frames", type=int, default=8)
    parser.add_argument("--events", type=float, default=60)
    parser.add_argument("--images", action="store_true")
    options = parser.parse_args()
    read(options.file) if options.read else write(options)
