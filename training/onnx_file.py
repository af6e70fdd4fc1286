"""A plain network as ONNX, and back: what is measured is the very file that is shipped, not a checkpoint beside it.

Opset 17, IR 8. `input` float32 [1,3,height,width], RGB in 0..1, any size; `output` float32 [1,3,s*height,s*width], not
clamped. Operators: Conv, LeakyRelu, DepthToSpace (CRD), Resize (nearest, of the input) and Add, nothing else.
"""
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from training.student import PlainNet, Shape
from training.whole_file import written_whole

ORIGIN = "distilled from Real-ESRGAN general x4 v3 (BSD-3-Clause, Copyright 2021 Xintao Wang)"
PLAIN_OPERATORS = {"Conv", "LeakyRelu", "DepthToSpace", "Resize", "Add"}


def save_onnx(net: PlainNet, path: Path, origin: str = ORIGIN) -> None:
    """Writes and checks the file; its name without the suffix becomes the graph's."""
    graph = _Graph()
    last = "input"
    for index, conv in enumerate(net.convs):
        last = graph.conv(f"conv{index}", last, conv)
        last = graph.node("LeakyRelu", f"act{index}", [last], alpha=float(net.shape.slope))
    last = graph.conv("head", last, net.head)
    detail = graph.node("DepthToSpace", "detail", [last], name="shuffle", blocksize=net.shape.scale, mode="CRD")
    scales = graph.tensor("scales", np.array([1, 1, net.shape.scale, net.shape.scale], np.float32))
    coordinates = {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
    base = graph.node("Resize", "base", ["input", "", scales], mode="nearest", **coordinates)
    graph.node("Add", "output", [detail, base], name="add")
    model = graph.model(path.stem)
    helper.set_model_props(
        model,
        {
            "scale": str(net.shape.scale),
            "radius": str(net.shape.radius_px),
            "colour": "RGB 0..1",
            "licence": "BSD-3-Clause",
            "origin": origin,
        },
    )
    onnx.checker.check_model(model, full_check=True)
    with written_whole(path) as aside:
        onnx.save(model, str(aside))


def load_onnx(path: Path) -> PlainNet:
    """The network in a file that `save_onnx` wrote. ValueError where the graph is of any other form."""
    model = onnx.load(str(path))
    tensors = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    nodes = list(model.graph.node)
    convs = [node for node in nodes if node.op_type == "Conv"]
    shape = _shape_of(nodes, [tensors[conv.input[1]].shape for conv in convs])
    net = PlainNet(shape)
    for module, node in zip([*net.convs, net.head], convs, strict=True):
        module.weight.data = torch.from_numpy(tensors[node.input[1]].copy())
        module.bias.data = torch.from_numpy(tensors[node.input[2]].copy())
    return net.eval()


def _shape_of(nodes: list[NodeProto], kernels: list[tuple[int, ...]]) -> Shape:
    strangers = {node.op_type for node in nodes} - PLAIN_OPERATORS
    shuffles = [_attribute(node, "blocksize") for node in nodes if node.op_type == "DepthToSpace"]
    slopes = {_attribute(node, "alpha") for node in nodes if node.op_type == "LeakyRelu"}
    if strangers or len(shuffles) != 1 or len(slopes) != 1:
        raise ValueError(f"not a student's graph: {strangers or 'more than one shuffle or slope'}")
    shape = Shape(features=kernels[0][0], depth=len(kernels) - 2, scale=int(shuffles[0]), slope=slopes.pop())
    widths = [*shape.widths, shape.head_width]
    if kernels != [(o, i, 3, 3) for i, o in zip(widths, widths[1:])]:
        raise ValueError(f"not a student's kernels: {kernels}")
    return shape


def _attribute(node: NodeProto, name: str) -> float:
    value: float = next(helper.get_attribute_value(a) for a in node.attribute if a.name == name)
    return value


class _Graph:
    """Nodes and weights, as they come."""

    def __init__(self) -> None:
        self.nodes: list[NodeProto] = []
        self.tensors: list[TensorProto] = []

    def tensor(self, name: str, values: np.ndarray) -> str:
        self.tensors.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(self, kind: str, output: str, inputs: list[str], **attributes: Any) -> str:
        attributes.setdefault("name", output)
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def conv(self, name: str, x: str, module: torch.nn.Conv2d) -> str:
        assert module.bias is not None
        weight = self.tensor(f"{name}.weight", module.weight.detach().cpu().numpy())
        bias = self.tensor(f"{name}.bias", module.bias.detach().cpu().numpy())
        sides: dict[str, Any] = {
            "kernel_shape": [3, 3],
            "pads": [1, 1, 1, 1],
            "strides": [1, 1],
            "dilations": [1, 1],
            "group": 1,
        }
        return self.node("Conv", name, [x, weight, bias], **sides)

    def model(self, name: str) -> ModelProto:
        x = helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, 3, "height", "width"])
        y = helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 3, "out_height", "out_width"])
        graph = helper.make_graph(self.nodes, name, [x], [y], self.tensors)
        opset = helper.make_opsetid("", 17)
        return helper.make_model(graph, opset_imports=[opset], ir_version=8, producer_name="tessera-training")
