#!/usr/bin/env python3
"""What the same networks take in PyTorch on the same card: the limit for what a browser can reach there.

    python3 bench/pytorch_limit.py --models dist/models --result gpu.json [--rounds 20] [--out limit.json]

Needs torch and onnx. For each WebGPU case of a result of the bench it runs the network over tiles of the same padded
size, in float32 and in float16, in PyTorch's own order of axes and in channels_last, from tensor to tensor on the
card. Convolutions may choose their algorithm first (cudnn.benchmark). Prints a Markdown table, in milliseconds per
megapixel of the result, beside the bare runs in the browser.
"""
import argparse
import json
import statistics
import sys
import time

import onnx
import torch
import torch.nn.functional as F

WARM_UP_RUNS = 5


class Network:
    """The operators of the built-in networks, in the order of the graph."""

    def __init__(self, path, device, dtype):
        graph = onnx.load(path).graph
        self.weights = {
            tensor.name: torch.from_numpy(onnx.numpy_helper.to_array(tensor).copy()).to(device)
            for tensor in graph.initializer
        }
        # Scales of a resampling stay as they are: they are numbers, not weights.
        self.numbers = {name: value.tolist() for name, value in self.weights.items() if value.dim() == 1}
        self.weights = {
            name: value.to(dtype) if value.is_floating_point() else value for name, value in self.weights.items()
        }
        self.nodes = [
            (node.op_type, list(node.input), node.output[0], attributes(node)) for node in graph.node
        ]
        self.input = next(value.name for value in graph.input if value.name not in self.weights)
        self.output = graph.output[0].name

    def channels_last(self):
        for name, value in self.weights.items():
            if value.dim() == 4:
                self.weights[name] = value.contiguous(memory_format=torch.channels_last)

    def __call__(self, picture):
        values = {**self.weights, self.input: picture}
        for kind, inputs, output, given in self.nodes:
            if kind not in OPERATORS:
                raise ValueError(f"The operator {kind} is not known here.")
            values[output] = OPERATORS[kind](self, [values.get(name) for name in inputs], inputs, given)
        return values[self.output]


def attributes(node):
    return {one.name: onnx.helper.get_attribute_value(one) for one in node.attribute}


def conv(_network, values, _names, given):
    top, left, bottom, right = given.get("pads", [0, 0, 0, 0])
    if (top, left) != (bottom, right):
        raise ValueError("Padding that is not the same on both sides is not known here.")
    picture, weight, bias = (values + [None])[:3]
    return F.conv2d(
        picture,
        weight,
        bias,
        stride=given.get("strides", [1, 1]),
        padding=(top, left),
        dilation=given.get("dilations", [1, 1]),
        groups=given.get("group", 1),
    )


def depth_to_space(_network, values, _names, given):
    if given.get("mode", b"DCR") != b"CRD":
        raise ValueError("Only the order of pixel_shuffle is known here.")
    return F.pixel_shuffle(values[0], given["blocksize"])


def resize(network, values, names, given):
    if given.get("mode", b"nearest") != b"nearest":
        raise ValueError("Only the nearest pixel is known here.")
    _, _, vertical, horizontal = network.numbers[names[2]]
    return F.interpolate(values[0], scale_factor=(vertical, horizontal), mode="nearest")


OPERATORS = {
    "Conv": conv,
    "LeakyRelu": lambda _network, values, _names, given: F.leaky_relu(values[0], given.get("alpha", 0.01)),
    "PRelu": lambda _network, values, _names, _given: F.prelu(values[0], values[1].flatten()),
    "DepthToSpace": depth_to_space,
    "Resize": resize,
    "Add": lambda _network, values, _names, _given: values[0] + values[1],
}


def wait_for(device):
    if device.type == "cuda":
        torch.cuda.synchronize()


