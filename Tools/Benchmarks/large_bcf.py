#!/usr/bin/env python3
"""Writes a large Bruker map (.bcf), and says what RosettaSciIO reads from it.

    large_bcf.py FILE [--shape Y X] [--channels N] [--counts N] [--pulses]
    large_bcf.py FILE --read

The container is SFS 2.6 with members in deflated blocks. Pixels are runs of channels ("instructed"), and with --pulses every other
one a list of pulses of 12 bits. Each has about as many counts as asked for, from a few lines on a background, and some 200 in the
zero peak, for which the map needs two bytes a value. The default decodes to 512 x 512 x 4096 of these, 2 GiB. A fixed seed makes
the same file every time; the SHA-256 of its values (uint16, little-endian, C order) is printed. Needs numpy; --read needs
RosettaSciIO.
"""

import argparse
import base64
import hashlib
import resource
import struct
import time
import zlib

import numpy as np

CHUNK = 65536
USABLE = CHUNK - 32
BLOCK = 1 << 19
ZERO_PEAK = 96


class Container:
    """Chunks of one size behind each other; tables and the tree come when all that they point to is there."""

    def __init__(self, path):
        self.file = open(path, "wb+")
        self.file.write(b"AAMVHFSS" + struct.pack("<Q", 0x7FFFFFFFFFFFFFFE) + bytes(0x108))
        self.count = 0
        self.entries = []
        # The container's own chunk, three empty ones, and the tree.
        for _ in range(5):
            self.add(b"")

    def add(self, data, following=0):
        """Writes a chunk and gives its number."""
        self.file.write(struct.pack("<I28x", following) + data.ljust(USABLE, b"\0"))
        self.count += 1
        return self.count - 1

    def put(self, place, data):
        here = self.file.tell()
        self.file.seek(place)
        self.file.write(data)
        self.file.seek(here)

    @staticmethod
    def place(chunk):
        return 0x118 + chunk * CHUNK + 32

    def entry(self, name, table, size, parent, is_folder):
        head = struct.pack("<iQ24xIi176x?3x", table, size, 0, parent, is_folder)
        self.entries.append(head + name.encode().ljust(256, b"\0") + bytes(32))

    def close(self):
        assert len(self.entries) <= USABLE // 512
        self.put(self.place(4), b"".join(self.entries))
        head = b"AASFSSGN" + struct.pack("<IfI", 0, 2.6, CHUNK)
        self.put(0x118, head + struct.pack("<8I", 8, 1, 1, 1, 1, 4, len(self.entries), self.count))
        self.file.close()


class Member:
    """Bytes that are deflated in blocks and go into chunks as they come."""

    def __init__(self, container):
        self.container = container
        self.chunks = []
        self.pending = bytearray()
        self.unpacked = bytearray()
        self.size = 0
        self.blocks = 0
        self.store(b"AACS" + struct.pack("<IIIIII", BLOCK, 0, 0, 0, 0x01400000, 0).ljust(0x80 - 4, b"\0"))

    def store(self, data):
        self.pending += data
        self.size += len(data)
        while len(self.pending) >= USABLE:
            self.chunks.append(self.container.add(bytes(self.pending[:USABLE])))
            del self.pending[:USABLE]

    def write(self, data):
        self.unpacked += data
        while len(self.unpacked) >= BLOCK:
            self.block(bytes(self.unpacked[:BLOCK]))
            del self.unpacked[:BLOCK]

    def block(self, data):
        packed = zlib.compress(data, 1)
        self.store(struct.pack("<IIII", len(packed), len(data), 0, (self.size + 16 + len(packed)) & 0xFFFFFFFF) + packed)
        self.blocks += 1

    def close(self, name, parent):
        if self.unpacked:
            self.block(bytes(self.unpacked))
        if self.pending:
            self.chunks.append(self.container.add(bytes(self.pending)))
        self.container.put(self.container.place(self.chunks[0]) + 12, struct.pack("<I", self.blocks))
        step = USABLE // 4
        parts = [self.chunks[start : start + step] for start in range(0, len(self.chunks), step)]
        table = self.container.count
        for number, part in enumerate(parts):
            following = table + number + 1 if number + 1 < len(parts) else 0
            self.container.add(np.array(part, "<u4").tobytes(), following)
        self.container.entry(name, table, self.size, parent, False)


