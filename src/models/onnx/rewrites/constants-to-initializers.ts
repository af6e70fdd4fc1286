import { floatOf, floatsOf, has, intOf, intsOf, tensorOf } from '../attributes.ts';
import { tensor } from '../build.ts';
import { DataType } from '../data-type.ts';
import type { Graph, Node, TensorData } from '../model.ts';
import { isOnnx } from '../names.ts';

/**
 * Weights in Constant nodes become initializers: ORT packs and folds those, and so does everything after this.
 * Constants of texts and sparse ones stay.
 */
export function constantsToInitializers(graph: Graph): Graph {
  const lifted: TensorData[] = [];
  const nodes = graph.nodes.filter((node) => {
    const value = constantValue(node);
    if (value) lifted.push({ ...value, name: node.outputs[0] as string });
    return !value;
  });
  return { ...graph, nodes, initializers: [...graph.initializers, ...lifted] };
}

function constantValue(node: Node): TensorData | null {
  if (node.opType !== 'Constant' || !isOnnx(node) || !node.outputs[0]) return null;
  const floats = floatsOf(node, 'value_floats');
  const ints = intsOf(node, 'value_ints');
  if (floats) return tensor('', DataType.float32, [floats.length], floats);
  if (ints) return tensor('', DataType.int64, [ints.length], ints);
  if (has(node, 'value_float')) return tensor('', DataType.float32, [], [floatOf(node, 'value_float', 0)]);
  if (has(node, 'value_int')) return tensor('', DataType.int64, [], [intOf(node, 'value_int', 0)]);
  return tensorOf(node, 'value');
}
