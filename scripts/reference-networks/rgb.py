"""What Tessera makes of networks that do not take RGB: luminance beside the picture's own colours, or RGB that is opaque."""

import torch
import torch.nn.functional as F

LUMA = torch.tensor([0.299, 0.587, 0.114]).reshape(1, 3, 1, 1)
BORDER = 3


def enlarged(x, scale):
    """Bicubic with a = -0.5, which PyTorch has where it smooths; at the edges it repeats pixels, as it does not by itself."""
    if scale == 1:
        return x
    wide = F.pad(x, [BORDER] * 4, mode="replicate")
    large = F.interpolate(wide, scale_factor=scale, mode="bicubic", antialias=True)
    cut = slice(BORDER * scale, -BORDER * scale)
    return large[..., cut, cut]


def run_on_rgb(network, picture, channels):
    if channels == 3:
        return network(picture)
    if channels == 4:
        return network(torch.cat([picture, torch.ones_like(picture[:, :1])], 1))[:, :3]
    luma = (picture * LUMA).sum(1, keepdim=True)
    answer = network(luma.clone())
    return answer + enlarged(picture - luma, answer.shape[3] // picture.shape[3])
