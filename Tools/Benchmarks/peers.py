"""What the benchmarks do in Python, one job per process: the peers, and the judging of factors.

    peers.py hyperspy FILE FACTORS      load FILE eagerly, factorise it with HyperSpy, write FACTORS (.npz)
    peers.py scikit FILE FACTORS        the same with scikit-learn on a sparse matrix
    peers.py h5py DUMP FILE SHAPE CHUNK LEVEL    write a raw dump into HDF5 with h5py's gzip and shuffle
    peers.py judge FILE FACTORS|RESULT  divergence from the counts, and cosines to the true spectra
    peers.py count FILE                 values, non-zeros, chunk shape and level of the map
    peers.py same FILE RESULT RESULT    whether two results hold the same bits
    peers.py exspy FILE RESULT PIXELS   quantify a sample of the map's pixels with exSpy by the windows and factors of a result,
                                        scaled to all, and compare
    peers.py nnls FILE PIXELS           fully constrained least squares by SciPy's NNLS on a sample of pixels, scaled to all

Each prints one line of JSON. Seconds are those of the job, without the import of the packages.
"""

import json
import sys
import time

import h5py
import numpy as np

COMPONENTS = 3
ITERATIONS = 200


def counts_of(file):
    """The dataset of the only map of a file."""
    entry = next(g for g in file.values() if isinstance(g, h5py.Group) and g.attrs.get("NX_class") == "NXentry")
    data = entry["data"]
    return entry, data[data.attrs["signal"]]


def slabs(dataset):
    """The rows of a map, some chunks at a time, as (pixels, channels)."""
    step = dataset.chunks[0]
    for start in range(0, dataset.shape[0], step):
        yield dataset[start : start + step].reshape(-1, dataset.shape[-1])


def hyperspy(path, factors):
    import hyperspy.api as hs

    start = time.perf_counter()
    signal = hs.load(path, file_format="HSPY")
    signal.change_dtype("float32")
    signal.decomposition(
        normalize_poissonian_noise=True, algorithm="NMF", output_dimension=COMPONENTS, print_info=False
    )
    seconds = time.perf_counter() - start
    results = signal.learning_results
    np.savez(factors, abundances=results.loadings, spectra=results.factors.T)
    return {"seconds": seconds}


def scikit(path, factors):
    import scipy.sparse
    from sklearn.decomposition import NMF

    start = time.perf_counter()
    with h5py.File(path) as file:
        blocks = [scipy.sparse.csr_matrix(slab.astype(np.float32)) for slab in slabs(counts_of(file)[1])]
    matrix = scipy.sparse.vstack(blocks, format="csr")
    del blocks
    loaded = time.perf_counter() - start
    model = NMF(
        COMPONENTS, init="nndsvda", solver="mu", beta_loss="kullback-leibler", max_iter=ITERATIONS, random_state=0
    )
    abundances = model.fit_transform(matrix)
    seconds = time.perf_counter() - start
    np.savez(factors, abundances=abundances, spectra=model.components_)
    return {"seconds": seconds, "load_seconds": loaded, "iterations": int(model.n_iter_)}


def write(dump, path, shape, chunk, level):
    shape, chunk = (tuple(int(size) for size in text.split("x")) for text in (shape, chunk))
    start = time.perf_counter()
    rows = chunk[0]
    with open(dump, "rb") as source, h5py.File(path, "w") as file:
        target = file.create_dataset(
            "counts", shape, "<u2", chunks=chunk, compression="gzip", compression_opts=int(level), shuffle=True
        )
        for row in range(0, shape[0], rows):
            height = min(rows, shape[0] - row)
            slab = np.fromfile(source, "<u2", height * shape[1] * shape[2])
            target[row : row + height] = slab.reshape(height, *shape[1:])
    return {"seconds": time.perf_counter() - start}


def factors_of(file, name):
    """Abundances (pixels, k) and spectra (k, channels): of an .npz, or of a result of the map."""
    if name.endswith(".npz"):
        stored = np.load(name)
        abundances, spectra = stored["abundances"], stored["spectra"]
    else:
        result = counts_of(file)[0]["results"][name]
        spectra, abundances = (
            result[part][result[part].attrs["signal"]][...] for part in ("spectra", "abundances")
        )
        abundances = abundances.reshape(len(abundances), -1).T
    return abundances.astype(np.float64), spectra.astype(np.float64)


def judge(path, name):
    with h5py.File(path) as file:
        entry, counts = counts_of(file)
        abundances, spectra = factors_of(file, name)
        truth = entry["results"]["truth"]["spectra"]
        truth = truth[truth.attrs["signal"]][...].astype(np.float64)
        divergence = abundances.sum(axis=0) @ spectra.sum(axis=1)
        pixel = 0
        for slab in slabs(counts):
            rows, channels = np.nonzero(slab)
            values = slab[rows, channels].astype(np.float64)
            model = np.einsum("nk,nk->n", abundances[pixel + rows], spectra.T[channels])
            divergence += (values * np.log(values / np.maximum(model, 1e-12)) - values).sum()
            pixel += len(slab)
    unit = lambda matrix: matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    cosines = (unit(truth) @ unit(spectra).T).max(axis=1)
    return {"divergence": float(divergence), "cosines": [round(float(cosine), 5) for cosine in cosines]}


