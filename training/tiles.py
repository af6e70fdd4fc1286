"""Small tiles as a person's picture would hold them: a photograph reduced by chance, a busy place of it, degraded."""
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image

from training.degrade import degrade, jitter
from training.drawn import drawn_picture

Tile = npt.NDArray[np.uint8]

KERNELS = (
    Image.Resampling.LANCZOS,
    Image.Resampling.BICUBIC,
    Image.Resampling.BILINEAR,
    Image.Resampling.BOX,
    Image.Resampling.HAMMING,
)
DRAWN_SHARE = 0.06
TILES_OF_A_PHOTO = 4
TILES_OF_A_DRAWING = 2
# A tile is cut out of a piece that is this much larger, after JPEG: its 8 by 8 grid then begins anywhere.
MARGIN_PX = 16


def tiles(rng: np.random.Generator, photos: Sequence[Image.Image], side: int) -> Iterator[Tile]:
    """Endless low-resolution tiles, uint8 [side, side, 3]. Large photographs are drawn more often than small ones."""
    weights = np.array([np.sqrt(photo.width * photo.height) for photo in photos])
    weights = weights / weights.sum()
    while True:
        if rng.random() < DRAWN_SHARE:
            picture, count = drawn_picture(rng), TILES_OF_A_DRAWING
            long_side = rng.uniform(150, 400)
        else:
            picture, count = photos[rng.choice(len(photos), p=weights)], TILES_OF_A_PHOTO
            long_side = np.exp(rng.uniform(np.log(260), np.log(1500)))
        small = _reduced(rng, picture, long_side, side + MARGIN_PX + 1)
        for _ in range(count):
            yield _tile_of(rng, small, side)


def _reduced(rng: np.random.Generator, picture: Image.Image, long_side: float, least: int) -> Image.Image:
    """To about `long_side` pixels, but never enlarged unless a side would be shorter than `least`; sometimes as it is."""
    lowest = min(least / min(picture.size), 1.0)
    factor = float(np.clip(long_side / max(picture.size), lowest, 1.0))
    if rng.random() < 0.08:
        factor = 1.0
    size = (max(least, round(picture.width * factor)), max(least, round(picture.height * factor)))
    return picture if size == picture.size else picture.resize(size, KERNELS[rng.integers(len(KERNELS))])


def _tile_of(rng: np.random.Generator, picture: Image.Image, side: int) -> Tile:
    piece = _piece(rng, picture, side + MARGIN_PX)
    pixels = jitter(rng, np.asarray(piece, np.float32) / 255)
    turn = int(rng.integers(8))
    pixels = np.rot90(pixels, turn % 4)
    pixels = pixels[:, ::-1] if turn >= 4 else pixels
    damaged = np.asarray(degrade(rng, Image.fromarray((pixels * 255 + 0.5).astype(np.uint8))))
    x, y = (int(value) for value in rng.integers(0, MARGIN_PX, 2))
    return np.ascontiguousarray(damaged[y : y + side, x : x + side])


def _piece(rng: np.random.Generator, picture: Image.Image, side: int) -> Image.Image:
    """A square of `side` pixels; more often than not the busier one of two."""
    tries = [_crop(rng, picture, side) for _ in range(2 if rng.random() < 0.6 else 1)]
    return max(tries, key=_busyness)


def _crop(rng: np.random.Generator, picture: Image.Image, side: int) -> Image.Image:
    x, y = int(rng.integers(0, picture.width - side)), int(rng.integers(0, picture.height - side))
    return picture.crop((x, y, x + side, y + side))


def _busyness(piece: Image.Image) -> float:
    grey = np.asarray(piece.convert("L"), np.float32)
    return float(np.abs(np.diff(grey, axis=0)).mean() + np.abs(np.diff(grey, axis=1)).mean())
