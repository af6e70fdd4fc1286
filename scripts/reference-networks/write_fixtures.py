"""Writes src/models/architectures/fixtures: tiny networks with random weights, an input and PyTorch's own answer.

    python3 scripts/reference-networks/write_fixtures.py

Needs PyTorch (1.13 was used). Each file is a state dict in safetensors with two tensors more: `test.input`, `test.output`;
both are RGB, also where the network takes brightness, or colour and alpha (rgb.py).
"""

from pathlib import Path

import torch
from torch import nn

from compact import Compact
from dat import DAT
from esrgan import RRDBNet, old_names, trunk_names
from mosr import MoSR
from omni_sr import OmniSR
from plksr import PLKSR
from rgb import run_on_rgb
from safetensors import write_safetensors
from safmn import SAFMN
from span import SPAN
from swinir import SwinIR

FOLDER = Path(__file__).parents[2] / "src/models/architectures/fixtures"


def randomise(network, seed):
    """Weights that keep values about as large as they come, so that every layer shows in the output."""
    torch.manual_seed(seed)
    for name, parameter in network.named_parameters():
        with torch.no_grad():
            if parameter.dim() > 1:
                parameter.normal_(0, parameter[0].numel() ** -0.5)
            elif "norm" in name and name.endswith("weight"):
                parameter.uniform_(0.5, 1.5)
            else:
                parameter.uniform_(-0.3, 0.3)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.uniform_(-0.3, 0.3)
            module.running_var.uniform_(0.5, 1.5)
    return network.eval()


def write(name, network, seed, size=(7, 6), rename=lambda weights: weights, metadata=None,
          channels=3):
    network = randomise(network, seed)
    picture = torch.rand(1, 3, *size)
    with torch.no_grad():
        answer = run_on_rgb(network, picture.clone(), channels)
    tensors = dict(rename(network.state_dict()))
    tensors["test.input"], tensors["test.output"] = picture, answer
    path = FOLDER / f"{name}.safetensors"
    write_safetensors(path, tensors, metadata or {})
    print(f"{name}: {path.stat().st_size} bytes, output {tuple(answer.shape)}, "
          f"{answer.min():.3f} to {answer.max():.3f}, deviation {answer.std():.3f}")


def esrgan():
    write("esrgan-4x", RRDBNet(), 1, size=(5, 4))
    write("esrgan-4x-old", RRDBNet(), 1, size=(5, 4), rename=lambda w: old_names(w, 1, 2))
    write("esrgan-4x-trunk", RRDBNet(), 1, size=(5, 4), rename=trunk_names)
    write("esrgan-plus-2x", RRDBNet(steps=(2,), plus=True), 2, rename=lambda w: old_names(w, 1, 1))
    write("esrgan-1x-old", RRDBNet(features=3, blocks=2, steps=()), 3, rename=lambda w: old_names(w, 2, 0))
    write("esrgan-3x", RRDBNet(steps=(3,)), 4, size=(5, 4), metadata={"scale": "3"})
    write("esrgan-8x", RRDBNet(features=2, steps=(2, 2, 2)), 5, size=(3, 4))
    write("esrgan-2x-unshuffle", RRDBNet(unshuffle=2), 6, size=(8, 6))
    write("esrgan-1x-unshuffle", RRDBNet(unshuffle=4), 7, size=(8, 12))
    write("esrgan-4x-grey", RRDBNet(features=3, channels=1), 8, size=(5, 4), rename=lambda w: old_names(w, 1, 2), channels=1)
    write("esrgan-2x-alpha", RRDBNet(features=3, steps=(2,), channels=4), 9, size=(5, 4), rename=lambda w: old_names(w, 1, 1),
          metadata={"scale": "2"}, channels=4)
    write("esrgan-2x-grey-unshuffle", RRDBNet(features=3, unshuffle=2, channels=1), 10, size=(8, 6), channels=1)


