"""Drawn pictures: text and shapes have sharper edges than photographs, and a smoke run needs no photographs at all."""
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

FONT_FOLDER = Path("/usr/share/fonts/truetype")
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:;!?&%()+-=/"

# Letters as strokes between points of a grid of 4 by 6, y downwards: the same on every machine, unlike fonts.
STROKES: dict[str, Sequence[Sequence[tuple[int, int]]]] = {
    "A": [[(0, 6), (2, 0), (4, 6)], [(1, 4), (3, 4)]],
    "E": [[(4, 0), (0, 0), (0, 6), (4, 6)], [(0, 3), (3, 3)]],
    "F": [[(4, 0), (0, 0), (0, 6)], [(0, 3), (3, 3)]],
    "H": [[(0, 0), (0, 6)], [(4, 0), (4, 6)], [(0, 3), (4, 3)]],
    "I": [[(2, 0), (2, 6)]],
    "K": [[(0, 0), (0, 6)], [(4, 0), (0, 3), (4, 6)]],
    "L": [[(0, 0), (0, 6), (4, 6)]],
    "M": [[(0, 6), (0, 0), (2, 3), (4, 0), (4, 6)]],
    "N": [[(0, 6), (0, 0), (4, 6), (4, 0)]],
    "R": [[(0, 6), (0, 0), (4, 0), (4, 3), (0, 3)], [(2, 3), (4, 6)]],
    "S": [[(4, 0), (0, 0), (0, 3), (4, 3), (4, 6), (0, 6)]],
    "T": [[(0, 0), (4, 0)], [(2, 0), (2, 6)]],
    "X": [[(0, 0), (4, 6)], [(4, 0), (0, 6)]],
    "Z": [[(0, 0), (4, 0), (0, 6), (4, 6)]],
    " ": [],
}

Colour = tuple[int, int, int]


def stroke_text(draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, height: float, ink: Colour) -> None:
    """Writes `text` in strokes; `at` is its upper left, `height` that of a letter in pixels."""
    unit = height / 6
    width = max(1, round(unit * 0.8))
    for index, letter in enumerate(text):
        left = at[0] + index * 6 * unit
        for stroke in STROKES[letter]:
            draw.line([(left + x * unit, at[1] + y * unit) for x, y in stroke], fill=ink, width=width, joint="curve")


def page_of_text(scale: int, paper: Colour, ink: Colour) -> Image.Image:
    """Lines of stroke letters, the same picture each time: 200 by 120 source pixels, enlarged by `scale`.

    The letters fall from 14 to 4 source pixels of height. Drawn four times larger yet, then averaged.
    """
    fine = 4
    width, height = 200 * scale, 120 * scale
    page = Image.new("RGB", (width * fine, height * fine), paper)
    draw = ImageDraw.Draw(page)
    words = "THE FAIR LINES THAT REMAIN SHARE A FAINT EXTRA TRAIL "
    y, size = 4.0 * scale, 14.0 * scale
    while y + size < height:
        stroke_text(draw, (4 * scale * fine, y * fine), words * 2, size * fine, ink)
        y, size = y + size * 1.5, max(4.0 * scale, size * 0.82)
    return page.reduce(fine)


def drawn_picture(rng: np.random.Generator, side: int = 420) -> Image.Image:
    """Shapes and lines of text on plain paper, RGB of `side` by `side` pixels; meant to be reduced."""
    dark = rng.random() < 0.35
    paper = _colour(rng, 0, 60) if dark else _colour(rng, 190, 256)
    picture = Image.new("RGB", (side, side), paper if rng.random() < 0.8 else _colour(rng))
    draw = ImageDraw.Draw(picture)
    for _ in range(int(rng.integers(2, 9))):
        _shape(draw, rng, side)
    _lines_of_text(draw, rng, side, dark)
    return picture


def fractal_picture(rng: np.random.Generator, side: int = 420) -> Image.Image:
    """Coloured noise with the 1/f spectrum of photographs, crossed by shapes; stands in for a photograph."""
    frequency = np.hypot(np.fft.fftfreq(side, 1.0)[:, None], np.fft.rfftfreq(side, 1.0)[None, :])
    frequency[0, 0] = 1
    grey = _noise(rng, side) / frequency
    planes = [np.fft.irfft2(grey + 0.3 * _noise(rng, side) / frequency, (side, side)) for _ in range(3)]
    stack = np.stack(planes, 2)
    stack = 128 + 45 * (stack - stack.mean()) / stack.std()
    picture = Image.fromarray(np.clip(stack, 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(picture)
    for _ in range(6):
        _shape(draw, rng, side)
    return picture


def _noise(rng: np.random.Generator, side: int) -> npt.NDArray[np.complex128]:
    return np.fft.rfft2(rng.normal(size=(side, side)))


def _colour(rng: np.random.Generator, low: int = 0, high: int = 256) -> Colour:
    red, green, blue = (int(value) for value in rng.integers(low, high, 3))
    return red, green, blue


def _shape(draw: ImageDraw.ImageDraw, rng: np.random.Generator, side: int) -> None:
    x0, y0, x1, y1 = (int(value) for value in rng.integers(-40, side + 40, 4))
    box = (min(x0, x1), min(y0, y1), max(x0, x1) + 1, max(y0, y1) + 1)
    width, kind = int(rng.integers(1, 9)), int(rng.integers(0, 4))
    if kind >= 2:
        draw.line([x0, y0, x1, y1], fill=_colour(rng), width=width)
        return
    outline, fill = _colour(rng), _colour(rng) if rng.random() < 0.4 else None
    (draw.ellipse if kind == 0 else draw.rectangle)(box, outline=outline, width=width, fill=fill)


def _lines_of_text(draw: ImageDraw.ImageDraw, rng: np.random.Generator, side: int, dark: bool) -> None:
    fonts = sorted(FONT_FOLDER.rglob("*.ttf"))
    y, size = int(rng.integers(0, 20)), int(rng.integers(22, 80))
    while y < side and rng.random() < 0.95:
        ink = _colour(rng, 180, 256) if dark else _colour(rng, 0, 90)
        at = (int(rng.integers(-20, 20)), y)
        if fonts:
            text = "".join(LETTERS[i] if rng.random() < 0.86 else " " for i in rng.integers(0, len(LETTERS), 40))
            draw.text(at, text, fill=ink, font=ImageFont.truetype(str(rng.choice([str(f) for f in fonts])), size))
        else:
            stroke_text(draw, at, "".join(rng.choice(list(STROKES), 20)), size * 0.7, ink)
        y += int(size * 1.25)
        if rng.random() < 0.3:
            size = int(rng.integers(22, 80))
