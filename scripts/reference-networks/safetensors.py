"""Writes tensors the way https://github.com/huggingface/safetensors describes, for tests."""

import json
import struct

import torch

NAMES = {torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64"}


def write_safetensors(path, tensors, metadata):
    header, payload = {"__metadata__": metadata}, b""
    for name, tensor in tensors.items():
        flat = tensor.detach().contiguous()
        raw = flat.view(torch.int16) if flat.dtype == torch.bfloat16 else flat
        data = raw.numpy().tobytes()
        offsets = [len(payload), len(payload) + len(data)]
        header[name] = {"dtype": NAMES[flat.dtype], "shape": list(flat.shape), "data_offsets": offsets}
        payload += data
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + payload)
