"""Omni-SR (Wang et al., 2023)."""

import torch
import torch.nn.functional as F
from torch import nn


def blocks(x, side):
    """[1, c, rows·side, columns·side] as [rows·columns, side², c], and what undoes it."""
    _, channels, height, width = x.shape
    rows, columns = height // side, width // side
    tokens = x.reshape(channels, rows, side, columns, side).permute(1, 3, 2, 4, 0).reshape(rows * columns, side**2, channels)

    def back(y):
        return y.reshape(rows, columns, side, side, channels).permute(4, 0, 2, 1, 3).reshape(1, channels, height, width)

    return tokens, back


def grid(x, side):
    """The same for windows whose pixels lie far apart: [1, c, side·rows, side·columns]."""
    _, channels, height, width = x.shape
    rows, columns = height // side, width // side
    tokens = x.reshape(channels, side, rows, side, columns).permute(2, 4, 1, 3, 0).reshape(rows * columns, side**2, channels)

    def back(y):
        return y.reshape(rows, columns, side, side, channels).permute(4, 2, 0, 3, 1).reshape(1, channels, height, width)

    return tokens, back


class ChannelNorm(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.ones(channels)), nn.Parameter(torch.zeros(channels))

    def forward(self, x):
        last = F.layer_norm(x.permute(0, 2, 3, 1), self.weight.shape, self.weight, self.bias, 1e-6)
        return last.permute(0, 3, 1, 2)


class Residual(nn.Module):
    """Normalised, changed, added. `windows`: how the picture is cut, where it is."""

    def __init__(self, norm, fn, windows=None):
        super().__init__()
        self.norm, self.fn, self.windows = norm, fn, windows

    def forward(self, x):
        if self.windows is None:
            return self.fn(self.norm(x)) + x
        tokens, back = self.windows(x)
        return back(self.fn(self.norm(tokens)) + tokens)


