"""Random batches out of a folder of pairs (see pairs.py)."""
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional as F

from training.teacher import TEACHER_SCALE


class Batches:
    """Aligned crops of random pairs, mixed with patches of flat colour and ramps whose enlargement is known exactly."""

    def __init__(self, folder: Path, scale: int, patch_px: int, seed: int, device: str = "cpu") -> None:
        self.lr = torch.from_numpy(np.load(folder / "lr.npy")).to(device)
        self.hr = torch.from_numpy(np.load(folder / "hr.npy")).to(device)
        ripple = torch.from_numpy(np.load(folder / "ripple.npy")).to(device)
        self.ripple = ripple.repeat(1, patch_px, patch_px)
        self.scale, self.patch_px = scale, patch_px
        self.rng = np.random.default_rng(seed)

    def draw(self, count: int, flat_share: float = 0.0) -> tuple[Tensor, Tensor]:
        """Inputs [N,3,P,P] and targets [N,3,sP,sP] in 0..1; for a smaller scale than the teacher's its answer averaged."""
        p, room = self.patch_px, self.lr.shape[-1] - self.patch_px + 1
        picks = self.rng.integers(len(self.lr), size=count)
        places = [(int(y), int(x)) for y, x in self.rng.integers(room, size=(count, 2))]
        x = torch.stack([_square(self.lr[i], at, p, 1) for i, at in zip(picks, places)])
        target = torch.stack([_square(self.hr[i], at, p, TEACHER_SCALE) for i, at in zip(picks, places)])
        x, target = x.float().div_(255), target.float().div_(255) - self.ripple
        if self.scale != TEACHER_SCALE:
            target = F.avg_pool2d(target, TEACHER_SCALE // self.scale)
        for i in range(count):
            if self.rng.random() < flat_share:
                flat, enlarged = ramp_pair(self.rng, p, self.scale)
                x[i], target[i] = torch.from_numpy(flat), torch.from_numpy(enlarged)
        return x.contiguous(memory_format=torch.channels_last), target


def _square(tile: Tensor, at: tuple[int, int], side: int, scale: int) -> Tensor:
    y, x = at[0] * scale, at[1] * scale
    return tile[:, y : y + side * scale, x : x + side * scale]


Plane = npt.NDArray[np.float32]


def ramp_pair(rng: np.random.Generator, side: int, scale: int) -> tuple[Plane, Plane]:
    """A flat colour or a linear ramp, float32 [3,P,P], and its exact enlargement [3,sP,sP]; some colours are pure."""
    colour = rng.random(3)
    colour = np.where(rng.random(3) < 0.3, np.round(colour), colour)
    slope = rng.normal(0, 0.004, (2, 3)) if rng.random() < 0.6 else np.zeros((2, 3))

    def ramp(position: npt.NDArray[np.float64]) -> Plane:
        down = slope[0][:, None, None] * position[None, :, None]
        across = slope[1][:, None, None] * position[None, None, :]
        return np.clip(colour[:, None, None] + down + across, 0, 1).astype(np.float32)

    middle = side / 2
    return ramp(np.arange(side) - middle), ramp((np.arange(side * scale) + 0.5) / scale - 0.5 - middle)