@torch.inference_mode()
def measure(path, tile, tiles, device, dtype, order, rounds):
    """Median of the rounds: milliseconds for all tiles, queued one behind the other."""
    network = Network(path, device, dtype)
    picture = torch.rand(1, 3, tile["height"], tile["width"], device=device).to(dtype)
    if order == "channels_last":
        network.channels_last()
        picture = picture.contiguous(memory_format=torch.channels_last)
    for _ in range(WARM_UP_RUNS):
        network(picture)
    wait_for(device)
    samples = []
    for _ in range(rounds):
        started = time.perf_counter()
        for _ in range(tiles):
            network(picture)
        wait_for(device)
        samples.append(1000 * (time.perf_counter() - started))
    return statistics.median(samples)


def webgpu_cases(path):
    with open(path, encoding="utf-8") as file:
        posted = json.load(file)
    results = posted if isinstance(posted, list) else [posted.get("result", posted)]
    return [
        case
        for result in results
        for case in result["cases"]
        if case["backend"] == "webgpu" and "measured" in case
    ]


def measure_case(case, models, device, rounds):
    measured = case["measured"]
    megapixels = measured["output"]["width"] * measured["output"]["height"] / 1e6
    row = {
        "model": case["model"],
        "megapixels": case["megapixels"],
        "paddedTile": measured["paddedTile"],
        "tiles": measured["tiles"],
        "browser": {"precision": measured["precision"], "msPerOutputMegapixel": measured["bareMsPerOutputMegapixel"]},
        "pytorch": [],
    }
    for dtype in (torch.float32, torch.float16):
        for order in ("contiguous", "channels_last"):
            path = f'{models}/{case["model"]}.onnx'
            ms = measure(path, measured["paddedTile"], measured["tiles"], device, dtype, order, rounds)
            name = str(dtype).replace("torch.", "")
            row["pytorch"].append({"precision": name, "order": order, "msPerOutputMegapixel": ms / megapixels})
    return row


def table(rows, where):
    kinds = [f'{one["precision"]}, {one["order"]}' for one in rows[0]["pytorch"]]
    head = ["model", "picture", "tiles", "browser, bare", *[f"PyTorch {kind}" for kind in kinds], "browser ÷ best"]
    lines = [where, "", f'| {" | ".join(head)} |', f'|{"---|" * len(head)}']
    for row in rows:
        times = [one["msPerOutputMegapixel"] for one in row["pytorch"]]
        browser = row["browser"]["msPerOutputMegapixel"]
        tile = row["paddedTile"]
        cells = [
            row["model"],
            f'{row["megapixels"]} MP',
            f'{row["tiles"]} of {tile["width"]} × {tile["height"]}',
            f'{browser:.2f} ({row["browser"]["precision"]})',
            *[f"{ms:.2f}" for ms in times],
            f"{browser / min(times):.1f}",
        ]
        lines.append(f'| {" | ".join(cells)} |')
    return "\n".join([*lines, "", "Milliseconds per megapixel of the result, tensor to tensor."])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--models", default="dist/models")
    parser.add_argument("--result", required=True, help="JSON of the bench with WebGPU cases")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--out", default=None, help="where the figures are kept as JSON")
    parser.add_argument("--cpu", action="store_true", help="without a card: only tells whether this works")
    options = parser.parse_args()
    if not options.cpu and not torch.cuda.is_available():
        sys.exit("PyTorch sees no card here.")
    device = torch.device("cpu" if options.cpu else "cuda")
    torch.backends.cudnn.benchmark = True
    cases = webgpu_cases(options.result)
    if not cases:
        sys.exit(f"{options.result} has no WebGPU case with figures.")
    rows = [measure_case(case, options.models, device, options.rounds) for case in cases]
    card = "processor" if options.cpu else torch.cuda.get_device_name(0)
    where = f"{card} · PyTorch {torch.__version__} · cuDNN {torch.backends.cudnn.version()} · medians of {options.rounds}"
    if options.out:
        with open(options.out, "w", encoding="utf-8") as file:
            json.dump({"where": where, "rows": rows}, file, indent=2)
    print(table(rows, where))


if __name__ == "__main__":
    main()
