"""Faults that an eye finds: other colours, ringing at letters, the shuffle's checkerboard, ripple on flat areas, seams.

All values are in units of 1/255 unless said otherwise.
"""
from itertools import product
from pathlib import Path

import numpy as np

from training.drawn import page_of_text
from training.evaluate.enlarge import Enlarge, Floats, by_lanczos_in_float, bytes_of, floats_of
from training.evaluate.fidelity import held_out_inputs
from training.evaluate.metrics import psnr_db

# Far enough from black and white that a byte can hold what goes beyond them.
PAPER, INK = 195, 60
# Letters run out of the page at the right, where networks see the zeros beyond it.
PAGE_EDGE_PX = 10
FLAT_LEVELS = (0, 64, 128, 192, 255)
FLAT_SIDE_PX = 48


def colour_shift(photos: Path, model: Enlarge, teacher: Enlarge) -> dict[str, float]:
    """How far the mean of a channel moves from the input's, the largest over the held-out inputs."""
    inputs = [pixels for _, pixels in held_out_inputs(photos)]
    return {
        "model": max(_mean_shift(model(pixels), pixels) for pixels in inputs),
        "teacher": max(_mean_shift(teacher(pixels), pixels) for pixels in inputs),
    }


def _mean_shift(answer: Floats, pixels: Floats) -> float:
    shift = np.clip(answer, 0, 255).mean((0, 1), dtype=np.float64) - pixels.mean((0, 1), dtype=np.float64)
    return _rounded(np.abs(shift).max())


def text(scale: int, model: Enlarge, teacher: Enlarge) -> dict[str, dict[str, float]]:
    """A drawn page (paper 195, ink 60), averaged down by `scale` and enlarged again.

    `halo` is how much brighter than the paper it gets, `darkening` how much darker than the ink, each the mean of the
    outermost thousandth of the samples; `psnrDb` the distance to the page as it was drawn.
    """
    page = page_of_text(scale, (PAPER,) * 3, (INK,) * 3)
    small, truth = floats_of(page.reduce(scale)), floats_of(page)
    edge = PAGE_EDGE_PX * scale
    result = {}
    for name, way in (("model", model), ("teacher", teacher), ("lanczos", by_lanczos_in_float(scale))):
        answer = way(small)
        inner = answer.clip(0.0, 255.0)[edge:-edge, edge:-edge]
        result[name] = {
            "halo": _outermost(inner - np.float32(PAPER)),
            "darkening": _outermost(np.float32(INK) - inner),
            "psnrDb": _rounded(psnr_db(bytes_of(answer), bytes_of(truth))),
        }
    return result


def _outermost(beyond: Floats) -> float:
    return _rounded(np.sort(np.maximum(beyond, 0).ravel())[-beyond.size // 1000 :].mean())


def checkerboard(photos: Path, scale: int, model: Enlarge, teacher: Enlarge) -> dict[str, float]:
    """A pattern that repeats with the pixel shuffle: rms of the mean difference from Lanczos at each of its places.

    What a network adds to a photograph is in no way bound to the place within the source pixel, so these means are
    nearly equal unless it paints a pattern. The largest over the held-out inputs.
    """
    lanczos = by_lanczos_in_float(scale)
    worst = {"model": 0.0, "teacher": 0.0}
    for _, pixels in held_out_inputs(photos):
        plain = lanczos(pixels)
        for name, way in (("model", model), ("teacher", teacher)):
            worst[name] = max(worst[name], _rounded(_pattern_rms(way(pixels) - plain, scale)))
    return worst


def _pattern_rms(difference: Floats, scale: int) -> float:
    height, width, channels = difference.shape
    cells = difference.reshape(height // scale, scale, width // scale, scale, channels).astype(np.float64)
    places = cells.mean((0, 2))
    return float(np.sqrt(((places - places.mean((0, 1))) ** 2).mean()))


def flat_areas(reach_px: int, model: Enlarge, teacher: Enlarge) -> dict[str, dict[str, float]]:
    """Areas of one colour, 125 of them: `ripple` is the largest deviation from their own mean, `shift` that of the mean
    from the colour; the median and the largest over the colours. `reach_px` pixels at the edge are left out."""
    result = {}
    for name, way, reach in (("model", model, reach_px), ("teacher", teacher, 20)):
        measured = np.array([_flat(way, colour, reach) for colour in product(FLAT_LEVELS, repeat=3)])
        middle, largest = np.median(measured, axis=0), measured.max(0)
        result[name] = {
            "rippleMedian": _rounded(middle[0]),
            "rippleMax": _rounded(largest[0]),
            "shiftMedian": _rounded(middle[1]),
            "shiftMax": _rounded(largest[1]),
        }
    return result


def _flat(way: Enlarge, colour: tuple[int, ...], reach_px: int) -> tuple[float, float]:
    answer = way(np.full((FLAT_SIDE_PX, FLAT_SIDE_PX, 3), colour, np.float32))
    edge = reach_px * answer.shape[0] // FLAT_SIDE_PX
    inner = np.clip(answer[edge:-edge, edge:-edge], 0, 255).astype(np.float64)
    mean = inner.mean((0, 1))
    return float(np.abs(inner - mean).max()), float(np.abs(mean - colour).max())


def seams(photos: Path, scale: int, radius_px: int, model: Enlarge) -> dict[str, float]:
    """A picture in tiles against the picture in one piece: the largest difference.

    `withRadius` is with as much context around each tile as the catalog says; `withLess`, one pixel less, has to
    differ: otherwise the catalog asks for more than is needed.
    """
    pixels = next(iter(held_out_inputs(photos)))[1][:120, :150]
    whole = model(pixels)
    return {
        "withRadius": _exact(np.abs(_in_tiles(pixels, scale, radius_px, model) - whole).max()),
        "withLess": _exact(np.abs(_in_tiles(pixels, scale, radius_px - 1, model) - whole).max()),
    }


def _in_tiles(pixels: Floats, scale: int, context_px: int, model: Enlarge, side: int = 40) -> Floats:
    height, width, _ = pixels.shape
    answer = np.zeros((height * scale, width * scale, 3), np.float32)
    for y, x in product(range(0, height, side), range(0, width, side)):
        bottom, right = min(y + side, height), min(x + side, width)
        top, left = max(0, y - context_px), max(0, x - context_px)
        tile = model(pixels[top : bottom + context_px, left : right + context_px])
        inner = tile[(y - top) * scale : (bottom - top) * scale, (x - left) * scale : (right - left) * scale]
        answer[y * scale : bottom * scale, x * scale : right * scale] = inner
    return answer


def _rounded(value: float) -> float:
    return round(float(value), 2)


def _exact(value: float) -> float:
    return float(f"{float(value):.1e}")
