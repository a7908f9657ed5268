"""The files that the benchmark of import reads: the largest real one of each format, and large ones made for it."""

import os
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent

# Below the folder that LAMELLA_TEST_DATA names.
REAL = {
    "Bruker .bcf": "formats/bruker/Hitachi_TM3030Plus.bcf",
    "Bruker .spx": "formats/bruker/bruker_m6_jetstream_file_example.spx",
    "Velox .emd": "formats/emd/velox_EELS_EDS/example_velox_EELS_EDS.emd",
    "Prismatic .emd": "formats/emd/Si100_4D.emd",
    "JEOL .pts": "formats/jeol/Sample/00_View000/View000_0000006.pts",
    "JEOL .ASW": "formats/jeol/rawdata.ASW",
    "JEOL .EDS": "formats/jeol/met03.EDS",
    "TIA .emi": "formats/tia/new/16x16-line_profile_horizontal_5x128x128_EDS.emi",
    "MRC": "formats/mrc/HAADFscan.mrc",
    "NeXus": "formats/nexus/nexus_dls_example.nxs",
}

# Programs that write a file of at least 2 GB of values.
LARGE = {
    "Bruker .bcf, large": ("large_bcf.py", "large.bcf"),
    "Velox .emd, large": ("large_velox.py", "large.emd"),
    "JEOL .pts, large": ("large_jeol.py", "large.pts"),
}


def real():
    """Name → path, of those that are there."""
    folder = os.environ.get("LAMELLA_TEST_DATA")
    if not folder:
        return {}
    found = {name: Path(folder, path) for name, path in REAL.items()}
    return {name: path for name, path in found.items() if path.exists()}


def large(work, python):
    """Name → path; each is made once."""
    found = {}
    for name, (program, file) in LARGE.items():
        path = work / file
        if not path.exists():
            partial = path.with_name(f"partial-{file}")
            subprocess.run([python, HERE / program, partial], check=True)
            partial.rename(path)
        found[name] = path
    return found
