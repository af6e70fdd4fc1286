"""Measures every built-in model and writes training/figures/<id>.json; cards.py puts them into the model cards.

    python3 -m training.evaluate --teacher NCNN --bench BENCH --photos HELD_OUT [--models DIR]

BENCH holds pairs.json and Set5 and Set14; HELD_OUT chelsea.png and coffee.png. `--models` is public/models unless given:
any folder with a catalog.json of the same form.
"""
import argparse
import json
import subprocess
from pathlib import Path
from typing import Any

from training.console import needs, run

needs("numpy", "PIL", "torch", "onnx")

import torch
from PIL import Image

from training.evaluate import faults, fidelity
from training.evaluate.bars import bars_of
from training.evaluate.enlarge import ByTeacher, Floats, by_resampling, by_student
from training.onnx_file import load_onnx
from training.photos import held_out_in, sha256_of
from training.student import PlainNet, count_parameters, macs_per_source_px
from training.teacher import Compact, load_teacher
from training.verify import check_node
from training.whole_file import written_whole

ROOT = Path(__file__).parents[2]
FIGURES = ROOT / "training" / "figures"
TIMER = ROOT / "training" / "time.mjs"


def measure(net: PlainNet, teacher: Compact, memory: dict[bytes, Floats], bench: Path, photos: Path) -> dict[str, Any]:
    """Everything but file and cost."""
    scale = net.shape.scale
    model, by_teacher = by_student(net), ByTeacher(teacher, scale, memory)
    bicubic = by_resampling(Image.Resampling.BICUBIC, scale)
    lanczos = by_resampling(Image.Resampling.LANCZOS, scale)
    ways: fidelity.Ways = {"bicubic": bicubic, "lanczos": lanczos, "teacher": by_teacher, "model": model}
    return {
        "sets": fidelity.against_sets(bench, scale, ways),
        "heldOutPhotos": fidelity.against_photos(photos, scale, ways),
        "againstTeacher": fidelity.against_teacher(photos, model, bicubic, by_teacher),
        "colourShift": faults.colour_shift(photos, model, by_teacher),
        "text": faults.text(scale, model, by_teacher),
        "checkerboard": faults.checkerboard(photos, scale, model, by_teacher),
        "flatAreas": faults.flat_areas(net.shape.radius_px, model, by_teacher),
        "seams": faults.seams(photos, scale, net.shape.radius_px, model),
    }


def file_facts(path: Path, entry: dict[str, Any], net: PlainNet) -> dict[str, Any]:
    """ValueError where the catalog promises something else."""
    facts = {
        "id": entry["id"],
        "file": path.name,
        "sha256": sha256_of(path),
        "bytes": path.stat().st_size,
        "scale": net.shape.scale,
        "receptiveFieldPx": net.shape.radius_px,
        "macsPerSourcePx": macs_per_source_px(net.shape),
    }
    wrong = [f"{key} is {facts[key]}, the catalog says {entry[key]}" for key in facts if facts[key] != entry[key]]
    if wrong:
        raise ValueError(f"{entry['id']}: {'; '.join(wrong)}")
    return {
        **facts,
        "parameters": count_parameters(net),
        "features": net.shape.features,
        "convolutions": net.shape.depth + 2,
    }


def teacher_macs(teacher: Compact) -> int:
    """For one source pixel, as `macs_per_source_px`."""
    return sum(module.weight.numel() for module in teacher.modules() if isinstance(module, torch.nn.Conv2d))


def seconds_per_megapixel(paths: list[Path]) -> list[float]:
    """Measured in Node by the runtime that the app runs, on one thread; only their ratios carry over to other machines."""
    output = subprocess.run(
        ["node", str(TIMER), *map(str, paths)], check=True, capture_output=True, text=True, cwd=ROOT
    ).stdout
    seconds: list[float] = json.loads(output)
    return seconds


def costs(nets: list[PlainNet], paths: list[Path], teacher: Compact) -> list[dict[str, float]]:
    """Of each model for a megapixel of input, and as a multiple of the cheapest one's."""
    macs = [macs_per_source_px(net.shape) for net in nets]
    seconds = seconds_per_megapixel(paths)
    return [
        {
            "gigaMacsPerMegapixel": round(mac / 1000, 1),
            "macsRelative": round(mac / min(macs), 2),
            "timeRelative": round(second / min(seconds), 2),
            "shareOfTeacher": round(mac / teacher_macs(teacher), 3),
        }
        for mac, second in zip(macs, seconds)
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--teacher", type=Path, required=True)
    parser.add_argument("--bench", type=Path, required=True)
    parser.add_argument("--photos", type=Path, required=True, help="folder with chelsea.png and coffee.png")
    parser.add_argument("--models", type=Path, default=ROOT / "public" / "models")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    check_node()
    fidelity.check_sets(args.bench)
    held_out_in(args.photos)
    teacher = load_teacher(args.teacher)
    memory: dict[bytes, Floats] = {}
    entries = json.loads((args.models / "catalog.json").read_text())["models"]
    paths = [args.models / entry["file"] for entry in entries]
    nets = [load_onnx(path) for path in paths]
    FIGURES.mkdir(exist_ok=True)
    for entry, path, net, cost in zip(entries, paths, nets, costs(nets, paths, teacher)):
        figures: dict[str, Any] = {**file_facts(path, entry, net), "cost": cost}
        figures |= measure(net, teacher, memory, args.bench, args.photos)
        figures["bars"] = bars_of(figures)
        with written_whole(FIGURES / f"{entry['id']}.json") as aside:
            aside.write_text(json.dumps(figures, indent=2) + "\n")
        failed = [bar["what"] for bar in figures["bars"] if not bar["holds"]]
        print(f"{entry['id']}: {len(failed)} bars not held{': ' if failed else ''}{'; '.join(failed)}", flush=True)
    return 0


if __name__ == "__main__":
    run(main)