class Gate(nn.Module):
    def __init__(self, channels):
        super().__init__()
        hidden = max(1, channels // 4)
        self.gate = nn.Sequential(
            nn.Identity(), nn.Linear(channels, hidden, bias=False), nn.SiLU(), nn.Linear(hidden, channels, bias=False), nn.Sigmoid()
        )

    def forward(self, x):
        return x * self.gate(x.mean((2, 3)))[:, :, None, None]


class Bottleneck(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.fn = nn.Sequential(
            nn.Conv2d(channels, channels, 1),
            nn.GELU(),
            nn.Conv2d(channels, channels, 3, padding=1, groups=channels),
            nn.GELU(),
            Gate(channels),
            nn.Conv2d(channels, channels, 1),
        )

    def forward(self, x):
        return self.fn(x) + x


class Attention(nn.Module):
    def __init__(self, channels, side, heads=4):
        super().__init__()
        self.heads = heads
        self.to_qkv = nn.Linear(channels, 3 * channels, bias=False)
        self.to_out = nn.Sequential(nn.Linear(channels, channels, bias=False))
        self.rel_pos_bias = nn.Embedding((2 * side - 1) ** 2, heads)
        places = [(y, x) for y in range(side) for x in range(side)]
        self.distances = torch.tensor(
            [[(a - c + side - 1) * (2 * side - 1) + b - d + side - 1 for c, d in places] for a, b in places]
        )

    def forward(self, x):
        count, pixels, channels = x.shape
        q, k, v = (t.reshape(count, pixels, self.heads, -1).transpose(1, 2) for t in self.to_qkv(x).chunk(3, -1))
        common = (q * (channels // self.heads) ** -0.5) @ k.transpose(-1, -2)
        attention = (common + self.rel_pos_bias(self.distances).permute(2, 0, 1)).softmax(-1)
        return self.to_out((attention @ v).transpose(1, 2).reshape(count, pixels, channels))


class ChannelAttention(nn.Module):
    """Within each window, or (grid) over all windows for each place in a window."""

    def __init__(self, channels, side, over_grid, heads=4):
        super().__init__()
        self.side, self.heads, self.over_grid = side, heads, over_grid
        self.temperature = nn.Parameter(torch.ones(heads, 1, 1))
        self.qkv = nn.Conv2d(channels, 3 * channels, 1, bias=False)
        self.qkv_dwconv = nn.Conv2d(3 * channels, 3 * channels, 3, padding=1, groups=3 * channels, bias=False)
        self.project_out = nn.Conv2d(channels, channels, 1, bias=False)

    def forward(self, x):
        _, channels, height, width = x.shape
        side = self.side

        def split(t):
            t = t.reshape(self.heads, channels // self.heads, height // side, side, width // side, side)
            order = (3, 5, 0, 1, 2, 4) if self.over_grid else (2, 4, 0, 1, 3, 5)
            return t.permute(order)

        q, k, v = (split(t[0]) for t in self.qkv_dwconv(self.qkv(x)).chunk(3, 1))
        shape = v.shape
        q, k, v = (t.flatten(4) for t in (q, k, v))
        attention = (F.normalize(q, dim=-1) @ F.normalize(k, dim=-1).transpose(-1, -2) * self.temperature).softmax(-1)
        y = (attention @ v).reshape(shape)
        y = y.permute(2, 3, 4, 0, 5, 1) if self.over_grid else y.permute(2, 3, 0, 4, 1, 5)
        return self.project_out(y.reshape(1, channels, height, width))


class FeedForward(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.project_in = nn.Conv2d(channels, 2 * channels, 1, bias=False)
        self.dwconv = nn.Conv2d(2 * channels, 2 * channels, 3, padding=1, groups=2 * channels, bias=False)
        self.project_out = nn.Conv2d(channels, channels, 1, bias=False)

    def forward(self, x):
        gate, gated = self.dwconv(self.project_in(x)).chunk(2, 1)
        return self.project_out(F.gelu(gate) * gated)


class Block(nn.Module):
    def __init__(self, channels, side):
        super().__init__()

        def attention(cut):
            return Residual(nn.LayerNorm(channels), Attention(channels, side), lambda x: cut(x, side))

        def convolutions(fn):
            return Residual(ChannelNorm(channels), fn)

        # Where nothing stands, the published list has a rearrangement.
        self.layer = nn.Sequential(
            Bottleneck(channels),
            nn.Identity(),
            attention(blocks),
            nn.Identity(),
            convolutions(FeedForward(channels)),
            convolutions(ChannelAttention(channels, side, False)),
            convolutions(FeedForward(channels)),
            nn.Identity(),
            attention(grid),
            nn.Identity(),
            convolutions(FeedForward(channels)),
            convolutions(ChannelAttention(channels, side, True)),
            convolutions(FeedForward(channels)),
        )

    def forward(self, x):
        return self.layer(x)


class SpatialGate(nn.Module):
    def __init__(self, channels, few):
        super().__init__()
        self.conv1, self.conv_f = nn.Conv2d(channels, few, 1), nn.Conv2d(few, few, 1)
        self.conv2, self.conv3 = nn.Conv2d(few, few, 3, stride=2), nn.Conv2d(few, few, 3, padding=1)
        self.conv4 = nn.Conv2d(few, channels, 1)

    def forward(self, x):
        near = self.conv1(x)
        far = self.conv3(F.max_pool2d(self.conv2(near), 7, 3))
        far = F.interpolate(far, x.shape[2:], mode="bilinear", align_corners=False)
        return x * torch.sigmoid(self.conv4(far + self.conv_f(near)))


class Group(nn.Module):
    def __init__(self, channels, count, side):
        super().__init__()
        self.residual_layer = nn.Sequential(*[Block(channels, side) for _ in range(count)], nn.Conv2d(channels, channels, 1))
        self.esa = SpatialGate(channels, 2)

    def forward(self, x):
        return self.esa(self.residual_layer(x) + x)


class OmniSR(nn.Module):
    def __init__(self, channels=4, groups=1, count=1, side=4, scale=2, inputs=3):
        super().__init__()
        self.input = nn.Conv2d(inputs, channels, 3, padding=1)
        self.residual_layer = nn.Sequential(*[Group(channels, count, side) for _ in range(groups)])
        self.output = nn.Conv2d(channels, channels, 3, padding=1)
        self.up = nn.Sequential(nn.Conv2d(channels, inputs * scale**2, 3, padding=1), nn.PixelShuffle(scale))

    def forward(self, x):
        first = self.input(x)
        return self.up(self.output(self.residual_layer(first)) + first)
