"""The network whose answers the students learn: Real-ESRGAN general x4 v3 (BSD-3-Clause, Copyright 2021 Xintao Wang).

SRVGGNetCompact of 64 features and 32 convolutions, published in two sets of weights, General (keeps grain) and WDN
(denoises). Mixing the weights is upstream's "denoise strength" (xinntao/Real-ESRGAN, inference_realesrgan.py, option
-dn); 0.5 is its default and ours. Read from the ncnn files of upscayl/custom-models.
"""
import struct
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from training.console import Unusable, existing_folder

GENERAL = "RealESRGAN_General_x4_v3"
DENOISING = "RealESRGAN_General_WDN_x4_v3"
TEACHER_SCALE = 4

NCNN_MAGIC = "7767517"
FLOAT16_TAG = 0x01306B47

Weights = list[npt.NDArray[np.float32]]


class Teacher(Protocol):
    """float32 [N,3,H,W] in 0..1 to [N,3,4H,4W], not clamped."""

    def __call__(self, x: Tensor) -> Tensor:
        ...


class Compact(nn.Module):
    """Convolutions and PReLUs in a chain, pixel shuffle by four, plus the enlarged (nearest) input."""

    def __init__(self, layers: list[Weights]) -> None:
        super().__init__()
        self.body = nn.Sequential(*(_module(weights) for weights in layers))

    def forward(self, x: Tensor) -> Tensor:
        detail = F.pixel_shuffle(self.body(x), TEACHER_SCALE)
        return detail + F.interpolate(x, scale_factor=float(TEACHER_SCALE), mode="nearest")


class StandIn(nn.Module):
    """A fixed sharpened bicubic enlargement, where no real teacher is at hand: the pipeline runs, no model comes of it."""

    def forward(self, x: Tensor) -> Tensor:
        large = F.interpolate(x, scale_factor=float(TEACHER_SCALE), mode="bicubic", align_corners=False)
        soft = F.avg_pool2d(F.pad(large, (2, 2, 2, 2), mode="replicate"), 5, stride=1)
        return large + 0.6 * (large - soft)


def load_teacher(folder: Path, device: str = "cpu", general_share: float = 0.5) -> Compact:
    """General_x4_v3 and WDN, mixed weight by weight; `general_share` is that of the former.

    Unusable where a file is missing or damaged.
    """
    existing_folder(folder, "--teacher")
    try:
        pairs = zip(read_ncnn(folder / GENERAL), read_ncnn(folder / DENOISING), strict=True)
        layers = [
            [general_share * a + (1 - general_share) * b for a, b in zip(one, other, strict=True)] for one, other in pairs
        ]
    except OSError as error:
        raise Unusable(
            f"{error.filename} cannot be read ({error.strerror}): --teacher takes a folder with {GENERAL} and "
            f"{DENOISING}, each .param and .bin."
        ) from error
    except (ValueError, LookupError, struct.error) as error:
        raise Unusable(f"The teacher's files in {folder} are damaged ({error}): fetch them again.") from error
    net = Compact(layers).eval().to(device)
    for parameter in net.parameters():
        parameter.requires_grad_(False)
    return net


def read_ncnn(path: Path) -> list[Weights]:
    """Weights of each Convolution ([out, in, k, k], bias) and PReLU (slopes), in file order.

    `path` without its suffix names `.param` (text) and `.bin`. ValueError where they hold anything else with weights or
    the `.bin` does not end where the weights do. Format: Tencent/ncnn wiki, "param and model file structure".
    """
    lines = path.with_name(f"{path.name}.param").read_text().splitlines()
    if lines[0].strip() != NCNN_MAGIC:
        raise ValueError(f"{path.name}.param begins with {lines[0]!r} instead of {NCNN_MAGIC}")
    blob = _Blob(path.with_name(f"{path.name}.bin").read_bytes())
    layers = [weights for line in lines[2:] if (weights := _read_layer(line.split(), blob))]
    if blob.at != len(blob.data):
        raise ValueError(f"{path.name}.bin has {len(blob.data)} bytes, of which the layers take {blob.at}")
    return layers


class _Blob:
    """A `.bin` and how far it has been read, in bytes."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def floats(self, count: int, dtype: str = "<f4") -> npt.NDArray[np.float32]:
        values = np.frombuffer(self.data, dtype, count, self.at)
        self.at += (values.nbytes + 3) // 4 * 4
        return values.astype(np.float32)

    def tagged(self, count: int) -> npt.NDArray[np.float32]:
        (tag,) = struct.unpack_from("<I", self.data, self.at)
        self.at += 4
        if tag not in (0, FLOAT16_TAG):
            raise ValueError(f"unsupported ncnn weight tag {tag:#x}")
        return self.floats(count, "<f2" if tag == FLOAT16_TAG else "<f4")


def _read_layer(words: list[str], blob: _Blob) -> Weights:
    if not words:
        return []
    kind, inputs, outputs = words[0], int(words[2]), int(words[3])
    options = dict(word.split("=", 1) for word in words[4 + inputs + outputs :])
    if kind == "Convolution":
        out, side, count = int(options["0"]), int(options["1"]), int(options["6"])
        kernel = blob.tagged(count).reshape(out, -1, side, side)
        return [kernel, blob.floats(out)]
    return [blob.floats(int(options["0"]))] if kind == "PReLU" else []


def _module(weights: Weights) -> nn.Module:
    first = torch.from_numpy(weights[0].copy())
    if len(weights) == 1:
        prelu = nn.PReLU(len(first))
        prelu.weight.data = first
        return prelu
    conv = nn.Conv2d(first.shape[1], first.shape[0], first.shape[2], padding=first.shape[2] // 2)
    conv.weight.data = first
    assert conv.bias is not None
    conv.bias.data = torch.from_numpy(weights[1].copy())
    return conv
