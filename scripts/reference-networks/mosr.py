"""MoSR (neosr), which builds on MambaOut (Yu and Wang, 2024)."""

import torch
import torch.nn.functional as F
from torch import nn

from plksr import ChannelLayerNorm, DySample


class Block(nn.Module):
    def __init__(self, features, hidden, part, kernel):
        super().__init__()
        self.norm = ChannelLayerNorm(features)
        self.fc1 = nn.Conv2d(features, 2 * hidden, 3, padding=1)
        self.conv = nn.Conv2d(part, part, kernel, padding=kernel // 2, groups=part)
        self.fc2 = nn.Conv2d(hidden, features, 3, padding=1)
        self.sizes = (hidden, hidden - part, part)

    def forward(self, x):
        gate, kept, some = self.fc1(self.norm(x)).split(self.sizes, 1)
        gated = F.mish(gate) * torch.cat([kept, self.conv(some)], 1)
        return F.mish(self.fc2(gated)) + (x - 0.5)


class Shortcut(nn.Module):
    def __init__(self, features, channels):
        super().__init__()
        self.block = nn.Sequential(
            nn.Conv2d(channels, features, 3, padding=1), nn.Mish(), nn.Conv2d(features, features, 3, padding=1), nn.Mish())
        self.conv11 = nn.Conv2d(channels, features, 1)

    def forward(self, x):
        return self.block(x) + self.conv11(x)


class Ensemble(nn.Module):
    """Eight pixel shuffles, of which the mean is taken."""

    def __init__(self, features, scale, channels):
        super().__init__()
        self.in_to_k = nn.Conv2d(features, 8 * channels * scale**2, 3, padding=1)
        self.scale = scale

    def forward(self, x):
        answers = self.in_to_k(x)
        return F.pixel_shuffle(answers.reshape(1, 8, -1, *answers.shape[2:]).mean(1), self.scale)


class MoSR(nn.Module):
    def __init__(self, features=4, hidden=6, part=4, kernel=5, blocks=1, scale=2, upsampler="ps", channels=3):
        super().__init__()
        self.gblocks = nn.Sequential(
            nn.Conv2d(channels, features, 3, padding=1),
            *[Block(features, hidden, part, kernel) for _ in range(blocks)],
            nn.Conv2d(features, 2 * features, 3, padding=1),
            nn.Mish(),
            nn.Conv2d(2 * features, features, 3, padding=1),
            nn.Mish(),
            nn.Conv2d(features, features, 1),
        )
        self.shortcut = Shortcut(features, channels)
        shuffle = nn.Sequential(nn.Conv2d(features, channels * scale**2, 3, padding=1), nn.PixelShuffle(scale))
        self.upsampler = {
            "ps": shuffle, "gps": Ensemble(features, scale, channels), "dys": DySample(features, scale, outputs=channels),
        }[upsampler]

    def forward(self, x):
        return self.upsampler(self.gblocks(x) + (self.shortcut(x) - 0.5))
