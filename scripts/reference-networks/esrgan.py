"""RRDBNet as Wang et al. describe it (ESRGAN, 2018; Real-ESRGAN, 2021), and ESRGAN+ (Rakotonirina and Rasoanaivo, 2020)."""

import torch
import torch.nn.functional as F
from torch import nn


def conv(inputs, outputs, kernel=3, bias=True):
    return nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, bias=bias)


class DenseBlock(nn.Module):
    def __init__(self, features, growth, plus):
        super().__init__()
        for i in range(4):
            setattr(self, f"conv{i + 1}", conv(features + i * growth, growth))
        self.conv5 = conv(features + 4 * growth, features)
        if plus:
            self.conv1x1 = conv(features, growth, 1, bias=False)
        self.plus = plus

    def forward(self, x):
        one = F.leaky_relu(self.conv1(x), 0.2)
        two = F.leaky_relu(self.conv2(torch.cat([x, one], 1)), 0.2)
        if self.plus:
            two = two + self.conv1x1(x)
        three = F.leaky_relu(self.conv3(torch.cat([x, one, two], 1)), 0.2)
        four = F.leaky_relu(self.conv4(torch.cat([x, one, two, three], 1)), 0.2)
        if self.plus:
            four = four + two
        return x + 0.2 * self.conv5(torch.cat([x, one, two, three, four], 1))


class Block(nn.Module):
    def __init__(self, features, growth, plus):
        super().__init__()
        for i in range(3):
            setattr(self, f"rdb{i + 1}", DenseBlock(features, growth, plus))

    def forward(self, x):
        return x + 0.2 * self.rdb3(self.rdb2(self.rdb1(x)))


class RRDBNet(nn.Module):
    """`steps`: by how much each of the upsampling steps enlarges. `unshuffle`: side of the squares folded in front."""

    def __init__(self, features=4, growth=2, blocks=1, steps=(2, 2), unshuffle=1, plus=False, channels=3):
        super().__init__()
        self.steps, self.unshuffle = steps, unshuffle
        self.conv_first = conv(channels * unshuffle**2, features)
        self.body = nn.Sequential(*[Block(features, growth, plus) for _ in range(blocks)])
        self.conv_body = conv(features, features)
        for i in range(len(steps)):
            setattr(self, f"conv_up{i + 1}", conv(features, features))
        self.conv_hr = conv(features, features)
        self.conv_last = conv(features, channels)

    def forward(self, x):
        x = F.pixel_unshuffle(x, self.unshuffle) if self.unshuffle > 1 else x
        x = self.conv_first(x)
        x = x + self.conv_body(self.body(x))
        for i, step in enumerate(self.steps):
            x = F.interpolate(x, scale_factor=step, mode="nearest")
            x = F.leaky_relu(getattr(self, f"conv_up{i + 1}")(x), 0.2)
        return self.conv_last(F.leaky_relu(self.conv_hr(x), 0.2))


def old_names(weights, blocks, steps):
    """The names of ESRGAN's first release, which counts its layers."""
    top = {"conv_first": "0", "conv_body": f"1.sub.{blocks}", "conv_hr": f"{3 * steps + 2}", "conv_last": f"{3 * steps + 4}"}
    top.update({f"conv_up{i + 1}": f"{3 * (i + 1)}" for i in range(steps)})
    renamed = {}
    for name, tensor in weights.items():
        layer, kind = name.rsplit(".", 1)
        if layer in top:
            renamed[f"model.{top[layer]}.{kind}"] = tensor
        else:
            _, block, dense, inner = layer.split(".")
            number = "" if inner == "conv1x1" else ".0"
            renamed[f"model.1.sub.{block}.RDB{dense[3:]}.{inner}{number}.{kind}"] = tensor
    return renamed


def trunk_names(weights):
    """The names of BSRGAN and RealSR."""
    top = {"conv_body": "trunk_conv", "conv_hr": "HRconv", "conv_up1": "upconv1", "conv_up2": "upconv2"}
    renamed = {}
    for name, tensor in weights.items():
        layer, kind = name.rsplit(".", 1)
        if layer.startswith("body."):
            _, block, dense, inner = layer.split(".")
            layer = f"RRDB_trunk.{block}.RDB{dense[3:]}.{inner}"
        renamed[f"{top.get(layer, layer)}.{kind}"] = tensor
    return renamed
