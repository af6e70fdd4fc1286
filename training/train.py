"""Distillation: a student is brought closer to the teacher's answers, step by step."""
import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from training.batches import Batches
from training.gradients import Gradients
from training.recipes import Phase
from training.student import PlainNet, TrainNet

LAST_LEARNING_RATE = 1e-6
WARM_UP_STEPS = 100
EMA_DECAY = 0.998
LARGEST_GRADIENT = 1.0
REPORT_SECONDS = 30.0


@dataclass(frozen=True)
class Watched:
    """Held-out pairs: inputs [N,3,P,P] and the teacher's answers [N,3,sP,sP]."""

    x: Tensor
    target: Tensor

    @torch.no_grad()
    def psnr_db(self, net: nn.Module) -> float:
        difference = net(self.x).clamp(0, 1) - self.target
        return -10 * math.log10(float((difference**2).mean()) + 1e-12)


def learning_rate(phase: Phase, step: int) -> float:
    """A cosine from the phase's rate to nearly nothing, after a short linear start."""
    cosine = 0.5 * (1 + math.cos(math.pi * step / phase.steps))
    warm = min(1.0, (step + 1) / WARM_UP_STEPS)
    return warm * (LAST_LEARNING_RATE + (phase.learning_rate - LAST_LEARNING_RATE) * cosine)


def train_phase(
    start: PlainNet | None,
    net: TrainNet,
    batches: Batches,
    phase: Phase,
    workers: int = 2,
    watched: Watched | None = None,
    on_step: Callable[[int, float], None] = lambda _step, _loss: None,
) -> PlainNet:
    """Trains `net`, beginning as the function of `start` where given; returns the mean (EMA) of its plain forms.

    `workers` threads on a processor; on a graphics card one, which is given the batch whole.
    """
    device = batches.lr.device
    if start is not None:
        net.start_from(start)
    net.to(device)
    mean = PlainNet(net.shape).to(device)
    mean.take(net.kernels())
    on_card = device.type == "cuda"
    gradients = Gradients(net.shape, workers=1 if on_card else workers, pieces=1 if on_card else 2 * workers)
    optimizer = torch.optim.Adam(net.parameters(), lr=phase.learning_rate, betas=(0.9, 0.99))
    report = _Report(watched)
    for step in range(phase.steps):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(phase, step)
        x, target = batches.draw(phase.batch, phase.flat_share)
        optimizer.zero_grad(set_to_none=True)
        loss = gradients(net.kernels(), x, target)
        nn.utils.clip_grad_norm_(net.parameters(), LARGEST_GRADIENT)
        optimizer.step()
        # The mean follows quickly at first, so that it never remembers the random start.
        mean.take(net.kernels(), min(EMA_DECAY, (step + 1) / (step + 11)))
        on_step(step, loss)
        report.step(step, loss, mean)
    return mean


class _Report:
    """A line now and then: the mean loss since the last one, and how far the mean network is from the teacher."""

    def __init__(self, watched: Watched | None) -> None:
        self.watched = watched
        self.began = self.reported = time.monotonic()
        self.losses: list[float] = []

    def step(self, step: int, loss: float, mean: PlainNet) -> None:
        self.losses.append(loss)
        now = time.monotonic()
        if now - self.reported < REPORT_SECONDS:
            return
        watched = f", held-out against teacher {self.watched.psnr_db(mean):.2f} dB" if self.watched else ""
        average = sum(self.losses) / len(self.losses)
        print(f"step {step + 1}, {now - self.began:.0f} s, loss {average:.5f}{watched}", flush=True)
        self.reported, self.losses = now, []
