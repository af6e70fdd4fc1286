"""SAFMN (Sun et al., 2023)."""

import torch
import torch.nn.functional as F
from torch import nn

from plksr import ChannelLayerNorm


class Modulation(nn.Module):
    def __init__(self, channels):
        super().__init__()
        quarter = channels // 4
        self.mfr = nn.ModuleList([nn.Conv2d(quarter, quarter, 3, padding=1, groups=quarter) for _ in range(4)])
        self.aggr = nn.Conv2d(channels, channels, 1)

    def forward(self, x):
        height, width = x.shape[2:]
        parts = []
        for level, (part, conv) in enumerate(zip(x.chunk(4, 1), self.mfr)):
            if level > 0:
                part = F.adaptive_max_pool2d(part, (height // 2**level, width // 2**level))
            parts.append(F.interpolate(conv(part), size=(height, width), mode="nearest"))
        return F.gelu(self.aggr(torch.cat(parts, 1))) * x


class Mixer(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.ccm = nn.Sequential(
            nn.Conv2d(channels, 2 * channels, 3, padding=1), nn.GELU(), nn.Conv2d(2 * channels, channels, 1))

    def forward(self, x):
        return self.ccm(x)


class Block(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.norm1, self.norm2 = ChannelLayerNorm(channels), ChannelLayerNorm(channels)
        self.safm, self.ccm = Modulation(channels), Mixer(channels)

    def forward(self, x):
        x = x + self.safm(self.norm1(x))
        return x + self.ccm(self.norm2(x))


class SAFMN(nn.Module):
    def __init__(self, channels=8, blocks=2, scale=2, inputs=3):
        super().__init__()
        self.to_feat = nn.Conv2d(inputs, channels, 3, padding=1)
        self.feats = nn.Sequential(*[Block(channels) for _ in range(blocks)])
        self.to_img = nn.Sequential(nn.Conv2d(channels, inputs * scale**2, 3, padding=1), nn.PixelShuffle(scale))

    def forward(self, x):
        first = self.to_feat(x)
        return self.to_img(self.feats(first) + first)
