"""SRVGGNetCompact, as Real-ESRGAN's general and anime video models use it."""

import torch.nn.functional as F
from torch import nn


class Compact(nn.Module):
    def __init__(self, features=6, layers=2, scale=2, activation="prelu", channels=3):
        super().__init__()
        make = {
            "prelu": lambda: nn.PReLU(num_parameters=features),
            "relu": nn.ReLU,
            "leakyrelu": lambda: nn.LeakyReLU(0.1),
        }[activation]
        body = []
        for i in range(layers + 1):
            body += [nn.Conv2d(channels if i == 0 else features, features, 3, padding=1), make()]
        self.body = nn.Sequential(*body, nn.Conv2d(features, channels * scale**2, 3, padding=1))
        self.scale = scale

    def forward(self, x):
        return F.pixel_shuffle(self.body(x), self.scale) + F.interpolate(x, scale_factor=self.scale, mode="nearest")
