"""How far an answer is from its target."""
import torch
from torch import Tensor

GRADIENT_WEIGHT = 0.25


def distance(answer: Tensor, target: Tensor) -> Tensor:
    """Charbonnier (a smooth L1) plus the L1 of the finite differences in both directions; [N,3,H,W], a scalar."""
    d = answer - target
    charbonnier = torch.sqrt(d * d + 1e-6).mean()
    across = (d[..., 1:] - d[..., :-1]).abs().mean()
    down = (d[..., 1:, :] - d[..., :-1, :]).abs().mean()
    return charbonnier + GRADIENT_WEIGHT * (across + down)
