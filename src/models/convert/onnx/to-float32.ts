import { attribute } from '../../onnx/build.ts';
import { DataType } from '../../onnx/data-type.ts';
import { fromFloat16 } from '../../onnx/float16.ts';
import { hasFunctions } from '../../onnx/functions.ts';
import type { Attribute, Graph, Node, OnnxModel, TensorData, ValueInfo } from '../../onnx/model.ts';
import { isOnnx } from '../../onnx/names.ts';
import { unsupported } from './refusals.ts';

/**
 * The model with float32 wherever it has float16: weights, constants, casts, inputs and outputs. Every half is a float32
 * exactly; only the rounding between the operators is gone, so answers differ by what that was.
 * @throws TesseraError `model-unsupported` where the model has functions of its own, whose types are not declared
 */
export function toFloat32(model: OnnxModel): OnnxModel {
  if (hasFunctions(model)) {
    throw unsupported(
      'it computes in half precision with operators that it defines itself',
      'Export the model in float32, or with its functions inlined.',
    );
  }
  return { ...model, graph: convertedGraph(model.graph) };
}

function convertedGraph(graph: Graph): Graph {
  return {
    ...graph,
    nodes: graph.nodes.map(convertedNode),
    initializers: graph.initializers.map(convertedTensor),
    inputs: graph.inputs.map(convertedInfo),
    outputs: graph.outputs.map(convertedInfo),
    valueInfos: graph.valueInfos.map(convertedInfo),
  };
}

function convertedTensor(tensor: TensorData): TensorData {
  if (tensor.dataType !== DataType.float16) return tensor;
  const { buffer, length } = new Uint8Array(tensor.bytes);
  const values = fromFloat16(new Uint16Array(buffer, 0, length / 2));
  return { ...tensor, dataType: DataType.float32, bytes: new Uint8Array(values.buffer) };
}

function convertedInfo(info: ValueInfo): ValueInfo {
  return info.elemType === DataType.float16 ? { ...info, elemType: DataType.float32 } : info;
}

/** Attributes that name the type of an output: of Cast, and of what makes random numbers or sequences. */
const TYPE_ATTRIBUTES: ReadonlySet<string> = new Set(['to', 'dtype', 'output_dtype', 'stash_type']);

function convertedNode(node: Node): Node {
  return {
    ...node,
    attributes: node.attributes.map((given): Attribute => {
      if (given.kind === 'tensor') return { ...given, value: convertedTensor(given.value) };
      if (given.kind === 'graph') return { ...given, value: convertedGraph(given.value) };
      const isHalf = given.kind === 'int' && given.value === BigInt(DataType.float16);
      const namesType = isOnnx(node) && TYPE_ATTRIBUTES.has(given.name);
      return isHalf && namesType ? attribute(given.name, BigInt(DataType.float32)) : given;
    }),
  };
}
