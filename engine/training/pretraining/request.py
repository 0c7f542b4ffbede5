"""What to pretrain, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass

from ...errors import InputError
from ...models.specaware import PRESETS
from ...models.specaware.config import SCALED, STANDARDISED
from .crops import MIXED, VIEWS
from .masked import MASK_BLOCK

MASKED, EPISODES = "masked", "episodes"
PRECISIONS = ("auto", "float32")


@dataclass(frozen=True)
class _Recipe:
    """What goes with an objective: preset and crop side, unless told otherwise, and the input its presets take."""

    preset: str
    crop_px: int
    input: str


RECIPES = {MASKED: _Recipe("specaware-small", 32, SCALED), EPISODES: _Recipe("specaware-pixel", 16, STANDARDISED)}


@dataclass(frozen=True)
class PretrainRequest:
    """What to pretrain on, how long, and where the weights go.

    Attributes:
        output: weights file to write (.safetensors).
        checkpoints: folder for checkpoints; a run that finds one there continues it.
        objective: ``masked`` autoencoding or few-shot ``episodes``.
        data: folders of scenes in the standard form (``<scene>/image.tif`` and ``meta.json``).
        exclude: names of scenes to leave out.
        libraries: folders of spectral libraries (``<library>/library.npz``): scenes of episodes are made of them, or,
            for the masked objective, half of the patches of simulated scenes.
        simulated: number of simulated scenes.
        library_scenes: number of scenes made from the libraries.
        minutes: training time, all continued runs together; the learning rate follows it.
        preset: architecture, a name in `PRESETS`; the objective's own if None.
        seed: of weights, scenes and crops. Where time decides when a run ends, runs are not equal bit for bit.
        threads: CPU threads of torch.
        device: ``auto``, ``cpu`` or ``cuda``.
        batch: crops of one scene, for the masked objective.
        scenes_per_step: batches or episodes whose gradients are added up before each step.
        crop_px: side of a crop; the objective's own if None.
        rate: peak learning rate.
        mask_ratio: share of hidden patches.
        save_minutes: time between checkpoints.
        steps: length of the run in steps in place of minutes. The run is then exact: one that is continued gives the
            weights of one that never stopped, and several processes of the masked objective those of one.
        shards: folder of patches as ``dataset`` writes it, in place of scenes; for the masked objective.
        progressive: begin with small crops and few bands; needs ``steps``.
        views: ``mixed`` selections of bands, or the paper's two ``paired`` ranges of the same places in turn.
        demanding: simulate towns and coasts, too, and what makes scenes hard (see `Effects`); for the masked objective.
        precision: ``auto``, bfloat16 products where the hardware has them, or ``float32``.
        recompute_blocks: compute blocks again in the backward pass, a third more work for a fraction of the memory; for
            the masked objective.
        compile: have torch compile the blocks where it can, for graphics cards.
        ema: decay of the running mean of the weights that is written at the end; 0 writes the last weights.
    """

    output: str
    checkpoints: str
    objective: str = MASKED
    data: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    simulated: int = 200
    library_scenes: int = 150
    minutes: float = 60.0
    preset: str | None = None
    seed: int = 0
    threads: int = 2
    device: str = "auto"
    batch: int = 16
    scenes_per_step: int = 2
    crop_px: int | None = None
    rate: float = 1e-3
    mask_ratio: float = 0.75
    save_minutes: float = 3.0
    steps: int | None = None
    shards: str | None = None
    progressive: bool = False
    views: str = MIXED
    demanding: bool = False
    precision: str = PRECISIONS[0]
    recompute_blocks: bool = False
    compile: bool = False
    ema: float = 0.0

    def __post_init__(self) -> None:
        if self.objective not in RECIPES:
            raise InputError(f"There is no objective {self.objective!r}.", f"Use one of {', '.join(RECIPES)}.")
        if self.architecture not in PRESETS:
            raise InputError(f"There is no preset {self.preset!r}.", f"Use one of {', '.join(PRESETS)}.")
        if min(self.minutes, self.batch, self.scenes_per_step, self.threads) <= 0 or not 0 < self.mask_ratio < 1:
            raise InputError("Minutes, batch, scenes per step and threads must be positive, the mask ratio in 0..1.",
                             "Correct the values of the request.")
        config = PRESETS[self.architecture]
        if config.input != RECIPES[self.objective].input:
            raise InputError(f"{self.architecture} takes {config.input} pixels, which the objective {self.objective!r} "
                             "does not give.", f"Use {RECIPES[self.objective].preset}.")
        if self.side_px % self.block_px:
            raise InputError(f"Crops of {self.side_px} px do not divide into blocks of {self.block_px} px.",
                             "Choose a multiple of that.")
        if (self.steps is not None and self.steps < 1) or not 0 <= self.ema < 1 or self.views not in VIEWS:
            raise InputError(f"{self.steps} steps, a decay of {self.ema:g} and {self.views!r} views cannot be meant.",
                             f"Steps are positive, the decay is in 0..1, views are {' or '.join(VIEWS)}.")
        if self.precision not in PRECISIONS:
            raise InputError(f"There is no precision {self.precision!r}.", f"Use {' or '.join(PRECISIONS)}.")
        if self.objective != MASKED and (self.shards or self.progressive or self.demanding or self.views != MIXED
                                         or self.recompute_blocks):
            raise InputError("Shards, demanding scenes, stages, paired views and blocks computed again are for the "
                             "masked objective.", "Leave them out, or use --objective masked.")
        if self.progressive and self.steps is None:
            raise InputError("A progressive run must know its length in steps.", "Give --steps.")

    @property
    def architecture(self) -> str:
        """Name of the preset."""
        return self.preset or RECIPES[self.objective].preset

    @property
    def block_px(self) -> int:
        """Sides of crops are multiples of it."""
        return PRESETS[self.architecture].patch_px * (MASK_BLOCK if self.objective == MASKED else 1)

    @property
    def side_px(self) -> int:
        """Side of a crop."""
        return self.crop_px or RECIPES[self.objective].crop_px


@dataclass(frozen=True)
class PretrainResult:
    """What came of it: the file and its hash, steps, crops seen, last mean loss (None if no step was left to do)."""

    weights: str
    sha256: str
    steps: int
    crops: int
    loss: float | None
