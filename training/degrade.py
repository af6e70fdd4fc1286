"""What happens to a picture between the camera and us: exposure, blur, noise, JPEG. All of it drawn from one generator."""
import io

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

Floats = npt.NDArray[np.float32]
# As it was for the shipped models: 40 % are left alone on purpose, others because no step happens to be drawn.
CLEAN_SHARE = 0.4


def jitter(rng: np.random.Generator, pixels: Floats) -> Floats:
    """Half of the time: other exposure, gamma, white balance and saturation, sometimes grey. [H,W,3] in 0..1."""
    if rng.random() < 0.5:
        return pixels
    pixels = np.power(np.clip(pixels, 0, 1), np.exp(rng.uniform(-0.35, 0.35)))
    pixels = pixels * rng.uniform(0.75, 1.2) * (1 + rng.uniform(-0.1, 0.1, 3)) + rng.uniform(-0.05, 0.05)
    grey = pixels.mean(2, keepdims=True)
    saturation = 0.0 if rng.random() < 0.06 else rng.uniform(0.6, 1.4)
    return np.clip(grey + (pixels - grey) * saturation, 0, 1).astype(np.float32)


def degrade(rng: np.random.Generator, picture: Image.Image) -> Image.Image:
    """The picture, same size, left alone or with some of: blur, sensor-like noise, one or two rounds of JPEG or WebP."""
    if rng.random() < CLEAN_SHARE:
        return picture
    if rng.random() < 0.28:
        picture = picture.filter(ImageFilter.GaussianBlur(float(rng.uniform(0.3, 1.1))))
    if rng.random() < 0.35:
        picture = _noisy(rng, picture)
    if rng.random() < 0.67:
        for _ in range(2 if rng.random() < 0.12 else 1):
            picture = _recompressed(rng, picture)
    return picture


def jpeg(picture: Image.Image, quality: int, subsampling: int = 2) -> Image.Image:
    """Written as JPEG and read again. `subsampling` as Pillow counts it: 0 is 4:4:4, 2 is 4:2:0."""
    return _through(picture, "JPEG", quality=quality, subsampling=subsampling)


def _noisy(rng: np.random.Generator, picture: Image.Image) -> Image.Image:
    pixels = np.asarray(picture, np.float32)
    sigma = rng.uniform(1, 10) if rng.random() < 0.7 else rng.uniform(1, 18)
    channels = 1 if rng.random() < 0.4 else 3
    noise = rng.normal(0, sigma, (*pixels.shape[:2], channels))
    if rng.random() < 0.5:  # like photons: stronger where it is bright
        noise = noise * np.sqrt(np.clip(pixels, 8, 255) / 128)
    return Image.fromarray(np.clip(pixels + noise + 0.5, 0, 255).astype(np.uint8))


def _recompressed(rng: np.random.Generator, picture: Image.Image) -> Image.Image:
    if rng.random() < 0.08:
        return _through(picture, "WEBP", quality=int(rng.integers(40, 96)))
    subsampling = int(rng.choice([0, 2, 2]))
    return jpeg(picture, int(rng.integers(40, 96)), subsampling)


def _through(picture: Image.Image, kind: str, **options: int) -> Image.Image:
    memory = io.BytesIO()
    picture.save(memory, kind, **options)
    return Image.open(io.BytesIO(memory.getvalue())).convert("RGB")
