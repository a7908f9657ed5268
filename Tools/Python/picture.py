"""Draws the picture of the README: the components of a factorised map, where each is and what its spectrum is.

    python Tools/Python/picture.py FILE MAP OUT.png
"""

import sys

import h5py
import matplotlib
import numpy as np
from PIL import Image

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

INK, PAPER = "#24292f", "#ffffff"
COLOURS = ["#1f77b4", "#d95f02", "#7570b3"]
LINES = {"O": 0.525, "Mg": 1.254, "Al": 1.487, "Si": 1.740, "Ca": 3.691, "Fe": 6.404}


def shown(group):
    """The values and axis vectors of an NXdata group."""
    return group[group.attrs["signal"]][...], [group[name][...] for name in group.attrs["axes"]]


def main(path, name, output):
    with h5py.File(path) as file:
        counts = file[name]["data"][file[name]["data"].attrs["signal"]][...].sum(axis=2)
        result = file[name]["results/nmf"]
        spectra, (_, energies) = shown(result["spectra"])
        abundances, (_, y, x) = shown(result["abundances"])
    plt.rcParams.update({"font.size": 8, "text.color": INK, "axes.edgecolor": INK, "axes.labelcolor": INK})
    figure = plt.figure(figsize=(9, 4.6), facecolor=PAPER, constrained_layout=True)
    grid = figure.add_gridspec(2, 4, height_ratios=[1.25, 1])
    extent = (x[0], x[-1], y[-1], y[0])
    panels = [(counts, "Counts per pixel", "Greys_r")]
    for number, image in enumerate(abundances[:3]):
        tint = matplotlib.colors.LinearSegmentedColormap.from_list("tint", ["#0b0d10", COLOURS[number], "#ffffff"])
        panels.append((image, f"Component {number + 1}", tint))
    for column, (image, title, colours) in enumerate(panels):
        axes = figure.add_subplot(grid[0, column])
        least = 0 if column else image.min()
        axes.imshow(image, extent=extent, cmap=colours, vmin=least, vmax=np.quantile(image, 0.998))
        axes.set_title(title, fontsize=9)
        axes.set_xticks([])
        axes.set_yticks([])
        if column == 3:
            length = 50
            axes.plot([x[0] + 10, x[0] + 10 + length], [y[-1] - 12] * 2, color="white", linewidth=2.5)
            axes.text(x[0] + 10 + length / 2, y[-1] - 16, f"{length} nm", color="white", ha="center", va="bottom")
    axes = figure.add_subplot(grid[1, :])
    window = (energies > 0.3) & (energies < 7.6)
    top = 0
    for number, spectrum in enumerate(spectra[:3]):
        curve = np.sqrt(spectrum[window] / spectrum.max())
        axes.plot(energies[window], curve, color=COLOURS[number], linewidth=1.1, label=f"component {number + 1}")
        top = max(top, curve.max())
    for element, energy in LINES.items():
        axes.text(energy, top * 1.06, element, ha="center", fontsize=8)
        axes.axvline(energy, color=INK, linewidth=0.4, alpha=0.35)
    axes.set(xlabel="Energy (keV)", ylabel="√ intensity", xlim=(0.3, 7.6), ylim=(0, top * 1.18), yticks=[])
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.legend(frameon=False, loc="center right")
    figure.savefig(output, dpi=130, facecolor=PAPER)
    with Image.open(output) as picture:
        reduced = picture.convert("RGB").quantize(192, dither=Image.Dither.NONE)
    reduced.save(output, optimize=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
