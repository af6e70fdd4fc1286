"""Puts the figures of training/figures/<id>.json into the model cards, public/models/<id>.md, between their two comments,
and what a new run should reach into training/README.md.

    python3 -m training.evaluate.cards            # writes them
    python3 -m training.evaluate.cards --check    # writes nothing; ends with 1 where a figure is another

No figure in a card is written by hand. What is outside the comments is: what the model is for and what it does badly.
"""
import argparse
import hashlib
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from training.console import needs, run

needs("numpy", "PIL", "torch")

from training.evaluate.fidelity import SETS
from training.recipes import RECIPES
from training.whole_file import written_whole

ROOT = Path(__file__).parents[2]
FIGURES = ROOT / "training" / "figures"
# Hashes of what was written from what: training/cards.test.mjs holds both to them without Python.
WRITTEN = ROOT / "training" / "written.json"
BEGIN, END = "<!-- begin figures -->", "<!-- end figures -->"

Figures = dict[str, Any]


def section(f: Figures) -> str:
    """The figures of one model as Markdown."""
    return "\n\n".join([_file(f), _bars(f), _fidelity(f), _teacher(f), _faults(f)])


def with_section(card: str, text: str) -> str:
    """The card with `text` between its comments. ValueError where it has not got both, in order."""
    before, begin, rest = card.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the card has no {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{text}\n\n{END}{after}"


def _table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    lines = [list(map(str, row)) for row in (header, *rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _file(f: Figures) -> str:
    cost = f["cost"]
    rows = [
        ("file", f"`{f['file']}`, {f['bytes']:,} bytes"),
        ("SHA-256", f"`{f['sha256']}`"),
        ("network", f"{f['convolutions']} convolutions 3×3, {f['features']} channels, {f['parameters']:,} parameters"),
        ("receptive field", f"{f['receptiveFieldPx']} source pixels on each side"),
        ("cost", f"{cost['gigaMacsPerMegapixel']} billion multiplications for a megapixel of input"),
        (
            "against the cheapest built-in model",
            f"{cost['macsRelative']} × the multiplications, {cost['timeRelative']} × the time¹",
        ),
        ("against its teacher", f"{100 * cost['shareOfTeacher']:.1f} % of the multiplications"),
    ]
    note = "¹ onnxruntime-web on the processor, one thread, 128 × 128 pixels."
    return f"### File and cost\n\n{_table(('', ''), rows)}\n\n{note}"


def _bars(f: Figures) -> str:
    rows = [(bar["what"], bar["limit"], bar["value"], "yes" if bar["holds"] else "**no**") for bar in f["bars"]]
    return f"### What it should hold\n\n{_table(('', 'at most', 'measured', 'holds'), rows)}"


def _fidelity(f: Figures) -> str:
    scale = f["scale"]
    sets = {
        **f["sets"],
        f"held-out photos ÷ {scale}": f["heldOutPhotos"]["clean"],
        f"held-out photos ÷ {scale}, JPEG q60": f["heldOutPhotos"]["jpeg60"],
    }
    ways = ("bicubic", "lanczos", "teacher", "model")
    rows = [(name, *(f"{s[way]['psnrDb']:.2f} / {s[way]['ssim']:.4f}" for way in ways)) for name, s in sets.items()]
    note = f"PSNR in dB / SSIM, luma (BT.601), {scale} pixels at the border left out. Pillow's bicubic and Lanczos."
    return f"### Against the truth\n\n{_table(('', 'bicubic', 'Lanczos', 'teacher', 'this model'), rows)}\n\n{note}"


def _teacher(f: Figures) -> str:
    rows = [(name, f"{s['bicubic']:.2f}", f"{s['model']:.2f}") for name, s in f["againstTeacher"].items()]
    note = "PSNR in dB against the teacher's answer, all channels: higher is nearer to the teacher."
    return f"### Against its teacher, on held-out photos\n\n{_table(('', 'bicubic', 'this model'), rows)}\n\n{note}"


def _faults(f: Figures) -> str:
    text, flat = f["text"], f["flatAreas"]
    rows = [
        ("colour shift of a photo's mean, largest", f["colourShift"]["model"], f["colourShift"]["teacher"], "–"),
        ("halo at text, brighter than paper", *(text[way]["halo"] for way in ("model", "teacher", "lanczos"))),
        ("text darker than its ink (60 is black: the most that a byte can hold)", *(text[way]["darkening"] for way in ("model", "teacher", "lanczos"))),
        ("text against the original, PSNR in dB", *(text[way]["psnrDb"] for way in ("model", "teacher", "lanczos"))),
        ("checkerboard, rms, largest", f["checkerboard"]["model"], f["checkerboard"]["teacher"], "–"),
        ("ripple on flat colour, median / largest", *_flat(flat, "ripple"), "–"),
        ("colour shift on flat colour, median / largest", *_flat(flat, "shift"), "–"),
        ("tiled against whole", f["seams"]["withRadius"], "–", "–"),
        ("tiled with one source pixel of context less", f["seams"]["withLess"], "–", "–"),
    ]
    note = "In 1/255 where nothing else is said. How each is measured: `training/evaluate/faults.py`."
    return f"### Faults\n\n{_table(('', 'this model', 'teacher', 'Lanczos'), rows)}\n\n{note}"


def _flat(flat: dict[str, dict[str, float]], what: str) -> tuple[str, str]:
    model, teacher = (f"{flat[way][what + 'Median']} / {flat[way][what + 'Max']}" for way in ("model", "teacher"))
    return model, teacher


def expected(all_figures: Iterable[Figures]) -> str:
    """For training/README.md: a row for each model."""
    rows = [
        (
            f"[{f['id']}](../public/models/{f['id']}.md)",
            " + ".join(f"{phase.steps:,}" for phase in RECIPES[f["id"]].phases),
            *(f"{f['sets'][name]['model']['psnrDb']:.2f} / {f['sets'][name]['model']['ssim']:.4f}" for name in SETS),
            f"{f['againstTeacher']['chelsea full clean']['model']:.2f}",
            f"{f['againstTeacher']['coffee full JPEG q60']['model']:.2f}",
        )
        for f in all_figures
    ]
    sets = (f"{name}, dB / SSIM" for name in SETS)
    return _table(("model", "steps", *sets, "chelsea against teacher, dB", "coffee JPEG against teacher, dB"), rows)


def written_from(texts: dict[Path, str]) -> dict[str, str]:
    """SHA-256 of each file of figures, and of what stands between the comments of each file that is written."""
    figures = {path: path.read_bytes() for path in sorted(FIGURES.glob("*.json"))}
    contents = figures | {path: text.encode() for path, text in texts.items()}
    return {path.relative_to(ROOT).as_posix(): hashlib.sha256(content).hexdigest() for path, content in contents.items()}


def _write(path: Path, text: str) -> None:
    with written_whole(path) as aside:
        aside.write_text(text, encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; end with 1 where a figure is another")
    args = parser.parse_args()
    all_figures = [json.loads(path.read_text()) for path in sorted(FIGURES.glob("*.json"))]
    texts = {ROOT / "public" / "models" / f"{f['id']}.md": section(f) for f in all_figures}
    texts[ROOT / "training" / "README.md"] = expected(all_figures)
    if not args.check:
        _write(WRITTEN, json.dumps(written_from(texts), indent=2) + "\n")
    sound = True
    for path, text in texts.items():
        written = path.read_text()
        wanted = with_section(written, text)
        if not args.check:
            _write(path, wanted)
            print(f"{path.name} written")
        elif written != wanted:
            print(f"{path.name} holds other figures than training/figures", file=sys.stderr)
            sound = False
    return 0 if sound else 1


if __name__ == "__main__":
    run(main)
