"""Dual Aggregation Transformer (Chen et al., 2023), with the buffers that published files hold beside its weights."""

import torch
import torch.nn.functional as F
from torch import nn

from swinir import MEAN, waist


def windows(x, height, width):
    """[h, w, c] as [windows, height · width, c]."""
    rows, columns, channels = x.shape
    x = x.reshape(rows // height, height, columns // width, width, channels)
    return x.transpose(1, 2).reshape(-1, height * width, channels)


def picture(x, height, width, rows, columns):
    x = x.reshape(rows // height, columns // width, height, width, -1)
    return x.transpose(1, 2).reshape(rows, columns, -1)


def shift_mask(rows, columns, window, shift):
    region = torch.zeros(rows, columns, 1)
    for i, down in enumerate((slice(0, -window[0]), slice(-window[0], -shift[0]), slice(-shift[0], None))):
        for j, across in enumerate((slice(0, -window[1]), slice(-window[1], -shift[1]), slice(-shift[1], None))):
            region[down, across] = 3 * i + j
    region = windows(region, *window).squeeze(-1)
    return (region[:, None] != region[:, :, None]).float() * -100


class Positions(nn.Module):
    def __init__(self, inner, heads):
        super().__init__()
        self.pos_proj = nn.Linear(2, inner)
        for i, outputs in enumerate((inner, inner, heads)):
            setattr(self, f"pos{i + 1}", nn.Sequential(nn.LayerNorm(inner), nn.ReLU(), nn.Linear(inner, outputs)))

    def forward(self, distances):
        return self.pos3(self.pos2(self.pos1(self.pos_proj(distances))))


class WindowAttention(nn.Module):
    def __init__(self, channels, window, heads):
        super().__init__()
        self.window, self.heads = window, heads
        self.pos = Positions(2, heads)
        height, width = window
        self.register_buffer("rpe_biases", torch.tensor(
            [(float(y), float(x)) for y in range(1 - height, height) for x in range(1 - width, width)]))
        places = torch.tensor([(y, x) for y in range(height) for x in range(width)])
        distance = places[:, None] - places[None] + torch.tensor([height - 1, width - 1])
        self.register_buffer("relative_position_index", distance[..., 0] * (2 * width - 1) + distance[..., 1])

    def forward(self, q, k, v, shift):
        rows, columns, channels = v.shape
        back = tuple(-one for one in shift)
        q, k, v = (windows(torch.roll(t, back, (0, 1)), *self.window) for t in (q, k, v))
        q, k, v = (t.reshape(*t.shape[:2], self.heads, -1).transpose(1, 2) for t in (q, k, v))
        common = q * q.shape[-1] ** -0.5 @ k.transpose(-1, -2)
        common = common + self.pos(self.rpe_biases)[self.relative_position_index].permute(2, 0, 1)
        if any(shift):
            common = common + shift_mask(rows, columns, self.window, shift)[:, None]
        y = (common.softmax(-1) @ v).transpose(1, 2).flatten(2)
        return torch.roll(picture(y, *self.window, rows, columns), shift, (0, 1))


class Attention(nn.Module):
    """What both kinds have: a convolution beside the attention, and weights from each for the other."""

    def __init__(self, channels, bias):
        super().__init__()
        self.qkv = nn.Linear(channels, 3 * channels, bias=bias)
        self.proj = nn.Linear(channels, channels)
        self.dwconv = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=1, groups=channels), nn.BatchNorm2d(channels), nn.GELU())
        self.channel_interaction = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Conv2d(channels, 2, 1), nn.BatchNorm2d(2), nn.GELU(), nn.Conv2d(2, channels, 1))
        self.spatial_interaction = nn.Sequential(
            nn.Conv2d(channels, 1, 1), nn.BatchNorm2d(1), nn.GELU(), nn.Conv2d(1, 1, 1))

    def forward(self, x):
        q, k, v = self.qkv(x).chunk(3, -1)
        attended = self.attend(q, k, v).permute(2, 0, 1)[None]
        local = self.dwconv(v.permute(2, 0, 1)[None])
        by_pixel, by_channel = (local, attended) if self.over_channels else (attended, local)
        pixel_weight = self.spatial_interaction(by_pixel).sigmoid()
        channel_weight = self.channel_interaction(by_channel).sigmoid()
        if self.over_channels:
            y = attended * pixel_weight + local * channel_weight
        else:
            y = attended * channel_weight + local * pixel_weight
        return self.proj(y[0].permute(1, 2, 0))


