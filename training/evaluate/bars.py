"""What a built-in model has to hold, as issue 5 asks; a model that does not is shipped with the word "no" in its card."""
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Bar:
    """`value` holds where it is at most `limit`."""

    what: str
    limit: float
    value: float

    @property
    def holds(self) -> bool:
        return self.value <= self.limit


def bars_of(figures: dict[str, Any]) -> list[dict[str, Any]]:
    """The bars with this model's values, from its figures."""
    clean, jpeg = (figures["heldOutPhotos"][case] for case in ("clean", "jpeg60"))
    bars = [
        Bar("dB behind the teacher on held-out photos, clean", 1.0, _behind(clean, "teacher")),
        Bar("dB behind the teacher on held-out photos, JPEG", 1.0, _behind(jpeg, "teacher")),
        Bar("cost, as a share of the teacher's", 0.2, figures["cost"]["shareOfTeacher"]),
        Bar("mean colour shift, in 1/255", 0.5, figures["colourShift"]["model"]),
        Bar("halo at text beyond that of Lanczos, in 1/255", 0.0, _more_halo(figures["text"])),
        Bar("checkerboard, rms in 1/255", 0.5, figures["checkerboard"]["model"]),
        Bar("ripple on flat areas, largest, in 1/255", 1.0, figures["flatAreas"]["model"]["rippleMax"]),
        Bar("difference between tiled and whole, in 1/255", 0.01, figures["seams"]["withRadius"]),
    ]
    if figures["scale"] == 2:
        bars.insert(2, Bar("dB behind Lanczos on held-out photos, clean", 0.0, _behind(clean, "lanczos")))
    return [{**asdict(bar), "holds": bar.holds} for bar in bars]


def _behind(scores: dict[str, dict[str, float]], other: str) -> float:
    return round(scores[other]["psnrDb"] - scores["model"]["psnrDb"], 2)


def _more_halo(text: dict[str, dict[str, float]]) -> float:
    return round(text["model"]["halo"] - text["lanczos"]["halo"], 2)
