"""A classical classifier from file to file, run as a process of its own by `bench.scene`. Prints JSON.

It loads no torch, which would cost it a second.

Arguments: image, labels, map to write, ``forest`` or ``svm``, number of support vectors, one strip in how many.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier
from sklearn.svm import SVC

from ..inference.usage import Stages, peak_memory_mb
from ..raster.cube import Cube
from ..raster.grid import Window, row_blocks
from ..raster.writer import RasterWriter

STRIP_PX = 64
TREES = 100


def train(cube: Cube, labels: Path, kind: str, vectors: int) -> RandomForestClassifier | SVC:
    """A forest on the labelled pixels; or an SVM with a number of support vectors, whatever its accuracy."""
    with rasterio.open(labels) as file:
        truth = file.read(1)
    rows, cols = np.nonzero(truth)
    top, left = int(rows.min()), int(cols.min())
    values = cube.read(Window(top, left, int(rows.max()) - top + 1, int(cols.max()) - left + 1))
    rows, cols = rows - top, cols - left
    spectra, classes = values[:, rows, cols].T, truth[truth > 0]
    if kind == "forest":
        return RandomForestClassifier(TREES, n_jobs=1, random_state=0).fit(spectra, classes)
    rng = np.random.default_rng(0)
    chosen = rng.integers(0, len(spectra), vectors)
    # Labels at random make every pixel a support vector: only the cost of predicting matters here.
    noisy = spectra[chosen] + rng.normal(0, 0.05, (vectors, spectra.shape[1])).astype(np.float32)
    return SVC(C=100, gamma="scale").fit(noisy, rng.permutation(classes[chosen]))


def main(image: Path, labels: Path, output: Path, kind: str, vectors: int, share: int) -> None:
    """Map one strip of rows in ``share``, and say how long it took."""
    stages = Stages()
    with Cube.open(image) as cube:
        start = time.perf_counter()
        model = train(cube, labels, kind, vectors)
        training_s, pixels = time.perf_counter() - start, 0
        with RasterWriter(output, cube.grid, "uint8", nodata=0) as out:
            for strip in list(row_blocks(cube.grid.shape, STRIP_PX))[::share]:
                with stages.spent("read_s"):
                    values = cube.read(strip)
                with stages.spent("compute_s"):
                    found: NDArray[np.uint8] = model.predict(values.reshape(len(values), -1).T)
                with stages.spent("write_s"):
                    out.write(strip, found.reshape(strip.shape))
                pixels += found.size
    print(json.dumps({"pixels": pixels, "training_s": training_s, "peak_memory_mb": peak_memory_mb(),
                      "support_vectors": int(getattr(model, "n_support_", np.zeros(1)).sum()),
                      "stages": {k: round(v, 2) for k, v in vars(stages).items()}}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4], int(sys.argv[5]), int(sys.argv[6]))
