import { DataType } from './data-type.ts';
import type { Attribute, Graph, Node, OnnxModel, RawFields, TensorData, ValueInfo } from './model.ts';
import { MessageWriter } from './wire-writer.ts';

// Field numbers are those of onnx.proto: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto

/** The model as the bytes of a file, in one buffer of the exact size, into which the weights are copied once. */
export function writeOnnx(model: OnnxModel): Uint8Array<ArrayBuffer> {
  const to = new MessageWriter();
  to.whole(1, model.irVersion);
  for (const { domain, version } of model.opsets) {
    const opset = new MessageWriter();
    opset.text(1, domain);
    opset.whole(2, version);
    to.message(8, opset);
  }
  to.message(7, graphMessage(model.graph));
  for (const { key, value } of model.metadata) {
    const entry = new MessageWriter();
    entry.text(1, key);
    entry.text(2, value);
    to.message(14, entry);
  }
  writeRest(to, model.rest);
  return to.toBytes();
}

function graphMessage(graph: Graph): MessageWriter {
  const to = new MessageWriter();
  for (const node of graph.nodes) to.message(1, nodeMessage(node));
  to.text(2, graph.name);
  for (const tensor of graph.initializers) to.message(5, tensorMessage(tensor));
  for (const info of graph.inputs) to.message(11, valueInfoMessage(info));
  for (const info of graph.outputs) to.message(12, valueInfoMessage(info));
  for (const info of graph.valueInfos) to.message(13, valueInfoMessage(info));
  writeRest(to, graph.rest);
  return to;
}

function nodeMessage(node: Node): MessageWriter {
  const to = new MessageWriter();
  for (const name of node.inputs) to.text(1, name);
  for (const name of node.outputs) to.text(2, name);
  if (node.name) to.text(3, node.name);
  to.text(4, node.opType);
  for (const attribute of node.attributes) to.message(5, attributeMessage(attribute));
  if (node.domain) to.text(7, node.domain);
  writeRest(to, node.rest);
  return to;
}

/** Numbers of `AttributeProto.AttributeType`. */
const TYPES = { float: 1, int: 2, string: 3, tensor: 4, graph: 5, floats: 6, ints: 7, strings: 8 } as const;

function attributeMessage(attribute: Attribute): MessageWriter {
  const to = new MessageWriter();
  to.text(1, attribute.name);
  writeValue(to, attribute);
  if (attribute.kind !== 'other') to.whole(20, TYPES[attribute.kind]);
  writeRest(to, attribute.rest);
  return to;
}

function writeValue(to: MessageWriter, attribute: Attribute): void {
  switch (attribute.kind) {
    case 'float':
      to.float(2, attribute.value);
      break;
    case 'int':
      to.whole(3, attribute.value);
      break;
    case 'string':
      to.bytes(4, attribute.value);
      break;
    case 'tensor':
      to.message(5, tensorMessage(attribute.value));
      break;
    case 'graph':
      to.message(6, graphMessage(attribute.value));
      break;
    case 'floats':
      for (const value of attribute.value) to.float(7, value);
      break;
    case 'ints':
      for (const value of attribute.value) to.whole(8, value);
      break;
    case 'strings':
      for (const value of attribute.value) to.bytes(9, value);
  }
}

function tensorMessage(tensor: TensorData): MessageWriter {
  const to = new MessageWriter();
  for (const dim of tensor.dims) to.whole(1, dim);
  to.whole(2, tensor.dataType);
  if (tensor.name) to.text(8, tensor.name);
  // Strings are in `rest`, and a tensor with both would be refused.
  if (tensor.dataType !== DataType.string) to.bytes(9, tensor.bytes);
  writeRest(to, tensor.rest);
  return to;
}

function valueInfoMessage(info: ValueInfo): MessageWriter {
  const to = new MessageWriter();
  to.text(1, info.name);
  if (info.elemType !== null) {
    const tensor = new MessageWriter();
    tensor.whole(1, info.elemType);
    if (info.dims) tensor.message(2, shapeMessage(info.dims));
    const type = new MessageWriter();
    type.message(1, tensor);
    to.message(2, type);
  }
  writeRest(to, info.rest);
  return to;
}

function shapeMessage(dims: readonly (number | string | null)[]): MessageWriter {
  const to = new MessageWriter();
  for (const side of dims) {
    const dim = new MessageWriter();
    if (typeof side === 'number') dim.whole(1, side);
    else if (side !== null) dim.text(2, side);
    to.message(1, dim);
  }
  return to;
}

function writeRest(to: MessageWriter, rest: RawFields): void {
  for (const fields of rest) to.raw(fields);
}
