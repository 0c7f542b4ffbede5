"""The scenes episodes are drawn from: real ones with pseudo-classes, spectral libraries, and simulated ones."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...reporting import PartReporter, Reporter, tracked
from ..simulator.simulate import random_spec, simulate_scene
from .datasets import SEEDS_APART, PretrainScene, of_simulated
from .episodes import EpisodeScene, episode_scene
from .library import Library, library_scenes, read_libraries
from .pseudo import pseudo_classes

LIBRARY_SIDE_PX = 64


@dataclass(frozen=True)
class EpisodeSources:
    """What to draw from.

    Attributes:
        real: scenes without labels.
        libraries: folders of spectral libraries.
        library_scenes: scenes to make from them.
        simulated: scenes to simulate.
        simulated_side_px: their side.
    """

    real: tuple[PretrainScene, ...]
    libraries: tuple[Path, ...]
    library_scenes: int
    simulated: int
    simulated_side_px: int


def episode_scenes(sources: EpisodeSources, seed: int,
                   reporter: Reporter) -> tuple[list[EpisodeScene], tuple[str, ...]]:
    """All scenes with their class maps, and the names of the libraries.

    Raises:
        InputError: a folder of libraries does not exist.
    """
    scenes = [episode_scene(scene, pseudo_classes(scene, seed), "real")
              for scene in tracked(sources.real, len(sources.real), PartReporter(reporter, 0, 0.2), "pseudo-classes")]
    libraries: list[Library] = [found for folder in sources.libraries for found in read_libraries(folder, reporter)]
    if libraries:
        part = PartReporter(reporter, 0.2, 0.4)
        made = library_scenes(libraries, sources.library_scenes, seed, LIBRARY_SIDE_PX, part)
        scenes += [episode_scene(scene, (classes,), "library") for scene, classes in made]
    rng, side = np.random.default_rng(seed), sources.simulated_side_px
    for index in tracked(range(sources.simulated), sources.simulated, PartReporter(reporter, 0.4, 1), "simulating"):
        scene = simulate_scene(random_spec(rng, side, side), seed * SEEDS_APART + index)
        classes = scene.labels.astype(np.int16) - 1
        scenes.append(episode_scene(of_simulated(f"simulated-{index}", scene), (classes,), "simulated"))
    return scenes, tuple(library.name for library in libraries)