def compact():
    write("compact-2x", Compact(), 11)
    write("compact-1x", Compact(scale=1), 12)
    write("compact-relu", Compact(activation="relu"), 13, metadata={"act_type": "relu"})
    write("compact-leakyrelu", Compact(activation="leakyrelu"), 14, metadata={"act_type": "leakyrelu"})
    write("compact-2x-grey", Compact(channels=1), 15, channels=1)
    write("compact-3x-alpha", Compact(scale=3, channels=4), 16, channels=4)


def span():
    write("span-branches", SPAN(features=2), 21)
    write("span-no-norm", SPAN(features=2, norm=False), 22, size=(4, 5))
    write("span-grey", SPAN(features=2, norm=False, channels=1), 23, size=(4, 5), channels=1)


def plksr():
    write("real-plksr-group", PLKSR(), 31)
    write("real-plksr-layer", PLKSR(norm="layer", attention=False, scale=3), 32)
    write("real-plksr-dysample", PLKSR(dysample=True, attention=False), 33)
    write("plksr-ccm", PLKSR(real=False, norm="none", mixer=(3, 1), blocks=2), 34)
    write("plksr-iccm", PLKSR(real=False, norm="none", mixer=(1, 3), attention=False, scale=4), 35, size=(4, 5))
    write("real-plksr-alpha", PLKSR(norm="layer", attention=False, channels=4), 36, size=(4, 5), channels=4)
    write("real-plksr-grey", PLKSR(dysample=True, attention=False, channels=1), 37, channels=1)


def omni_sr():
    write("omni-sr", OmniSR(), 41, size=(16, 20))
    write("omni-sr-grey", OmniSR(inputs=1), 42, size=(16, 16), channels=1)


def without_buffers(weights):
    return {k: v for k, v in weights.items() if "attn_mask" not in k and "1.attn.relative_position_index" not in k}


def swinir():
    write("swinir-2x", SwinIR(), 51, size=(6, 9))
    write("swinir-3x-light", SwinIR(upsampler="pixelshuffledirect", scale=3, depths=(2,)), 52, size=(9, 6))
    write("swinir-4x-real", SwinIR(upsampler="nearest+conv", scale=4, depths=(3,), connection="3conv"), 53, size=(6, 6))
    write("swinir-1x-jpeg", SwinIR(upsampler="", side=7, depths=(2,), size=(7, 14)), 54, size=(7, 14),
          rename=without_buffers)
    write("swinir-1x-grey", SwinIR(upsampler="", side=7, depths=(2,), size=(7, 14), inputs=1), 55, size=(7, 14), rename=without_buffers,
          channels=1)
    write("swinir-2x-alpha", SwinIR(depths=(2,), inputs=4), 56, size=(6, 9), channels=4)


def dat():
    write("dat-2x", DAT(), 61, size=(4, 8))
    write("dat-3x-light", DAT(depths=(1, 1), heads=2, scale=3, direct=True, bias=False, connection="3conv"), 62, size=(8, 4))
    write("dat-2x-grey", DAT(depths=(1,), heads=2, direct=True, bias=False, inputs=1), 63, size=(4, 8), channels=1)


def safmn():
    write("safmn-2x", SAFMN(), 71, size=(8, 16))
    write("safmn-2x-alpha", SAFMN(blocks=1, inputs=4), 72, size=(8, 8), channels=4)


def mosr():
    write("mosr-2x", MoSR(blocks=2), 81)
    write("mosr-3x-ensemble", MoSR(features=2, hidden=3, part=2, kernel=3, scale=3, upsampler="gps"), 82)
    write("mosr-2x-dysample", MoSR(upsampler="dys"), 83)
    write("mosr-2x-grey", MoSR(features=4, hidden=4, part=2, kernel=3, upsampler="dys", channels=1), 84, channels=1)
    write("mosr-3x-alpha", MoSR(features=2, hidden=3, part=2, kernel=3, scale=3, upsampler="gps", channels=4), 85, channels=4)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for family in (esrgan, compact, span, plksr, omni_sr, swinir, dat, safmn, mosr):
        family()
