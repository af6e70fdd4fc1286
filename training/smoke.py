"""The whole pipeline in about a minute of two CPU cores: pairs, training, export, verification, a measurement.

    python3 -m training.smoke
    python3 -m training.smoke --photos PHOTOS --teacher NCNN

Without photographs it draws its own pictures, without a teacher it sharpens. Ends with 1 where the loss does not fall,
the trained network is not closer to the teacher on held-out tiles than it began, or the exported file answers differently.
"""
import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from training.console import needs, run

os.environ.setdefault("OMP_NUM_THREADS", "1")  # see gradients.py
needs("numpy", "PIL", "torch", "onnx")

import numpy as np
import torch
from PIL import Image

from training import photos
from training.batches import Batches
from training.drawn import fractal_picture
from training.onnx_file import load_onnx, save_onnx
from training.pairs import build_pairs, flat_ripple
from training.recipes import Phase
from training.student import Shape, TrainNet
from training.teacher import StandIn, Teacher, load_teacher
from training.tiles import tiles
from training.train import Watched, train_phase
from training.verify import check_node, verify_onnx

SHAPE = Shape(features=16, depth=2, scale=2)
PHASE = Phase(steps=700, learning_rate=2e-3, flat_share=0.06)
SEED = 5
TILE_PX, PATCH_PX = 64, 32
PAIRS, WATCHED_PAIRS = 48, 8
PICTURES = 6
RIPPLE_COLOURS = 6
# Of the mean loss of the first tenth of the steps. Measured: 0.28 with drawn pictures, 0.73 with photographs and teacher.
LARGEST_LAST_SHARE = 0.85
LEAST_GAIN_DB = 0.5


def pictures(folder: Path | None) -> list[Image.Image]:
    """A few photographs, evenly out of the list's; or drawn ones."""
    if folder is None:
        rng = np.random.default_rng(SEED)
        return [fractal_picture(rng) for _ in range(PICTURES)]
    found = photos.training_photos(folder)
    return [photos.load(path, 1024) for path in found[:: len(found) // PICTURES][:PICTURES]]


def train_tiny(work: Path, source: list[Image.Image], teacher: Teacher) -> list[str]:
    """Everything, into `work`; what went wrong, a sentence each."""
    # The last picture is held out.
    ripple = flat_ripple(teacher, colours=RIPPLE_COLOURS)
    seen = tiles(np.random.default_rng(SEED), source[:-1], TILE_PX)
    build_pairs(work / "pairs", seen, PAIRS, teacher, ripple)
    unseen = tiles(np.random.default_rng(SEED + 1), source[-1:], TILE_PX)
    build_pairs(work / "watched", unseen, WATCHED_PAIRS, teacher, ripple)
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    batches = Batches(work / "pairs", SHAPE.scale, PATCH_PX, SEED)
    watched = Watched(*Batches(work / "watched", SHAPE.scale, TILE_PX, SEED).draw(WATCHED_PAIRS))
    losses: list[float] = []
    mean = train_phase(None, TrainNet(SHAPE), batches, PHASE, on_step=lambda _step, loss: losses.append(loss))

    tenth = len(losses) // 10
    first, last = sum(losses[:tenth]) / tenth, sum(losses[-tenth:]) / tenth
    print(f"loss {first:.4f} at first, {last:.4f} at last")
    # An untrained student is little else than its own enlarged input.
    untrained = watched.psnr_db(torch.nn.Upsample(scale_factor=SHAPE.scale))
    trained = watched.psnr_db(mean)
    print(f"held-out against the teacher: enlarged input {untrained:.2f} dB, trained {trained:.2f} dB")

    path = work / "smoke-2x.onnx"
    save_onnx(mean, path, origin="smoke run")
    wrong = []
    for net in (mean, load_onnx(path)):
        try:
            verify_onnx(net, path)
        except subprocess.CalledProcessError:
            wrong.append("the exported file answers otherwise than the network")
    if not last < LARGEST_LAST_SHARE * first:
        wrong.append(f"the loss only fell to {last / first:.2f} of what it was at first")
    if not trained > untrained + LEAST_GAIN_DB:
        wrong.append(f"the trained network is only {trained - untrained:.2f} dB closer to the teacher than it began")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, help="the training photographs (training.photos)")
    parser.add_argument("--teacher", type=Path, help="folder with the two RealESRGAN_General… pairs")
    args = parser.parse_args()
    began = time.monotonic()
    torch.set_num_threads(2)
    check_node()
    teacher: Teacher = load_teacher(args.teacher) if args.teacher else StandIn()
    with tempfile.TemporaryDirectory() as work:
        wrong = train_tiny(Path(work), pictures(args.photos), teacher)
    for sentence in wrong:
        print(f"FAILED: {sentence}", file=sys.stderr)
    print(f"smoke run {'failed' if wrong else 'passed'} after {time.monotonic() - began:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    run(main)
