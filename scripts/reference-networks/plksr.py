"""PLKSR (Lee et al., 2024) and RealPLKSR (neosr), with DySample (Liu et al., 2023)."""

import torch
import torch.nn.functional as F
from torch import nn


class ChannelLayerNorm(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(features))
        self.bias = nn.Parameter(torch.zeros(features))

    def forward(self, x):
        mean = x.mean(1, keepdim=True)
        variance = (x - mean).square().mean(1, keepdim=True)
        column = (1, -1, 1, 1)
        return (x - mean) / (variance + 1e-6).sqrt() * self.weight.reshape(column) + self.bias.reshape(column)


class LargeKernel(nn.Module):
    def __init__(self, part, kernel):
        super().__init__()
        self.conv = nn.Conv2d(part, part, kernel, padding=kernel // 2)
        self.part = part

    def forward(self, x):
        return torch.cat([self.conv(x[:, : self.part]), x[:, self.part :]], 1)


class ElementAttention(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.f = nn.Sequential(nn.Conv2d(features, features, 3, padding=1), nn.Sigmoid())

    def forward(self, x):
        return x * self.f(x)


class Block(nn.Module):
    def __init__(self, features, part, kernel, real, mixer, attention, norm):
        super().__init__()
        wide, narrow = mixer
        layers = nn.Sequential(
            nn.Conv2d(features, 2 * features, wide, padding=wide // 2),
            nn.Mish() if real else nn.GELU(),
            nn.Conv2d(2 * features, features, narrow, padding=narrow // 2),
        )
        setattr(self, "channel_mixer" if real else "channe_mixer", layers)
        self.mix = "channel_mixer" if real else "channe_mixer"
        if norm == "layer":
            self.layer_norm = ChannelLayerNorm(features)
        self.lk = LargeKernel(part, kernel)
        if attention:
            self.attn = ElementAttention(features)
        self.refine = nn.Conv2d(features, features, 1)
        if norm == "group":
            self.norm = nn.GroupNorm(4, features)

    def forward(self, x):
        y = self.layer_norm(x) if hasattr(self, "layer_norm") else x
        y = self.lk(getattr(self, self.mix)(y))
        y = self.attn(y) if hasattr(self, "attn") else y
        y = self.refine(y)
        y = self.norm(y) if hasattr(self, "norm") else y
        return x + y


class DySample(nn.Module):
    def __init__(self, channels, scale, groups=4, outputs=3):
        super().__init__()
        self.scale, self.groups = scale, groups
        places = 2 * groups * scale**2
        self.offset = nn.Conv2d(channels, places, 1)
        self.scope = nn.Conv2d(channels, places, 1, bias=False)
        self.end_conv = nn.Conv2d(channels, outputs, 1)
        # Where the new pixels lie in the old one: across for the first half of the places, down for the second.
        step = (torch.arange(scale) - (scale - 1) / 2) / scale
        across = step.repeat(scale).repeat(groups)
        down = step.repeat_interleave(scale).repeat(groups)
        self.register_buffer("init_pos", torch.cat([across, down]).reshape(1, places, 1, 1))

    def forward(self, x):
        _, channels, height, width = x.shape
        moved = self.offset(x) * self.scope(x).sigmoid() * 0.5 + self.init_pos
        across, down = moved.chunk(2, 1)
        across = 2 * (across + torch.arange(width).reshape(1, 1, 1, -1) + 0.5) / width - 1
        down = 2 * (down + torch.arange(height).reshape(1, 1, -1, 1) + 0.5) / height - 1
        grid = torch.stack([F.pixel_shuffle(one, self.scale)[0] for one in (across, down)], -1)
        parts = x.reshape(self.groups, channels // self.groups, height, width)
        taken = F.grid_sample(parts, grid, mode="bilinear", padding_mode="border", align_corners=False)
        return self.end_conv(taken.reshape(1, channels, height * self.scale, width * self.scale))


class PLKSR(nn.Module):
    def __init__(self, features=8, blocks=1, kernel=5, part=2, scale=2, real=True, mixer=(3, 3), attention=True,
                 norm="group", dysample=False, channels=3):
        super().__init__()
        layers = [nn.Conv2d(channels, features, 3, padding=1)]
        layers += [Block(features, part, kernel, real, mixer, attention, norm) for _ in range(blocks)]
        layers += [nn.Dropout2d(0.0)] if real else []
        self.feats = nn.Sequential(*layers, nn.Conv2d(features, channels * scale**2, 3, padding=1))
        self.to_img = DySample(channels * scale**2, scale, outputs=channels) if dysample else nn.PixelShuffle(scale)
        self.scale = scale

    def forward(self, x):
        return self.to_img(self.feats(x) + x.repeat_interleave(self.scale**2, 1))
