"""The photographs: PHOTOS.tsv says which are trained on, HELD_OUT.tsv which are for measuring; where each comes from and
under which licence. None lies in this project.

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

from training.console import Unusable, existing_folder, needs, run
from training.whole_file import written_whole

needs("PIL")

from PIL import Image

LIST = Path(__file__).parent / "PHOTOS.tsv"
HELD_OUT_LIST = Path(__file__).parent / "HELD_OUT.tsv"
SUFFIXES = {".png", ".jpg", ".jpeg", ".webp"}
# Of what is wrong with a folder, where it is not the folder that was asked about.
MOST_SAID = 2


@dataclass(frozen=True)
class Photo:
    """A line of a list. `file` is the path below the folder of photographs, `place` the one in `repository`."""

    file: str
    repository: str
    place: str
    licence: str
    sha256: str


def listed(path: Path = LIST) -> list[Photo]:
    """Every line of a list but its head; lines that begin with # are remarks."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader((line for line in file if not line.startswith("#")), delimiter="\t"))
    return [Photo(*row) for row in rows[1:]]


# Pictures of these names are for measuring only, and never trained on.
HELD_OUT = {Path(photo.file).stem for photo in listed(HELD_OUT_LIST)}


def sha256_of(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise Unusable(f"{path} cannot be read ({error.strerror}): make it readable or take it away.") from error


def pictures_in(folder: Path) -> list[Path]:
    """Picture files below `folder`, sorted, without those that are held out."""
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    return [path for path in found if path.stem.lower() not in HELD_OUT]


def training_photos(folder: Path) -> list[Path]:
    """Those of PHOTOS.tsv, all and no other: Unusable where they are not what `folder` holds."""
    found = problems(existing_folder(folder, "--photos"))
    if found:
        more = f"; and {len(found) - MOST_SAID} more" if len(found) > MOST_SAID else ""
        raise Unusable(
            f"{folder} does not hold the photographs of training/PHOTOS.tsv: {'; '.join(found[:MOST_SAID])}{more}.\n"
            f"{_next_step(folder)}"
        )
    return pictures_in(folder)


def held_out_in(folder: Path) -> list[Path]:
    """The held-out pictures, which lie directly in `folder`. Unusable where one is missing or is another file."""
    existing_folder(folder, "the folder of the held-out photographs,")
    photos = listed(HELD_OUT_LIST)
    for photo in photos:
        source = f"take {photo.place} of {photo.repository}"
        if not (folder / photo.file).is_file():
            raise Unusable(f"{folder} has no {photo.file}: {source}.")
        if sha256_of(folder / photo.file) != photo.sha256:
            raise Unusable(f"{folder / photo.file} is another file than training/HELD_OUT.tsv lists: {source}.")
    return sorted(folder / photo.file for photo in photos)


def problems(folder: Path) -> list[str]:
    """What stands between `folder` and the list, a clause each; strangers count, since they would be trained on."""
    found = {path.relative_to(folder).as_posix(): path for path in pictures_in(folder)}
    photos = listed()
    missing = [
        f"{photo.file} is missing ({photo.repository}, {photo.place})" for photo in photos if photo.file not in found
    ]
    known = {photo.file: photo.sha256 for photo in photos}
    strangers = [f"{name} is not in PHOTOS.tsv" for name in found if name not in known]
    changed = [
        f"{name} is another file than the one listed, or damaged"
        for name, path in found.items()
        if name in known and sha256_of(path) != known[name]
    ]
    return missing + strangers + changed


def collect(source: Path, folder: Path) -> int:
    """Copies what is listed from anywhere below `source` to where it belongs below `folder`; how many were found."""
    wanted = {photo.sha256: photo for photo in listed()}
    found = 0
    for path in pictures_in(source):
        photo = wanted.pop(sha256_of(path), None)
        if photo is not None:
            _copy(path, folder / photo.file)
            found += 1
    return found


def _copy(path: Path, target: Path) -> None:
    if target.exists() and target.samefile(path):
        return
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(target) as aside:
            shutil.copyfile(path, aside)
    except OSError as error:
        raise Unusable(
            f"{path} cannot be copied to {target} ({error.strerror}): give a folder to --photos that can be written."
        ) from error


def load(path: Path, max_side: int = 2048) -> Image.Image:
    """The picture as RGB, 8 bit, reduced (Lanczos) so that no side is longer than `max_side` pixels.

    Unusable where it cannot be decoded to its end.
    """
    try:
        picture = Image.open(path)
        if picture.format == "JPEG" and max(picture.size) > max_side:
            picture.draft("RGB", (max_side, max_side))
        picture = picture.convert("RGB")
    except (OSError, SyntaxError, ValueError) as error:  # What Pillow's decoders raise for a damaged file.
        raise Unusable(f"{path} cannot be decoded ({error}): fetch it again or take it away.") from error
    if max(picture.size) <= max_side:
        return picture
    factor = max_side / max(picture.size)
    size = (round(picture.width * factor), round(picture.height * factor))
    return picture.resize(size, Image.Resampling.LANCZOS)


def _next_step(folder: Path) -> str:
    return (
        f"Clone the repositories that PHOTOS.tsv names and run: python3 -m training.photos --collect CLONES --photos "
        f"{folder}; what is not listed has to be taken away."
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True, help="the folder of the training photographs")
    parser.add_argument("--collect", type=Path, metavar="FROM", help="copy them from below this folder first")
    args = parser.parse_args()
    if args.collect:
        found = collect(existing_folder(args.collect, "--collect"), args.photos)
        if found == 0:
            raise Unusable(f"No photograph of PHOTOS.tsv lies below {args.collect}. {_next_step(args.photos)}")
        print(f"{found} of {len(listed())} photographs found below {args.collect}")
    found = problems(existing_folder(args.photos, "--photos"))
    for problem in found:
        print(problem, file=sys.stderr)
    if found:
        print(_next_step(args.photos), file=sys.stderr)
        return 1
    print(f"{len(listed())} photographs, all as listed")
    return 0


if __name__ == "__main__":
    run(main)
