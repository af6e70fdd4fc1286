"""Distances between pictures of bytes, [H,W,3]."""
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Plane = npt.NDArray[np.float64]

# SSIM as Wang et al. 2004 have it (IEEE TIP 13, 4): an 11 by 11 Gaussian of sigma 1.5, K1 = 0.01, K2 = 0.03.
SSIM_SIGMA, SSIM_REACH = 1.5, 5
SSIM_C1, SSIM_C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2


def luma(pixels: Pixels) -> Plane:
    """Y of BT.601 in studio swing, 16 to 235, not rounded: what super-resolution papers measure."""
    rgb = pixels.astype(np.float64)
    return 16 + (65.481 * rgb[..., 0] + 128.553 * rgb[..., 1] + 24.966 * rgb[..., 2]) / 255


def psnr_db(a: Plane | Pixels, b: Plane | Pixels) -> float:
    """Of values in 0..255, over all channels."""
    mean_square = ((a.astype(np.float64) - b.astype(np.float64)) ** 2).mean()
    return float(10 * np.log10(255**2 / mean_square))


def ssim(a: Plane, b: Plane) -> float:
    """Structural similarity of two planes in 0..255, the mean where the window lies within the picture."""
    mean_a, mean_b = _blur(a), _blur(b)
    var_a, var_b = _blur(a * a) - mean_a**2, _blur(b * b) - mean_b**2
    covariance = _blur(a * b) - mean_a * mean_b
    luminance = (2 * mean_a * mean_b + SSIM_C1) / (mean_a**2 + mean_b**2 + SSIM_C1)
    structure = (2 * covariance + SSIM_C2) / (var_a + var_b + SSIM_C2)
    return float((luminance * structure).mean())


def fidelity(answer: Pixels, truth: Pixels, border_px: int) -> tuple[float, float]:
    """PSNR in dB and SSIM of luma, `border_px` pixels left out on each side."""
    inner = slice(border_px, -border_px)
    a, b = luma(answer)[inner, inner], luma(truth)[inner, inner]
    return psnr_db(a, b), ssim(a, b)


def _blur(plane: Plane) -> Plane:
    """By the Gaussian window, valid part only."""
    offsets = np.arange(-SSIM_REACH, SSIM_REACH + 1)
    window = np.exp(-(offsets**2) / (2 * SSIM_SIGMA**2))
    window /= window.sum()
    height, width = (side - 2 * SSIM_REACH for side in plane.shape)
    rows = sum(weight * plane[i : i + height] for i, weight in enumerate(window))
    columns: Plane = sum(weight * rows[:, i : i + width] for i, weight in enumerate(window))
    return columns