class SpatialAttention(Attention):
    over_channels = False

    def __init__(self, channels, window, heads, shifted, bias):
        super().__init__(channels, bias)
        sides = (window, window[::-1])
        self.attns = nn.ModuleList([WindowAttention(channels // 2, one, heads // 2) for one in sides])
        self.shifts = [tuple(side // 2 if shifted else 0 for side in one) for one in sides]
        if shifted:
            for i, one in enumerate(sides):
                self.register_buffer(f"attn_mask_{i}", shift_mask(max(window), 2 * max(window), one, self.shifts[i]))

    def attend(self, q, k, v):
        halves = zip(*(t.chunk(2, -1) for t in (q, k, v)))
        parts = [attn(*half, shift) for attn, half, shift in zip(self.attns, halves, self.shifts)]
        return torch.cat(parts, -1)


class ChannelAttention(Attention):
    over_channels = True

    def __init__(self, channels, heads, bias):
        super().__init__(channels, bias)
        self.heads = heads
        self.temperature = nn.Parameter(torch.ones(heads, 1, 1))

    def attend(self, q, k, v):
        rows, columns, channels = v.shape
        q, k, v = (t.reshape(rows * columns, self.heads, -1).permute(1, 2, 0) for t in (q, k, v))
        alike = F.normalize(q, dim=-1) @ F.normalize(k, dim=-1).transpose(-1, -2) * self.temperature
        return (alike.softmax(-1) @ v).reshape(channels, rows, columns).permute(1, 2, 0)


class SpatialGate(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.norm = nn.LayerNorm(channels)
        self.conv = nn.Conv2d(channels, channels, 3, padding=1, groups=channels)

    def forward(self, x):
        gated, seen = x.chunk(2, -1)
        return gated * self.conv(self.norm(seen).permute(2, 0, 1)[None])[0].permute(1, 2, 0)


class FeedForward(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(channels, 2 * channels), nn.Linear(channels, channels)
        self.sg = SpatialGate(channels)

    def forward(self, x):
        return self.fc2(self.sg(F.gelu(self.fc1(x))))


class Block(nn.Module):
    def __init__(self, channels, attn):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(channels), nn.LayerNorm(channels)
        self.attn, self.ffn = attn, FeedForward(channels)

    def forward(self, x):
        x = x + self.attn(self.norm1(x))
        return x + self.ffn(self.norm2(x))


class Group(nn.Module):
    def __init__(self, index, channels, window, heads, depth, bias, connection):
        super().__init__()
        blocks = []
        for i in range(depth):
            shifted = (i > 0 and (i - 2) % 4 == 0) if index % 2 == 0 else i % 4 == 0
            spatial = i % 2 == 0
            attn = SpatialAttention(channels, window, heads, shifted, bias) if spatial else ChannelAttention(channels, heads, bias)
            blocks.append(Block(channels, attn))
        self.blocks, self.conv = nn.Sequential(*blocks), waist(channels, connection)

    def forward(self, x):
        return x + self.conv(self.blocks(x).permute(2, 0, 1)[None])[0].permute(1, 2, 0)


class DAT(nn.Module):
    def __init__(self, channels=8, window=(2, 4), depths=(3,), heads=4, scale=2, direct=False, bias=True, connection="1conv",
                 inputs=3):
        super().__init__()
        self.mean = MEAN if inputs == 3 else 0
        self.conv_first = nn.Conv2d(inputs, channels, 3, padding=1)
        self.before_RG = nn.Sequential(nn.Identity(), nn.LayerNorm(channels))
        self.layers = nn.Sequential(
            *[Group(i, channels, window, heads, depth, bias, connection) for i, depth in enumerate(depths)])
        self.norm = nn.LayerNorm(channels)
        self.conv_after_body = waist(channels, connection)
        if direct:
            self.upsample = nn.Sequential(nn.Conv2d(channels, inputs * scale**2, 3, padding=1), nn.PixelShuffle(scale))
        else:
            width = 4
            self.conv_before_upsample = nn.Sequential(nn.Conv2d(channels, width, 3, padding=1), nn.LeakyReLU())
            self.upsample = nn.Sequential(nn.Conv2d(width, width * scale**2, 3, padding=1), nn.PixelShuffle(scale))
            self.conv_last = nn.Conv2d(width, inputs, 3, padding=1)
        self.direct = direct

    def forward(self, x):
        first = self.conv_first(x - self.mean)
        tokens = self.norm(self.layers(self.before_RG(first[0].permute(1, 2, 0))))
        y = self.conv_after_body(tokens.permute(2, 0, 1)[None]) + first
        y = self.upsample(y) if self.direct else self.conv_last(self.upsample(self.conv_before_upsample(y)))
        return y + self.mean