def count(path):
    with h5py.File(path) as file:
        counts = counts_of(file)[1]
        nonzeros = sum(int(np.count_nonzero(slab)) for slab in slabs(counts))
        return {
            "shape": counts.shape,
            "chunk": counts.chunks,
            "level": counts.compression_opts,
            "values": counts.size,
            "nonzeros": nonzeros,
            "stored_bytes": counts.id.get_storage_size(),
        }


def same(path, one, other):
    with h5py.File(path) as file:
        pairs = zip(factors_of(file, one), factors_of(file, other))
        return {"same": all(np.array_equal(a, b) for a, b in pairs)}


def nnls(path, sample):
    from scipy.optimize import nnls as solve

    with h5py.File(path) as file:
        entry, counts = counts_of(file)
        truth = entry["results"]["truth"]["spectra"]
        spectra = truth[truth.attrs["signal"]][...].astype(np.float64)
        mean = sum(slab.sum(axis=0, dtype=np.float64) for slab in slabs(counts))
        pixels = int(np.prod(counts.shape[:-1]))
        rows = next(slabs(counts))[: int(sample)].astype(np.float64)
        last = list(entry["results"])
        stored = [entry["results"][name]["abundances"] for name in last if name.startswith("fcls")]
        stored = stored and stored[-1][stored[-1].attrs["signal"]][...].reshape(len(spectra), -1).T[: len(rows)]
    used = mean > 0
    weights = np.sqrt(mean.sum() / mean[used])
    model = (spectra[:, used] / spectra[:, used].sum(axis=1, keepdims=True)).T * weights[:, None]
    data = rows[:, used] * weights / rows.sum(axis=1, keepdims=True)
    # A heavy row holds the sum (Heinz and Chang 2001).
    heavy = 1e5
    constrained = np.vstack([model, heavy * np.ones((1, len(spectra)))])
    targets = np.hstack([data, np.full((len(data), 1), heavy)])
    start = time.perf_counter()
    found = np.array([solve(constrained, target)[0] for target in targets])
    whole = (time.perf_counter() - start) / len(rows) * pixels
    factor = np.linalg.cholesky(model.T @ model)
    small = np.vstack([factor.T, heavy * np.ones((1, len(spectra)))])
    targets = np.hstack([np.linalg.solve(factor, model.T @ data.T).T, np.full((len(data), 1), heavy)])
    start = time.perf_counter()
    for target in targets:
        solve(small, target)
    products = (time.perf_counter() - start) / len(rows) * pixels
    difference = float(np.abs(stored - found).max()) if len(stored) else None
    return {"whole": whole, "products": products, "difference": difference}


def exspy(path, name, sample):
    import hyperspy.api as hs

    with h5py.File(path) as file:
        entry, counts = counts_of(file)
        result = entry["results"][name]
        rows = max(1, int(sample) // counts.shape[1])
        net, percent = (result[part][part][:, :rows] for part in ("net_counts", "atomic_percent"))
        composition, windows = result["composition"][...], result["windows"][...]
        pixels = int(np.prod(counts.shape[:-1]))
    names = [f"{row['symbol'].decode()}_{row['line'].decode()}" for row in composition]
    start = time.perf_counter()
    signal = hs.load(path, file_format="HSPY")
    loaded = time.perf_counter() - start
    energies = signal.axes_manager.signal_axes[0]
    edge = lambda channel: energies.offset + energies.scale * channel
    signal.set_elements([line.split("_")[0] for line in names])
    signal.set_lines(names)
    start = time.perf_counter()
    intensities = signal.get_lines_intensity(
        names,
        integration_windows=[[edge(row[end]) for end in ("from", "to")] for row in windows],
        background_windows=[
            [edge(row[end]) for end in ("low_from", "low_to", "high_from", "high_to")] for row in windows
        ],
    )
    counted = time.perf_counter() - start
    by_line = {one.metadata.Sample.xray_lines[0]: one for one in intensities}
    differences = [float(np.abs(by_line[line].data[:rows] - net[index]).max()) for index, line in enumerate(names)]
    # exSpy takes one pixel after the other: a sample tells what all of them would take.
    order = sorted(names)
    sampled = []
    for line in order:
        one = by_line[line].inav[:, :rows].deepcopy()
        one.data = np.maximum(net[names.index(line)].astype(np.float64), 0)
        sampled.append(one)
    factors = dict(zip(names, composition["factor"]))
    start = time.perf_counter()
    found = signal.inav[:, :rows].quantification(
        sampled, "CL", factors=[factors[line] for line in order], composition_units="atomic", show_progressbar=False
    )
    quantified = (time.perf_counter() - start) * pixels / net[0].size
    lit = np.maximum(net, 0).sum(axis=0) > 0
    compositions = {line: one.data for line, one in zip(order, found)}
    # Where the first two lines have no counts exSpy's ratios have no meaning.
    off = [np.abs(compositions[line] - percent[index])[lit] for index, line in enumerate(names)]
    off = np.max(off, axis=0)
    return {
        "seconds": loaded + counted + quantified,
        "load": loaded,
        "windows": counted,
        "quantification": quantified,
        "net_counts_difference": max(differences),
        "atomic_percent_difference": float(np.nanmax(off)),
        "pixels_compared": int(np.isfinite(off).sum()),
        "pixels_exspy_cannot": int((~np.isfinite(off)).sum()),
    }


JOBS = {
    "hyperspy": hyperspy,
    "scikit": scikit,
    "h5py": write,
    "judge": judge,
    "count": count,
    "same": same,
    "nnls": nnls,
    "exspy": exspy,
}

if __name__ == "__main__":
    print(json.dumps(JOBS[sys.argv[1]](*sys.argv[2:])))