def spectra(rng, width, channels, counts):
    """The counts of a row of pixels."""
    lines = np.linspace(0.06, 0.8, 9) * channels
    number = rng.poisson(counts, width)
    pixel = np.repeat(np.arange(width), number)
    line = lines[rng.integers(len(lines), size=len(pixel))] + rng.normal(0, channels / 600, len(pixel))
    background = ZERO_PEAK + 20 + rng.exponential(channels / 8, len(pixel))
    channel = np.where(rng.random(len(pixel)) < 0.6, line, background).astype(int).clip(0, channels - 1)
    found = np.bincount(pixel * channels + channel, minlength=width * channels).reshape(width, channels)
    found[:, ZERO_PEAK] += rng.poisson(200, width)
    return found.astype(np.uint16)


def runs(row):
    """The pixels of a row as runs of one channel each, with zeros between them, and one more pulse; a list of bytes."""
    width, channels = row.shape
    row = row.copy()
    # The pulse behind the runs is the last count of a pixel's last channel.
    last = channels - 1 - np.argmax(row[:, ::-1] > 0, axis=1)
    row[np.arange(width), last] -= 1
    pixel, channel = np.nonzero(row)
    value = row[pixel, channel].astype(int)
    first = np.append(True, pixel[1:] != pixel[:-1])
    gap = channel - np.where(first, 0, np.append(0, channel[:-1] + 1))
    fillers = -(-gap // 255)
    wide = value > 15
    lengths = 2 * fillers + np.where(wide, 8, 4)
    ends = np.cumsum(lengths)
    out = np.zeros(ends[-1], np.uint8)
    starts = ends - lengths
    for number in range(fillers.max()):
        which = fillers > number
        out[starts[which] + 2 * number + 1] = np.minimum(255, gap[which] - 255 * number)
    at = starts + 2 * fillers
    out[at] = np.where(wide, 4, 1)
    out[at + 1] = 1
    # A base of 32 bits and a value of 16, or a base of 8 and one of 4.
    out[at[~wide] + 3] = value[~wide]
    out[at[wide] + 2] = value[wide] & 0x7F
    out[at[wide] + 6] = (value[wide] - (value[wide] & 0x7F)) & 0xFF
    out[at[wide] + 7] = (value[wide] - (value[wide] & 0x7F)) >> 8
    bounds = np.zeros(width + 1, int)
    bounds[1:] = np.cumsum(np.bincount(pixel, lengths, width).astype(int))
    body = out.tobytes()
    return [
        struct.pack("<IHHIHHHI", x, channels, channels, 786432, 3, 0, 1, b - a + 4) + body[a:b] + struct.pack("<IH", 2, last[x])
        for x, (a, b) in enumerate(zip(bounds[:-1], bounds[1:]))
    ]


def pulses(spectrum, x):
    """A pixel as a list of pulses of 12 bits, four in three words of 16."""
    channels = np.repeat(np.arange(len(spectrum)), spectrum)
    number = len(channels)
    four = np.zeros((-(-number // 4), 4), int)
    four.reshape(-1)[:number] = channels
    words = np.stack(
        [four[:, 0] << 4 | four[:, 1] >> 8, (four[:, 1] & 0xFF) << 8 | four[:, 2] >> 4, (four[:, 2] & 0xF) << 12 | four[:, 3]],
        axis=1)
    body = words.astype("<u2").tobytes()[: (3 * number + 3) // 4 * 2]
    return struct.pack("<IHHIHHHI", x, len(spectrum), 0, 786432, 1, 0, number, len(body)) + body


def header(height, width, total):
    image = np.arange(1, height * width + 1).astype("<u2").tobytes()
    layers = base64.b64encode(zlib.compress(b'<DetLayers><Layer0 Atom="13" Thickness="1E-2"/></DetLayers>')).decode()
    return f"""<?xml version="1.0" encoding="WINDOWS-1252" standalone="yes"?><TRTSpectrumDatabase><RTHeader/>
<ClassInstance Type="TRTSpectrumDatabase" Name="large">
<Header><Date>1.3.2024</Date><Time>12:30:5</Time><FileVersion>1</FileVersion></Header>
<ClassInstance Type="TRTSEMData"><HV>2E2</HV><WD>-1</WD><Mag>225000</Mag><DX>5E-4</DX><DY>5E-4</DY></ClassInstance>
<ClassInstance Type="TRTSEMStageData"><State>7936</State></ClassInstance>
<ClassInstance Type="TRTDSPConfiguration"><PixelAverage>16</PixelAverage><LineAverage>1</LineAverage><PixelTime>1</PixelTime>
</ClassInstance>
<ClassInstance Type="TRTImageData"><TRTHeaderedClass/><ItemSize>2</ItemSize><Width>{width}</Width><Height>{height}</Height>
<PlaneCount>1</PlaneCount><Plane0><Description>HAADF</Description><Data>{base64.b64encode(image).decode()}</Data></Plane0>
</ClassInstance>
<LineCounter>{",".join(["9"] * height)}</LineCounter><ChCount>4096</ChCount><DetectorCount>1</DetectorCount>
<SpectrumData0><ClassInstance Type="TRTSpectrum"><TRTHeaderedClass>
<ClassInstance Type="TRTSpectrumHardwareHeader"><Amplification>4E4</Amplification></ClassInstance>
<ClassInstance Type="TRTDetectorHeader"><Type>SuperX</Type><DetLayers>{layers}</DetLayers></ClassInstance>
<ClassInstance Type="TRTESMAHeader"><PrimaryEnergy>2E2</PrimaryEnergy><ElevationAngle>18</ElevationAngle>
<AzimutAngle>45</AzimutAngle></ClassInstance></TRTHeaderedClass>
<ClassInstance Type="TRTSpectrumHeader"><Date>1.3.2024</Date><Time>12:30:5</Time><ChannelCount>{len(total)}</ChannelCount>
<CalibAbs>-9.6E-1</CalibAbs><CalibLin>1E-2</CalibLin><SigmaAbs>3E-4</SigmaAbs><SigmaLin>4.5E-4</SigmaLin></ClassInstance>
<Channels>{",".join(map(str, total))}</Channels></ClassInstance></SpectrumData0>
</ClassInstance></TRTSpectrumDatabase>
""".encode("cp1252")


def write(path, shape, channels, counts, with_pulses):
    height, width = shape
    rng = np.random.default_rng(1)
    container = Container(path)
    container.entry("EDSDatabase", -1, 0, -1, True)
    member = Member(container)
    member.write(struct.pack("<II", height, width) + bytes(0x198))
    total = np.zeros(channels, np.int64)
    digest = hashlib.sha256()
    for _ in range(height):
        row = spectra(rng, width, channels, counts)
        total += row.sum(axis=0, dtype=np.int64)
        digest.update(row.astype("<u2").tobytes())
        pixels = runs(row)
        if with_pulses:
            pixels[::2] = [pulses(row[x], x) for x in range(0, width, 2)]
        member.write(struct.pack("<I", width) + b"".join(pixels))
    member.close("SpectrumData0", 0)
    member = Member(container)
    member.write(header(height, width, total))
    member.close("HeaderData", 0)
    container.close()
    print(digest.hexdigest(), f"{total.sum()} counts")


def read(path):
    from rsciio.bruker import file_reader

    start = time.perf_counter()
    signals = file_reader(path)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    data = signals[-1]["data"]
    print(hashlib.sha256(np.ascontiguousarray(data).data).hexdigest(), data.shape, data.dtype, f"{data.sum()} counts")
    print(f"RosettaSciIO: {seconds:.2f} s, {peak:.0f} MB at most")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--shape", type=int, nargs=2, default=[512, 512])
    parser.add_argument("--channels", type=int, default=4096)
    parser.add_argument("--counts", type=int, default=150)
    parser.add_argument("--pulses", action="store_true")
    parser.add_argument("--read", action="store_true")
    arguments = parser.parse_args()
    if arguments.read:
        read(arguments.file)
    else:
        write(arguments.file, arguments.shape, arguments.channels, arguments.counts, arguments.pulses)
