"""How each built-in model is made: its measures, its phases, its seed.

Steps are those of the shipped files; then they were not counted but timed (52, 10.5 and 6 minutes of two shared CPU
cores), so a new run makes a network as good, not the same bytes.
"""
from dataclasses import dataclass

from training.student import Shape


@dataclass(frozen=True)
class Phase:
    """`learning_rate` at its highest; `flat_share` of each batch are flat colours and ramps."""

    steps: int
    learning_rate: float
    flat_share: float
    batch: int = 8


@dataclass(frozen=True)
class Recipe:
    """`starts_from` is the model whose weights are taken over, at double the scale."""

    shape: Shape
    phases: tuple[Phase, ...]
    starts_from: str | None = None
    seed: int = 7
    patch_px: int = 48


# Pairs are common to all: tiles of the training photographs, and a few of the held-out ones to watch the training by.
PAIRS, PAIRS_SEED = 2600, 1
WATCHED_PAIRS, WATCHED_SEED = 48, 99

RECIPES = {
    # The first phase had no flat patches: only then was it seen that the student copied the teacher's ripple.
    "photo-4x": Recipe(
        Shape(features=48, depth=8, scale=4),
        (Phase(21_341, 1e-3, flat_share=0.0), Phase(2_986, 2.5e-4, flat_share=0.08)),
    ),
    "photo-2x": Recipe(
        Shape(features=48, depth=8, scale=2), (Phase(5_343, 5e-4, flat_share=0.06),), starts_from="photo-4x"
    ),
    "fast-2x": Recipe(Shape(features=24, depth=4, scale=2), (Phase(6_531, 1.5e-3, flat_share=0.06, batch=16),)),
}
