"""SPAN (Wan et al., 2023), in training's form: each convolution is three in a row with one beside them."""

import torch
import torch.nn.functional as F
from torch import nn

MEAN = torch.tensor([0.4488, 0.4371, 0.4040]).reshape(1, 3, 1, 1)


class Conv3XC(nn.Module):
    def __init__(self, inputs, outputs, gain=2):
        super().__init__()
        self.sk = nn.Conv2d(inputs, outputs, 1)
        self.conv = nn.Sequential(
            nn.Conv2d(inputs, inputs * gain, 1),
            nn.Conv2d(inputs * gain, outputs * gain, 3),
            nn.Conv2d(outputs * gain, outputs, 1),
        )
        # What the file keeps beside the branches: in training it may be older than they are.
        self.eval_conv = nn.Conv2d(inputs, outputs, 3, padding=1)

    def forward(self, x):
        return self.conv(F.pad(x, (1, 1, 1, 1))) + self.sk(x)


class Block(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.c1_r, self.c2_r, self.c3_r = (Conv3XC(features, features) for _ in range(3))

    def forward(self, x):
        first = self.c1_r(x)
        # In place, as published: `first` is activated from here on.
        second = self.c2_r(F.silu(first, inplace=True))
        third = self.c3_r(F.silu(second, inplace=True))
        return (third + x) * (torch.sigmoid(third) - 0.5), first


class SPAN(nn.Module):
    def __init__(self, features=3, scale=2, norm=True, channels=3):
        super().__init__()
        self.conv_1 = Conv3XC(channels, features)
        for i in range(6):
            setattr(self, f"block_{i + 1}", Block(features))
        self.conv_cat = nn.Conv2d(4 * features, features, 1)
        self.conv_2 = Conv3XC(features, features)
        self.upsampler = nn.Sequential(nn.Conv2d(features, channels * scale**2, 3, padding=1), nn.PixelShuffle(scale))
        if not norm:
            self.register_buffer("no_norm", torch.zeros(1))

    def forward(self, x):
        if not hasattr(self, "no_norm"):
            x = (x - MEAN) * 255
        first = self.conv_1(x)
        outputs, x = [], first
        for i in range(6):
            x, activated = getattr(self, f"block_{i + 1}")(x)
            outputs.append(x)
        joined = torch.cat([first, self.conv_2(x), outputs[0], activated], 1)
        return self.upsampler(self.conv_cat(joined))
