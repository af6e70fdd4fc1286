"""What a student learns from: low-resolution tiles and the teacher's four times larger answers, kept as bytes in files.

A folder of pairs holds `lr.npy` uint8 [N,3,T,T], `hr.npy` uint8 [N,3,4T,4T] and `ripple.npy` float32 [3,4,4]. `hr.npy` is
written last: where it is, the others are.
"""
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from training.teacher import TEACHER_SCALE, Teacher
from training.tiles import Tile
from training.whole_file import written_whole

TILE_PX = 96
BATCH = 4
REPORT_SECONDS = 30.0


def build_pairs(
    folder: Path,
    source: Iterator[Tile],
    count: int,
    teacher: Teacher,
    ripple: npt.NDArray[np.float32],
    device: str = "cpu",
) -> None:
    """Writes `count` pairs into `folder`.

    `source` gives the tiles, uint8 [T,T,3], all of one size; `ripple` is the teacher's `flat_ripple`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lr, hr = [], []
    began = reported = time.monotonic()
    for start in range(0, count, BATCH):
        batch = np.stack([next(source) for _ in range(min(BATCH, count - start))]).transpose(0, 3, 1, 2)
        lr.append(batch)
        hr.append(_answers(teacher, batch, device))
        if time.monotonic() - reported > REPORT_SECONDS:
            reported = time.monotonic()
            print(f"{start + len(batch)} of {count} tiles, {reported - began:.0f} s", flush=True)
    for name, values in (("ripple", ripple), ("lr", np.concatenate(lr)), ("hr", np.concatenate(hr))):
        with written_whole(folder / f"{name}.npy") as aside:
            np.save(aside, values)


def has_pairs(folder: Path) -> bool:
    """Whether `build_pairs` came to its end there."""
    return (folder / "hr.npy").exists()


@torch.no_grad()
def _answers(teacher: Teacher, batch: npt.NDArray[np.uint8], device: str) -> npt.NDArray[np.uint8]:
    x = torch.from_numpy(np.ascontiguousarray(batch)).to(device).float().div(255)
    y = teacher(x.contiguous(memory_format=torch.channels_last))
    return (y.clamp(0, 1) * 255).round().byte().cpu().numpy()


@torch.no_grad()
def flat_ripple(teacher: Teacher, device: str = "cpu", colours: int = 40) -> npt.NDArray[np.float32]:
    """The pattern that the teacher paints onto flat colour, float32 [3,4,4], the mean over random colours.

    About 1/255 rms for Real-ESRGAN general x4 v3, the same 4x4 pixels everywhere: it comes from its pixel shuffle.
    A student copies it unless it is taken from the targets.
    """
    rng = np.random.default_rng(0)
    reach, s = 36, TEACHER_SCALE
    total = torch.zeros(3, s, s, dtype=torch.float64)
    for _ in range(colours):
        colour = torch.from_numpy(rng.random((1, 3, 1, 1), dtype=np.float32)).to(device)
        y = teacher(colour.expand(1, 3, 2 * reach + 2, 2 * reach + 2).contiguous())
        middle = y[0, :, s * reach : s * reach + s, s * reach : s * reach + s]
        total += (middle - middle.mean((1, 2), keepdim=True)).double().cpu() / colours
    return total.float().numpy()
