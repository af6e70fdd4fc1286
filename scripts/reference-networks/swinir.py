"""SwinIR (Liang et al., 2021), with the buffers that published files hold beside its weights."""

import torch
import torch.nn.functional as F
from torch import nn

MEAN = torch.tensor([0.4488, 0.4371, 0.4040]).reshape(1, 3, 1, 1)


def windows(x, side):
    """[h, w, c] as [windows, side², c]."""
    height, width, channels = x.shape
    x = x.reshape(height // side, side, width // side, side, channels)
    return x.transpose(1, 2).reshape(-1, side * side, channels)


def picture(x, side, height, width):
    x = x.reshape(height // side, width // side, side, side, -1)
    return x.transpose(1, 2).reshape(height, width, -1)


def shift_mask(height, width, side, shift):
    """Numbers the regions that rolling brings together; windows see only one of them at a time."""
    region = torch.zeros(height, width, 1)
    edges = (slice(0, -side), slice(-side, -shift), slice(-shift, None))
    for i, rows in enumerate(edges):
        for j, columns in enumerate(edges):
            region[rows, columns] = 3 * i + j
    region = windows(region, side).squeeze(-1)
    return (region[:, None] != region[:, :, None]).float() * -100


class Attention(nn.Module):
    def __init__(self, channels, side, heads):
        super().__init__()
        self.heads = heads
        self.relative_position_bias_table = nn.Parameter(torch.zeros((2 * side - 1) ** 2, heads))
        places = torch.tensor([(y, x) for y in range(side) for x in range(side)])
        distance = places[:, None] - places[None] + side - 1
        self.register_buffer("relative_position_index", distance[..., 0] * (2 * side - 1) + distance[..., 1])
        self.qkv = nn.Linear(channels, 3 * channels)
        self.proj = nn.Linear(channels, channels)

    def forward(self, x, mask):
        count, pixels, channels = x.shape
        q, k, v = self.qkv(x).reshape(count, pixels, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        common = q @ k.transpose(-1, -2) * (channels // self.heads) ** -0.5
        common = common + self.relative_position_bias_table[self.relative_position_index].permute(2, 0, 1)
        if mask is not None:
            common = common + mask[:, None]
        return self.proj((common.softmax(-1) @ v).transpose(1, 2).reshape(x.shape))


class Block(nn.Module):
    def __init__(self, channels, side, heads, shift, size):
        super().__init__()
        self.side, self.shift = side, shift
        self.norm1, self.norm2 = nn.LayerNorm(channels), nn.LayerNorm(channels)
        self.attn = Attention(channels, side, heads)
        self.mlp = nn.ModuleDict({"fc1": nn.Linear(channels, 2 * channels), "fc2": nn.Linear(2 * channels, channels)})
        if shift:
            self.register_buffer("attn_mask", shift_mask(*size, side, shift))

    def forward(self, x):
        height, width, _ = x.shape
        mask = shift_mask(height, width, self.side, self.shift) if self.shift else None
        rolled = torch.roll(self.norm1(x), (-self.shift, -self.shift), (0, 1))
        attended = picture(self.attn(windows(rolled, self.side), mask), self.side, height, width)
        x = x + torch.roll(attended, (self.shift, self.shift), (0, 1))
        return x + self.mlp["fc2"](F.gelu(self.mlp["fc1"](self.norm2(x))))


def waist(channels, connection):
    if connection == "1conv":
        return nn.Conv2d(channels, channels, 3, padding=1)
    few = channels // 4
    return nn.Sequential(
        nn.Conv2d(channels, few, 3, padding=1), nn.LeakyReLU(0.2),
        nn.Conv2d(few, few, 1), nn.LeakyReLU(0.2),
        nn.Conv2d(few, channels, 3, padding=1),
    )


class Layer(nn.Module):
    def __init__(self, channels, side, heads, depth, connection, size):
        super().__init__()
        blocks = [Block(channels, side, heads, side // 2 if i % 2 else 0, size) for i in range(depth)]
        self.residual_group = nn.ModuleDict({"blocks": nn.Sequential(*blocks)})
        self.conv = waist(channels, connection)

    def forward(self, x):
        y = self.residual_group["blocks"](x)
        return x + self.conv(y.permute(2, 0, 1)[None])[0].permute(1, 2, 0)


class SwinIR(nn.Module):
    """`upsampler`: pixelshuffle, pixelshuffledirect, nearest+conv, or empty for restoration."""

    def __init__(self, channels=4, side=3, depths=(2, 2), heads=2, upsampler="pixelshuffle", scale=2, width=4,
                 connection="1conv", size=(6, 9), inputs=3):
        super().__init__()
        self.upsampler, self.scale, self.range = upsampler, scale, 255.0 if side == 7 else 1.0
        self.mean = MEAN if inputs == 3 else 0
        self.conv_first = nn.Conv2d(inputs, channels, 3, padding=1)
        self.patch_embed = nn.ModuleDict({"norm": nn.LayerNorm(channels)})
        self.layers = nn.Sequential(*[Layer(channels, side, heads, depth, connection, size) for depth in depths])
        self.norm = nn.LayerNorm(channels)
        self.conv_after_body = waist(channels, connection)
        if upsampler in ("pixelshuffle", "nearest+conv"):
            self.conv_before_upsample = nn.Sequential(nn.Conv2d(channels, width, 3, padding=1), nn.LeakyReLU())
            self.conv_last = nn.Conv2d(width, inputs, 3, padding=1)
        if upsampler == "pixelshuffle":
            steps = [3] if scale == 3 else [2] * (scale.bit_length() - 1)
            layers = [(nn.Conv2d(width, width * step**2, 3, padding=1), nn.PixelShuffle(step)) for step in steps]
            self.upsample = nn.Sequential(*[layer for pair in layers for layer in pair])
        elif upsampler == "pixelshuffledirect":
            self.upsample = nn.Sequential(nn.Conv2d(channels, inputs * scale**2, 3, padding=1), nn.PixelShuffle(scale))
        elif upsampler == "nearest+conv":
            self.conv_up1, self.conv_up2, self.conv_hr = (nn.Conv2d(width, width, 3, padding=1) for _ in range(3))
        else:
            self.conv_last = nn.Conv2d(channels, inputs, 3, padding=1)

    def body(self, x):
        tokens = self.patch_embed["norm"](x[0].permute(1, 2, 0))
        return self.norm(self.layers(tokens)).permute(2, 0, 1)[None]

    def forward(self, x):
        x = (x - self.mean) * self.range
        first = self.conv_first(x)
        y = self.conv_after_body(self.body(first)) + first
        if self.upsampler == "pixelshuffle":
            y = self.conv_last(self.upsample(self.conv_before_upsample(y)))
        elif self.upsampler == "pixelshuffledirect":
            y = self.upsample(y)
        elif self.upsampler == "nearest+conv":
            y = self.conv_before_upsample(y)
            for conv in (self.conv_up1, self.conv_up2):
                y = F.leaky_relu(conv(F.interpolate(y, scale_factor=2, mode="nearest")), 0.2)
            y = self.conv_last(F.leaky_relu(self.conv_hr(y), 0.2))
        else:
            y = x + self.conv_last(y)
        return y / self.range + self.mean
