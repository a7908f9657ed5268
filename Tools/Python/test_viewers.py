"""NeXus viewers find the default plot."""

import numpy as np
import silx.io
import silx.io.nxdata
from nexusformat.nexus import nxload

from conftest import SHAPE


def test_silx(mineral):
    with silx.io.open(str(mineral.path)) as file:
        plot = silx.io.nxdata.get_default(file)
        assert plot is not None and plot.is_valid
        assert plot.signal.shape == SHAPE
        assert plot.axes_names[-1] is not None
        assert plot.interpretation == "spectrum"


def test_silx_shows_the_factors(mineral):
    from silx.io.nxdata import NXdata

    with silx.io.open(str(mineral.path)) as file:
        (entry,) = (name for name in file if "results" in file[name])
        result = file[entry]["results/nmf"]
        spectra, abundances = NXdata(result["spectra"]), NXdata(result["abundances"])
        assert spectra.is_valid and spectra.interpretation == "spectrum"
        assert spectra.signal.shape == (3, SHAPE[2])
        assert abundances.is_valid and abundances.interpretation == "image"
        assert abundances.signal.shape == (3, *SHAPE[:2])


def test_nexusformat(mineral):
    root = nxload(str(mineral.path))
    plot = root.plottable_data
    assert plot is not None
    assert plot.nxsignal.shape == SHAPE
    assert np.all(np.diff(plot.nxaxes[-1].nxvalue) > 0)
