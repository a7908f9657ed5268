"""What the benchmarks of import do with RosettaSciIO, one job per process.

    rosetta.py read FILE              all signals into memory
    rosetta.py convert FILE OUTPUT    the same, saved with HyperSpy: OUTPUT-0.hspy, OUTPUT-1.hspy …
    rosetta.py digests FILE           the SHA-256 of the values of each signal, as Lamella computes it

Each prints one line of JSON. Seconds are those of the job, without the import of the packages.
"""

import hashlib
import importlib
import json
import logging
import sys
import time
import warnings
from pathlib import Path

import numpy as np

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)

READERS = {
    ".asw": "jeol", ".bcf": "bruker", ".dm3": "digitalmicrograph", ".dm4": "digitalmicrograph", ".eds": "jeol",
    ".emd": "emd", ".emi": "tia", ".img": "jeol", ".map": "jeol", ".mrc": "mrc", ".nxs": "nexus", ".pts": "jeol",
    ".ser": "tia", ".spx": "bruker", ".tif": "tiff", ".tiff": "tiff",
}


def signals_of(path):
    return importlib.import_module(f"rsciio.{READERS[Path(path).suffix.lower()]}").file_reader(path)


def read(path):
    start = time.perf_counter()
    signals = signals_of(path)
    return {"seconds": time.perf_counter() - start, "bytes": sum(np.asarray(signal["data"]).nbytes for signal in signals)}


def convert(path, output):
    import hyperspy.api as hs

    start = time.perf_counter()
    signals = hs.load(path)
    for number, signal in enumerate(signals if isinstance(signals, list) else [signals]):
        signal.save(f"{output}-{number}.hspy", overwrite=True)
    return {"seconds": time.perf_counter() - start}


def digests(path):
    found = []
    for signal in signals_of(path):
        values = np.ascontiguousarray(signal["data"])
        found.append(hashlib.sha256(values.astype(values.dtype.newbyteorder("<"), copy=False).tobytes()).hexdigest())
    return {"digests": found}


if __name__ == "__main__":
    # What a reader needs is loaded before the clock starts.
    importlib.import_module(f"rsciio.{READERS[Path(sys.argv[2]).suffix.lower()]}")
    print(json.dumps({"read": read, "convert": convert, "digests": digests}[sys.argv[1]](*sys.argv[2:])))
