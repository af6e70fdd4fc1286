"""One step's gradients, on worker threads."""
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import torch
from torch import Tensor

from training.loss import distance
from training.student import Kernel, Shape, run


class Gradients:
    """Cuts a batch into pieces and differentiates each on a thread of its own.

    On a shared 2-core machine two threads with one core each ran more than twice as fast as two OpenMP threads: OpenMP
    waits in every layer whenever another program takes a core, here the only meeting is once a step. The branches of
    the kernels are merged once; the workers differentiate with respect to the merged kernels.
    """

    def __init__(self, shape: Shape, workers: int, pieces: int) -> None:
        self.shape = shape
        self.pieces = pieces
        self.pool = ThreadPoolExecutor(workers)

    def __call__(self, kernels: Sequence[Kernel], x: Tensor, target: Tensor) -> float:
        """Adds the gradients to the parameters behind `kernels`; returns the loss, the mean over the batch."""
        leaves = [(w.detach().requires_grad_(), b.detach().requires_grad_()) for w, b in kernels]
        parts = list(zip(x.chunk(self.pieces), target.chunk(self.pieces)))
        answers = list(self.pool.map(lambda part: self._one(part[0], part[1], leaves), parts))
        shares = [len(part) / len(x) for part, _ in parts]
        sums = [
            torch.stack([g * share for g, share in zip(each, shares)]).sum(0)
            for each in zip(*(grads for _, grads in answers))
        ]
        torch.autograd.backward([tensor for kernel in kernels for tensor in kernel], sums)
        return sum(loss * share for (loss, _), share in zip(answers, shares))

    def _one(self, x: Tensor, target: Tensor, leaves: Sequence[Kernel]) -> tuple[float, tuple[Tensor, ...]]:
        loss = distance(run(x, leaves, self.shape), target)
        return float(loss.detach()), torch.autograd.grad(loss, [tensor for leaf in leaves for tensor in leaf])
