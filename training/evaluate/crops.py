"""The pictures in the model cards: places of the held-out photographs and of a drawn page, made larger in several ways.

    python3 -m training.evaluate.crops --teacher NCNN --photos HELD_OUT [--models DIR]

From left to right: the input's own pixels (nearest), Lanczos, the model, its teacher, and the original where the input
was reduced from one. WebP, beside the models as <id>-<case>.webp; chelsea and coffee are CC0. What was written from which
model is noted in training/pictures.json, to which training/pictures.test.mjs holds the files without Python.
"""
import argparse
import json
from dataclasses import dataclass
from pathlib import Path

from training.console import needs, run

needs("numpy", "PIL", "torch", "onnx")

import numpy as np
import torch
from PIL import Image

from training.degrade import jpeg
from training.drawn import page_of_text
from training.evaluate.enlarge import ByTeacher, Enlarge, bytes_of, by_resampling, by_student, floats_of
from training.evaluate.faults import INK, PAPER
from training.evaluate.fidelity import reduced_pair
from training.onnx_file import load_onnx
from training.photos import held_out_in, sha256_of
from training.teacher import load_teacher
from training.whole_file import written_whole

GAP_PX = 4
PANEL_PX = 176
QUALITY = 86
ROOT = Path(__file__).parents[2]
RECORD = ROOT / "training" / "pictures.json"


@dataclass(frozen=True)
class Case:
    """An input with the upper left of what is shown of it, in source pixels; `truth` is the picture it was reduced from."""

    name: str
    picture: Image.Image
    at: tuple[int, int]
    truth: Image.Image | None = None


def cases_of(photos: Path, scale: int) -> list[Case]:
    chelsea, coffee = (Image.open(path).convert("RGB") for path in held_out_in(photos))
    truth, small = reduced_pair(chelsea, 2)
    page = page_of_text(scale, (PAPER,) * 3, (INK,) * 3)
    return [
        Case("fur", small, (62, 38) if scale == 4 else (48, 28), truth if scale == 2 else None),
        Case("jpeg", jpeg(coffee.crop((130, 60, 330, 220)), 60), (40, 70)),
        Case("text", page.reduce(scale), (2, 54 if scale == 4 else 24), page),
    ]


def sheet(case: Case, scale: int, ways: list[Enlarge]) -> Image.Image:
    """The panels in a row on grey."""
    side = PANEL_PX // scale
    box = tuple(scale * value for value in (*case.at, case.at[0] + side, case.at[1] + side))
    panels = [Image.fromarray(bytes_of(way(floats_of(case.picture)))).crop(box) for way in ways]
    if case.truth:
        panels.append(case.truth.crop(box))
    width = len(panels) * (PANEL_PX + GAP_PX) - GAP_PX
    row = Image.fromarray(np.full((PANEL_PX, width, 3), 128, np.uint8))
    for index, panel in enumerate(panels):
        row.paste(panel, (index * (PANEL_PX + GAP_PX), 0))
    return row


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--teacher", type=Path, required=True)
    parser.add_argument("--photos", type=Path, required=True, help="folder with chelsea.png and coffee.png")
    parser.add_argument("--models", type=Path, default=ROOT / "public" / "models")
    args = parser.parse_args()
    torch.set_num_threads(1)
    teacher = load_teacher(args.teacher)
    record = {}
    for entry in json.loads((args.models / "catalog.json").read_text())["models"]:
        net = load_onnx(args.models / entry["file"])
        scale = net.shape.scale
        ways: list[Enlarge] = [
            by_resampling(Image.Resampling.NEAREST, scale),
            by_resampling(Image.Resampling.LANCZOS, scale),
            by_student(net),
            ByTeacher(teacher, scale, {}),
        ]
        for case in cases_of(args.photos, scale):
            path = args.models / f"{entry['id']}-{case.name}.webp"
            with written_whole(path) as aside:
                picture = sheet(case, scale, ways)
                picture.save(aside, quality=QUALITY, method=6)
            record[path.name] = {
                "sha256": sha256_of(path),
                "widthPx": picture.width,
                "heightPx": picture.height,
                "model": sha256_of(args.models / entry["file"]),
            }
            print(f"{path.name}: {path.stat().st_size} bytes")
    with written_whole(RECORD) as aside:
        aside.write_text(json.dumps(record, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    run(main)
