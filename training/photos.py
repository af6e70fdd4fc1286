"""The training photographs: PHOTOS.tsv says which, from where and under which licence. None lies in this project.

    python3 -m training.photos --photos DIR                      is every listed photograph there, unchanged?
    python3 -m training.photos --collect FROM --photos DIR       copies them out of clones of their repositories

They are recognised by SHA-256, so it does not matter how they are called where they come from.
"""
import argparse
import csv
import hashlib
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

LIST = Path(__file__).parent / "PHOTOS.tsv"
SUFFIXES = {".png", ".jpg", ".jpeg", ".webp"}
# Pictures of these names are for measuring only, and never trained on.
HELD_OUT = ("chelsea", "coffee")


@dataclass(frozen=True)
class Photo:
    """A line of PHOTOS.tsv. `file` is the path below the folder of photographs, `place` the one in `repository`."""

    file: str
    repository: str
    place: str
    licence: str
    sha256: str


def listed() -> list[Photo]:
    """Every line of PHOTOS.tsv."""
    with LIST.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file, delimiter="\t"))
    return [Photo(*row) for row in rows[1:]]


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def pictures_in(folder: Path) -> list[Path]:
    """Picture files below `folder`, sorted, without those that are held out."""
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    return [path for path in found if path.stem.lower() not in HELD_OUT]


def held_out_in(folder: Path) -> list[Path]:
    """The held-out pictures, which lie directly in `folder`."""
    found = [path for path in sorted(folder.iterdir()) if path.suffix.lower() in SUFFIXES]
    kept = [path for path in found if path.stem.lower() in HELD_OUT]
    if len(kept) != len(HELD_OUT):
        raise FileNotFoundError(f"{folder} holds {[path.name for path in kept]} instead of {HELD_OUT}")
    return kept


def problems(folder: Path) -> list[str]:
    """What stands between `folder` and the list, a sentence each; strangers count, since they would be trained on."""
    found = {path.relative_to(folder).as_posix(): path for path in pictures_in(folder)}
    photos = listed()
    missing = [f"{photo.file} is missing" for photo in photos if photo.file not in found]
    known = {photo.file: photo.sha256 for photo in photos}
    strangers = [f"{name} is not in PHOTOS.tsv" for name in found if name not in known]
    changed = [
        f"{name} is another file than the one listed"
        for name, path in found.items()
        if name in known and sha256_of(path) != known[name]
    ]
    return missing + strangers + changed


def collect(source: Path, folder: Path) -> None:
    """Copies what is listed from anywhere below `source` to where it belongs below `folder`."""
    wanted = {photo.sha256: photo for photo in listed()}
    for path in pictures_in(source):
        photo = wanted.pop(sha256_of(path), None)
        if photo is not None:
            target = folder / photo.file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)


def load(path: Path, max_side: int = 2048) -> Image.Image:
    """The picture as RGB, 8 bit, reduced (Lanczos) so that no side is longer than `max_side` pixels."""
    picture = Image.open(path)
    if picture.format == "JPEG" and max(picture.size) > max_side:
        picture.draft("RGB", (max_side, max_side))
    picture = picture.convert("RGB")
    if max(picture.size) <= max_side:
        return picture
    factor = max_side / max(picture.size)
    size = (round(picture.width * factor), round(picture.height * factor))
    return picture.resize(size, Image.Resampling.LANCZOS)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True, help="the folder of the training photographs")
    parser.add_argument("--collect", type=Path, metavar="FROM", help="copy them from below this folder first")
    args = parser.parse_args()
    if args.collect:
        collect(args.collect, args.photos)
    found = problems(args.photos)
    for problem in found:
        print(problem, file=sys.stderr)
    if not found:
        print(f"{len(listed())} photographs, all as listed")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
