"""Makes one of the built-in models: pairs (kept for the next), training, export, verification.

    python3 -m training.make photo-4x --photos PHOTOS --held-out HELD_OUT --teacher NCNN --work WORK

WORK then holds photo-4x.pt and photo-4x.onnx. A graphics card is used where PyTorch finds one.
"""
import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # see gradients.py: our threads are above PyTorch's

import numpy as np
import torch

from training import photos, student
from training.batches import Batches
from training.onnx_file import save_onnx
from training.pairs import TILE_PX, build_pairs, flat_ripple
from training.recipes import PAIRS, PAIRS_SEED, RECIPES, WATCHED_PAIRS, WATCHED_SEED
from training.student import PlainNet, TrainNet
from training.teacher import load_teacher
from training.tiles import tiles
from training.train import Watched, train_phase
from training.verify import verify_onnx


def make_pairs(folder: Path, paths: list[Path], teacher: Path, count: int, seed: int, device: str) -> None:
    """Pairs of the pictures at `paths`, unless they are there already."""
    if (folder / "hr.npy").exists():
        return
    pictures = [photos.load(path) for path in paths]
    source = tiles(np.random.default_rng(seed), pictures, TILE_PX)
    net = load_teacher(teacher, device)
    build_pairs(folder, source, count, net, flat_ripple(net, device), device)


def starting_point(name: str, work: Path) -> Path | None:
    """The checkpoint that the recipe starts from; None where it starts from nothing. Ends the program where it is missing."""
    first = RECIPES[name].starts_from
    if not first:
        return None
    start = work / f"{first}.pt"
    if not start.exists():
        raise SystemExit(f"{name} starts from {first}: make that first, in the same WORK")
    return start


def make_model(name: str, work: Path, workers: int, device: str) -> PlainNet:
    """Trains the model of that name from the pairs in `work`."""
    recipe = RECIPES[name]
    torch.manual_seed(recipe.seed)
    start = starting_point(name, work)
    mean = student.halve_scale(student.load_checkpoint(str(start))) if start else None
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

    wrong = photos.problems(args.photos)
    if wrong:
        print("\n".join(wrong), file=sys.stderr)
        return 1
    # What can be wrong is found before the pairs take their quarter of an hour.
    held_out = photos.held_out_in(args.held_out)
    starting_point(args.model, args.work)
    make_pairs(args.work / "pairs", photos.pictures_in(args.photos), args.teacher, PAIRS, PAIRS_SEED, device)
    make_pairs(args.work / "watched", held_out, args.teacher, WATCHED_PAIRS, WATCHED_SEED, device)

    torch.set_num_threads(1)
    net = make_model(args.model, args.work, args.workers, device)
    student.save_checkpoint(str(args.work / f"{args.model}.pt"), net)
    save_onnx(net, args.work / f"{args.model}.onnx")
    verify_onnx(net, args.work / f"{args.model}.onnx")
    return 0


if __name__ == "__main__":
    sys.exit(main())
