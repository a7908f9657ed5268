#!/usr/bin/env python3
"""Writes a large Velox EMD file of event streams, and says what RosettaSciIO reads from it.

    large_velox.py FILE [--shape Y X] [--channels N] [--frames N] [--detectors N] [--events N] [--compress]
    large_velox.py FILE --read

Every pixel of every frame gets about as many events as asked for, drawn from a few lines on a background by a fixed seed. The
default decodes to 512 x 512 x 4096 counts of two bytes, 2 GiB, from a stream of about 1.1 GB. Needs numpy and h5py;
--read needs RosettaSciIO.
"""

import argparse
import hashlib
import json
import resource
import time

import h5py
import numpy as np

MARK = 65535


def text(value):
    return np.array([json.dumps(value)], dtype=h5py.string_dtype())


def metadata(detector, size, index):
    """The JSON that Velox keeps for an object, as far as readers need it."""
    height, width = size
    detectors = {
        f"Detector-{i}": {
            "DetectorName": f"SuperXG2{i + 1}", "DetectorType": "AnalyticalDetector", "Dispersion": "10",
            "OffsetEnergy": "-250", "ElevationAngle": "0.31415927", "AzimuthAngle": str(0.785398 + 1.570796 * i),
            "RealTime": "10.5", "LiveTime": "10", "CollectionAngle": "0.7",
        }
        for i in range(index + 1)
    }
    return {
        "Core": {"MetadataDefinitionVersion": "7.9"},
        "Instrument": {"InstrumentClass": "Titan", "InstrumentModel": "Themis"},
        "Acquisition": {"AcquisitionStartDatetime": {"DateTime": "1709189884"}},
        "Optics": {"AccelerationVoltage": "300000", "CameraLength": "0.1159"},
        "Scan": {
            "ScanSize": {"width": str(width), "height": str(height)}, "FrameTime": "1.5", "DwellTime": "5e-06",
            "ScanArea": {"left": "0", "top": "0", "right": "1", "bottom": "1"},
        },
        "Detectors": detectors,
        "BinaryResult": {
            "Detector": detector, "DetectorIndex": str(index), "PixelSize": {"width": "2e-10", "height": "2e-10"},
            "PixelUnitX": "m", "PixelUnitY": "m", "Offset": {"x": "0", "y": "0"},
        },
        "CustomProperties": {"StemMagnification": {"type": "double", "value": "225000"}},
        "Sample": "",
    }


def put_metadata(group, value, columns=1):
    column = np.zeros(60000, "u1")
    encoded = np.frombuffer(json.dumps(value).encode(), "u1")
    column[: len(encoded)] = encoded
    data = group.create_dataset("Metadata", (60000, columns), "u1", chunks=(60000, 1), maxshape=(60000, None))
    for index in range(columns):
        data[:, index] = column


def frame_events(random, pixels, channels, events):
    """The stream of one frame: the events of each pixel and its mark."""
    counts = random.poisson(events, pixels)
    total = int(counts.sum())
    lines = random.normal(np.array([52, 174, 369, 804])[random.integers(0, 4, total)], 4.5)
    background = random.exponential(channels / 10, total)
    channel = np.where(random.random(total) < 0.7, lines, background)
    channel = np.clip(np.rint(channel), 0, channels - 1).astype("u2")
    stream = np.full(total + pixels, MARK, "u2")
    marks = np.cumsum(counts + 1) - 1
    isEvent = np.ones(total + pixels, bool)
    isEvent[marks] = False
    stream[isEvent] = channel
    return stream


def write(options):
    random = np.random.default_rng(7)
    height, width = options.shape
    filters = {"compression": "gzip", "compression_opts": 4} if options.compress else {}
    with h5py.File(options.file, "w") as file:
        file["Version"] = text({"version": "11", "format": "Velox"})
        file["Info"] = text({"applicationVersion": "synthetic"})
        for name in ["Displays/ImageDisplay", "SharedProperties", "Features"]:
            file.create_group(name)
        image = file.create_group("Data/Image/" + "1" * 32)
        pixels = random.integers(0, 60000, (height, width, 1), dtype="u2")
        image.create_dataset("Data", data=pixels, chunks=(height, width, 1), maxshape=(height, width, None))
        put_metadata(image, metadata("SuperXG21", options.shape, 0))
        spectrum_image = file.create_group("Data/SpectrumImage/" + "2" * 32)
        spectrum_image["SpectrumImageSettings"] = text(
            {"startFramePosition": "1", "endFramePosition": str(options.frames)})
        put_metadata(spectrum_image, metadata("SuperXG2", options.shape, options.detectors - 1))
        for detector in range(options.detectors):
            group = file.create_group("Data/SpectrumStream/" + f"{detector:x}" * 32)
            group["AcquisitionSettings"] = text({
                "encoding": "uint16", "bincount": str(options.channels), "StreamEncoding": "uint16",
                "RasterScanDefinition": {"Width": str(width), "Height": str(height)}})
            data = group.create_dataset("Data", (0, 1), "u2", chunks=(8192, 1), maxshape=(None, 1), **filters)
            starts = []
            for _ in range(options.frames):
                stream = frame_events(random, height * width, options.channels, options.events)
                starts.append(data.shape[0])
                data.resize(data.shape[0] + len(stream), axis=0)
                data[starts[-1]:, 0] = stream
            group.create_dataset(
                "FrameLocationTable", data=np.array(starts, "u8")[:, None], chunks=(8192, 1), maxshape=(None, 1))
            put_metadata(group, metadata(f"SuperXG2{detector + 1}", options.shape, detector), options.frames)


def read(path):
    from rsciio.emd import file_reader

    start = time.perf_counter()
    signals = file_reader(path, lazy=False)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    data = signals[-1]["data"]
    digest = hashlib.sha256(data.tobytes()).hexdigest() if data.nbytes < 1 << 32 else ""
    print(f"{data.shape} {data.dtype} in {seconds:.1f} s, {peak:.0f} MiB at the peak, sum {data.sum()}, {digest}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--read", action="store_true")
    parser.add_argument("--shape", type=int, nargs=2, default=[512, 512])
    parser.add_argument("--channels", type=int, default=4096)
    parser.add_argument("--frames", type=int, default=8)
    parser.add_argument("--detectors", type=int, default=4)
    parser.add_argument("--events", type=float, default=60)
    parser.add_argument("--compress", action="store_true")
    options = parser.parse_args()
    read(options.file) if options.read else write(options)
