"""Makes one of the built-in models: pairs (kept for the next), training, export, verification.

    python3 -m training.make photo-4x --photos PHOTOS --held-out HELD_OUT --teacher NCNN --work WORK

WORK then holds photo-4x.pt and photo-4x.onnx. A graphics card is used where PyTorch finds one.
"""
import argparse
import os
from pathlib import Path

from training.console import Unusable, needs, run

os.environ.setdefault("OMP_NUM_THREADS", "1")  # see gradients.py: our threads are above PyTorch's
needs("numpy", "PIL", "torch", "onnx")

import numpy as np
import torch

from training import photos, student
from training.batches import Batches
from training.onnx_file import save_onnx
from training.pairs import TILE_PX, build_pairs, flat_ripple, has_pairs
from training.recipes import PAIRS, PAIRS_SEED, RECIPES, WATCHED_PAIRS, WATCHED_SEED
from training.student import PlainNet, TrainNet
from training.teacher import load_teacher
from training.tiles import tiles
from training.train import Watched, train_phase
from training.verify import check_node, verify_onnx


def make_pairs(folder: Path, paths: list[Path], teacher: Path, count: int, seed: int, device: str) -> None:
    """Pairs of the pictures at `paths`, unless they are there already."""
    if has_pairs(folder):
        return
    pictures = [photos.load(path) for path in paths]
    source = tiles(np.random.default_rng(seed), pictures, TILE_PX)
    net = load_teacher(teacher, device)
    build_pairs(folder, source, count, net, flat_ripple(net, device), device)


def starting_point(name: str, work: Path) -> Path | None:
    """The checkpoint that the recipe starts from; None where it starts from nothing. Unusable where it is missing."""
    first = RECIPES[name].starts_from
    if not first:
        return None
    start = work / f"{first}.pt"
    if not start.exists():
        raise Unusable(f"{name} starts from {start}, which is missing: make {first} first, with the same --work.")
    return start


def make_model(name: str, work: Path, workers: int, device: str) -> PlainNet:
    """Trains the model of that name from the pairs in `work`."""
    recipe = RECIPES[name]
    torch.manual_seed(recipe.seed)
    start = starting_point(name, work)
    mean = student.halve_scale(student.load_checkpoint(start)) if start else None
    batches = Batches(work / "pairs", recipe.shape.scale, recipe.patch_px, recipe.seed, device)
    watched = Watched(*Batches(work / "watched", recipe.shape.scale, TILE_PX, 0, device).draw(24))
    for phase in recipe.phases:
        mean = train_phase(mean, TrainNet(recipe.shape), batches, phase, workers, watched)
    assert mean is not None, "a recipe has a phase"
    print(f"{name}: held-out against teacher {watched.psnr_db(mean):.2f} dB")
    return mean.cpu()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", choices=list(RECIPES))
    parser.add_argument("--photos", type=Path, required=True, help="the training photographs (training.photos)")
    parser.add_argument("--held-out", type=Path, required=True, help="folder with chelsea.png and coffee.png")
    parser.add_argument("--teacher", type=Path, required=True, help="folder with the two RealESRGAN_General… pairs")
    parser.add_argument("--work", type=Path, required=True, help="pairs, checkpoints and models are kept here")
    parser.add_argument("--workers", type=int, default=2, help="threads, one core each (default 2)")
    args = parser.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.set_num_threads(args.workers)

    # What can be wrong is found before the pairs take their quarter of an hour.
    check_node()
    paths = photos.training_photos(args.photos)
    held_out = photos.held_out_in(args.held_out)
    starting_point(args.model, args.work)
    load_teacher(args.teacher)
    make_pairs(args.work / "pairs", paths, args.teacher, PAIRS, PAIRS_SEED, device)
    make_pairs(args.work / "watched", held_out, args.teacher, WATCHED_PAIRS, WATCHED_SEED, device)

    torch.set_num_threads(1)
    net = make_model(args.model, args.work, args.workers, device)
    student.save_checkpoint(args.work / f"{args.model}.pt", net)
    save_onnx(net, args.work / f"{args.model}.onnx")
    verify_onnx(net, args.work / f"{args.model}.onnx")
    return 0


if __name__ == "__main__":
    run(main)
