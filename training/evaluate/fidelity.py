"""How near the answers are to pictures that are known: benchmark sets, held-out photographs, the teacher's answers."""
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from training.degrade import jpeg
from training.evaluate.enlarge import Enlarge, Floats, bytes_of, floats_of
from training.evaluate.metrics import Pixels, fidelity, psnr_db
from training.console import Unusable, existing_folder
from training.photos import held_out_in

SETS = ("Set5", "Set14")
HELD_OUT_QUALITY = 60

Score = dict[str, float]
Ways = dict[str, Enlarge]


def check_sets(bench: Path) -> None:
    """Unusable where the sets cannot be read."""
    existing_folder(bench, "--bench")
    try:
        pairs = json.loads((bench / "pairs.json").read_text())
        files = [bench / pair[side] for pair in pairs for side in ("lr", "hr") if pair["set"] in SETS]
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise Unusable(f"{bench / 'pairs.json'} cannot be used ({error}): training/README.md shows its form.") from error
    for path in files:
        if not path.is_file():
            raise Unusable(f"{path} is missing, which {bench / 'pairs.json'} names: fetch it, or correct the list.")


def against_sets(bench: Path, scale: int, ways: Ways) -> dict[str, dict[str, Score]]:
    """For each set and each way, mean luma PSNR (dB) and SSIM; borders of `scale` pixels left out."""
    pairs = json.loads((bench / "pairs.json").read_text())
    result = {}
    for name in SETS:
        chosen = [pair for pair in pairs if pair["set"] == name and pair["scale"] == scale]
        pictures = [(_open(bench / pair["lr"]), _open(bench / pair["hr"])) for pair in chosen]
        truths = [(lr, hr.crop((0, 0, lr.width * scale, lr.height * scale))) for lr, hr in pictures]
        if not truths:
            raise Unusable(f"{bench / 'pairs.json'} lists no pair of {name} at {scale} times: training/README.md shows its form.")
        result[name] = _scores(truths, scale, ways)
    return result


def against_photos(folder: Path, scale: int, ways: Ways) -> dict[str, dict[str, Score]]:
    """As above for the held-out photographs reduced by `scale`: left clean, and after JPEG."""
    cases: dict[str, list[tuple[Image.Image, Image.Image]]] = {"clean": [], f"jpeg{HELD_OUT_QUALITY}": []}
    for path in held_out_in(folder):
        truth, small = reduced_pair(_open(path), scale)
        cases["clean"].append((small, truth))
        cases[f"jpeg{HELD_OUT_QUALITY}"].append((jpeg(small, HELD_OUT_QUALITY), truth))
    return {name: _scores(pictures, scale, ways) for name, pictures in cases.items()}


def reduced_pair(picture: Image.Image, factor: int) -> tuple[Image.Image, Image.Image]:
    """The picture cut to multiples of `factor`, and reduced by it (bicubic, antialiased)."""
    width, height = picture.width // factor, picture.height // factor
    truth = picture.crop((0, 0, width * factor, height * factor))
    return truth, truth.resize((width, height), Image.Resampling.BICUBIC)


def held_out_inputs(folder: Path) -> Iterator[tuple[str, Floats]]:
    """Eight inputs: each held-out photograph full and half as large, clean and after JPEG."""
    for path in held_out_in(folder):
        full = _open(path)
        half = full.resize((full.width // 2, full.height // 2), Image.Resampling.BICUBIC)
        for size, picture in (("full", full), ("half", half)):
            yield f"{path.stem} {size} clean", floats_of(picture)
            yield f"{path.stem} {size} JPEG q{HELD_OUT_QUALITY}", floats_of(jpeg(picture, HELD_OUT_QUALITY))


def against_teacher(folder: Path, model: Enlarge, bicubic: Enlarge, teacher: Enlarge) -> dict[str, Score]:
    """For each held-out input RGB PSNR (dB) against the teacher's answer, for the model and for bicubic enlargement."""
    result = {}
    for name, pixels in held_out_inputs(folder):
        target = bytes_of(teacher(pixels))
        result[name] = {
            "model": round(psnr_db(bytes_of(model(pixels)), target), 2),
            "bicubic": round(psnr_db(bytes_of(bicubic(pixels)), target), 2),
        }
    return result


def _scores(pictures: list[tuple[Image.Image, Image.Image]], scale: int, ways: Ways) -> dict[str, Score]:
    result = {}
    for name, way in ways.items():
        scores = [fidelity(bytes_of(way(floats_of(lr))), _pixels(hr), scale) for lr, hr in pictures]
        psnr, similarity = np.mean(scores, axis=0)
        result[name] = {"psnrDb": round(float(psnr), 2), "ssim": round(float(similarity), 4)}
    return result


def _open(path: Path) -> Image.Image:
    return Image.open(path).convert("RGB")


def _pixels(picture: Image.Image) -> Pixels:
    return np.asarray(picture, np.uint8)
