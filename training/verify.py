"""Does an exported file answer in onnxruntime what the network answers in PyTorch?

The runtime is the one that the app runs: onnxruntime-web on the processor, in Node (verify.mjs).
"""
import json
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import torch

from training.console import Unusable
from training.student import PlainNet

SCRIPT = Path(__file__).parent / "verify.mjs"
RUNTIME = SCRIPT.parents[1] / "node_modules" / "onnxruntime-web"
# Odd sides, a single pixel, long and flat: what a tile can be.
SIZES = ((64, 64), (37, 53), (1, 1), (7, 128), (129, 65))


def check_node() -> None:
    """Unusable where there is nothing to verify with."""
    if shutil.which("node") is None:
        raise Unusable("There is no `node`, which verifies what is exported: install Node 20 or later.")
    if not RUNTIME.is_dir():
        raise Unusable(f"{RUNTIME} is missing: run `npm ci` in the project's root, it brings the runtime to verify with.")


@torch.no_grad()
def verify_onnx(net: PlainNet, path: Path) -> None:
    """Prints the largest difference; subprocess.CalledProcessError where it is more than rounding."""
    rng = np.random.default_rng(3)
    with tempfile.TemporaryDirectory() as name:
        folder, cases = Path(name), []
        for index, (height, width) in enumerate(SIZES):
            x = rng.random((1, 3, height, width), dtype=np.float32)
            y = net.cpu()(torch.from_numpy(x)).contiguous().numpy()
            x.tofile(folder / f"{index}.x.f32")
            y.tofile(folder / f"{index}.y.f32")
            cases.append({"x": f"{index}.x.f32", "y": f"{index}.y.f32", "xDims": x.shape, "yDims": y.shape})
        (folder / "cases.json").write_text(json.dumps(cases))
        subprocess.run(["node", str(SCRIPT), str(path), name], check=True)
