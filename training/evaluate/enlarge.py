"""Ways to make a picture larger: a network, the teacher, and the resamplers that both have to beat.

Pictures are float32 [H,W,3] in 0..255; answers are not rounded and not clamped unless said so.
"""
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch.nn import functional as F

from training.evaluate.metrics import Pixels
from training.student import PlainNet
from training.teacher import TEACHER_SCALE, Compact

Floats = npt.NDArray[np.float32]
Enlarge = Callable[[Floats], Floats]


def floats_of(picture: Image.Image) -> Floats:
    return np.asarray(picture.convert("RGB"), np.float32)


def bytes_of(floats: Floats) -> Pixels:
    """As the app writes them: clamped, rounded once."""
    return (np.clip(floats, 0, 255) + 0.5).astype(np.uint8)


def by_student(net: PlainNet) -> Enlarge:
    return lambda pixels: _run(net, pixels)


class ByTeacher:
    """The teacher's answer, averaged down to `scale` as in training; remembered, since several students are compared."""

    def __init__(self, net: Compact, scale: int, memory: dict[bytes, Floats]) -> None:
        self.net, self.scale, self.memory = net, scale, memory

    def __call__(self, pixels: Floats) -> Floats:
        key = bytes(str(pixels.shape), "ascii") + pixels.tobytes()
        if key not in self.memory:
            self.memory[key] = np.clip(_run(self.net, pixels), 0, 255)
        full = torch.from_numpy(self.memory[key]).permute(2, 0, 1)[None]
        return F.avg_pool2d(full, TEACHER_SCALE // self.scale)[0].permute(1, 2, 0).numpy()


def by_resampling(kernel: Image.Resampling, scale: int) -> Enlarge:
    """Pillow's, on bytes, as everyone compares with."""

    def enlarge(pixels: Floats) -> Floats:
        picture = Image.fromarray(bytes_of(pixels))
        return floats_of(picture.resize((picture.width * scale, picture.height * scale), kernel))

    return enlarge


def by_lanczos_in_float(scale: int) -> Enlarge:
    """Lanczos (3 lobes), each channel in float and not clamped: its overshoot can be seen."""

    def enlarge(pixels: Floats) -> Floats:
        size = (pixels.shape[1] * scale, pixels.shape[0] * scale)
        planes = [Image.fromarray(pixels[..., channel]).resize(size, Image.Resampling.LANCZOS) for channel in range(3)]
        return np.stack([np.asarray(plane, np.float32) for plane in planes], 2)

    return enlarge


@torch.no_grad()
def _run(net: torch.nn.Module, pixels: Floats) -> Floats:
    x = torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1)[None])) / 255
    y: Floats = net(x.contiguous(memory_format=torch.channels_last))[0].permute(1, 2, 0).numpy() * 255
    return y
