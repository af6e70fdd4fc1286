"""The student: 3x3 convolutions with LeakyReLU, pixel shuffle, plus the enlarged (nearest) input.

Two forms of one function:
  PlainNet  plain convolutions. This is what is averaged over the steps (EMA), exported and shipped.
  TrainNet  each kernel is a sum of linear branches, 3x3 + (3x3 to 1x1, wider inside) + identity, merged in weight space
            before the convolution runs, so that a step costs about as much as for the plain form. The idea is that of
            RepVGG (Ding et al., CVPR 2021) and SESR (Bhardwaj et al., MLSys 2022, "collapsible linear blocks").
"""
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from training.whole_file import written_whole

Kernel = tuple[Tensor, Tensor]
"""Weight [out, in, 3, 3] and bias [out]."""


@dataclass(frozen=True)
class Shape:
    """A student's measures: channels inside, hidden convolutions after the first, enlargement, slope below zero."""

    features: int
    depth: int
    scale: int
    slope: float = 0.1

    @property
    def radius_px(self) -> int:
        """How far a source pixel reaches, in source pixels: one for each convolution."""
        return self.depth + 2

    @property
    def widths(self) -> list[int]:
        """Channels before the first convolution, and after each but the last."""
        return [3] + [self.features] * (self.depth + 1)

    @property
    def head_width(self) -> int:
        return 3 * self.scale * self.scale


def run(x: Tensor, kernels: Sequence[Kernel], shape: Shape) -> Tensor:
    """float32 [N,3,H,W] in 0..1 to [N,3,sH,sW], not clamped. Zeros beyond the edges."""
    y = x
    for weight, bias in kernels[:-1]:
        y = F.leaky_relu(F.conv2d(y, weight, bias, padding=1), shape.slope)
    weight, bias = kernels[-1]
    y = F.conv2d(y, weight, bias, padding=1)
    return F.pixel_shuffle(y, shape.scale) + F.interpolate(x, scale_factor=float(shape.scale), mode="nearest")


class PlainNet(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        widths = shape.widths
        self.convs = nn.ModuleList(nn.Conv2d(i, o, 3, padding=1) for i, o in zip(widths, widths[1:]))
        self.head = nn.Conv2d(shape.features, shape.head_width, 3, padding=1)

    def kernels(self) -> list[Kernel]:
        return [(conv.weight, conv.bias) for conv in [*self.convs, self.head]]

    def forward(self, x: Tensor) -> Tensor:
        return run(x, self.kernels(), self.shape)

    @torch.no_grad()
    def take(self, kernels: Sequence[Kernel], decay: float = 0.0) -> None:
        """These weights := decay * these + (1 - decay) * `kernels`."""
        for (weight, bias), (new_weight, new_bias) in zip(self.kernels(), kernels, strict=True):
            weight.lerp_(new_weight.detach(), 1 - decay)
            bias.lerp_(new_bias.detach(), 1 - decay)


class RepConv(nn.Module):
    """A 3x3 kernel as a sum of branches; `gain` scales what it starts with."""

    EXPAND = 2

    def __init__(self, inputs: int, outputs: int, identity: bool, gain: float = 1.0) -> None:
        super().__init__()
        std = gain * (2.0 / (9 * inputs)) ** 0.5
        inside = self.EXPAND * outputs
        self.w3 = nn.Parameter(torch.randn(outputs, inputs, 3, 3) * std * 0.5)
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.wide = nn.Parameter(torch.randn(inside, inputs, 3, 3) * std)
        self.point = nn.Parameter(torch.randn(outputs, inside) * (1.0 / inside) ** 0.5 * 0.5)
        self.keep = nn.Parameter(torch.full((outputs,), 0.5)) if identity and inputs == outputs else None

    def kernel(self) -> Kernel:
        weight = self.w3 + (self.point @ self.wide.flatten(1)).view_as(self.w3)
        if self.keep is not None:
            weight = weight + F.pad(torch.diag(self.keep)[:, :, None, None], (1, 1, 1, 1))
        return weight, self.bias


class TrainNet(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        widths = shape.widths
        self.convs = nn.ModuleList(RepConv(i, o, identity=True) for i, o in zip(widths, widths[1:]))
        self.head = RepConv(shape.features, shape.head_width, identity=False, gain=0.1)

    def kernels(self) -> list[Kernel]:
        return [conv.kernel() for conv in [*self.convs, self.head]]

    @torch.no_grad()
    def start_from(self, plain: PlainNet) -> None:
        """Becomes the function of `plain`: the branches shrink and `w3` carries the difference."""
        for conv, (weight, bias) in zip([*self.convs, self.head], plain.kernels(), strict=True):
            conv.point.mul_(0.3)
            conv.w3.add_(weight - conv.kernel()[0])
            conv.bias.copy_(bias)


@torch.no_grad()
def halve_scale(plain: PlainNet) -> PlainNet:
    """The network of half the scale whose output equals that of `plain` averaged over 2x2 pixels."""
    shape = replace(plain.shape, scale=plain.shape.scale // 2)
    half, s = PlainNet(shape), shape.scale
    for conv, other in zip(half.convs, plain.convs):
        conv.load_state_dict(other.state_dict())
    for name in ("weight", "bias"):
        values = getattr(plain.head, name)
        grouped = values.view(3, s, 2, s, 2, *values.shape[1:]).mean((2, 4))
        getattr(half.head, name).copy_(grouped.reshape(shape.head_width, *values.shape[1:]))
    return half


def count_parameters(net: nn.Module) -> int:
    return sum(parameter.numel() for parameter in net.parameters())


def macs_per_source_px(shape: Shape) -> int:
    """Multiplications of all convolutions for one source pixel."""
    widths = [*shape.widths, shape.head_width]
    return sum(9 * i * o for i, o in zip(widths, widths[1:]))


def save_checkpoint(path: Path, plain: PlainNet) -> None:
    with written_whole(path) as aside:
        torch.save({"config": asdict(plain.shape), "plain": plain.state_dict()}, aside)


def load_checkpoint(path: Path) -> PlainNet:
    data = torch.load(path, map_location="cpu")
    net = PlainNet(Shape(**data["config"]))
    net.load_state_dict(data["plain"])
    return net
