import { graphsOf, intOf, intsOf, tensorOf } from '../../onnx/attributes.ts';
import { DataType, elementCount } from '../../onnx/data-type.ts';
import { functionsOf } from '../../onnx/functions.ts';
import type { Graph, Node, OnnxModel, TensorData } from '../../onnx/model.ts';
import { numbersOf } from '../../onnx/tensor-values.ts';
import { unsupported } from './refusals.ts';

/** Loops of image models turn once for a block or a window; a hostile one says 2⁶². Of a loop in a loop the product counts. */
export const MOST_TURNS = 1000;

/**
 * Refuses operators that may turn for ever: only loops of a number of turns that is written in the file, and small, are left.
 * Those in branches, in bodies of other loops and in the model's own functions count, too.
 * @throws TesseraError `model-unsupported`, naming the operator
 */
export function checkLoops(model: OnnxModel): void {
  checkGraph(model.graph, new Map(), 1);
  // What a function is given is not known in it, nor how often it is called: its own constants are all there is.
  for (const nodes of functionsOf(model)) checkNodes(nodes, constantsIn(nodes, new Map()), 1);
}

type Constants = ReadonlyMap<string, TensorData>;

function checkGraph({ nodes, initializers }: Graph, outer: Constants, turns: number): void {
  const constants = new Map([...outer, ...initializers.map((tensor) => [tensor.name, tensor] as const)]);
  checkNodes(nodes, constantsIn(nodes, constants), turns);
}

function constantsIn(nodes: readonly Node[], outer: Constants): Constants {
  const own = nodes.flatMap((node) => {
    const tensor = node.opType === 'Constant' ? tensorOf(node, 'value') : null;
    return tensor ? [[node.outputs[0] ?? '', tensor] as const] : [];
  });
  return new Map([...outer, ...own]);
}

function checkNodes(nodes: readonly Node[], constants: Constants, turns: number): void {
  for (const node of nodes) {
    const own = turnsOf(node, constants);
    if (own === null) throw endless(node, 'is not written in the file as one number');
    const all = turns * own;
    if (!(all <= MOST_TURNS)) throw endless(node, `is ${all}, where at most ${MOST_TURNS} are run`);
    for (const graph of graphsOf(node)) checkGraph(graph, constants, all);
  }
}

/** How often a node runs the graph in it: 1 for all that are no loops; null where the file does not say. */
function turnsOf(node: Node, constants: Constants): number | null {
  if (node.opType === 'Loop') {
    const limit = constants.get(node.inputs[0] ?? '');
    const isOne = limit?.dataType === DataType.int64 && elementCount(limit.dims) === 1;
    const [turns] = (isOne && numbersOf(limit)) || [];
    return turns === undefined ? null : Math.max(0, turns);
  }
  if (node.opType === 'Scan') {
    const count = intOf(node, 'num_scan_inputs', 1);
    const axis = intsOf(node, 'scan_input_axes')?.[0] ?? 0;
    return constants.get(node.inputs.at(-count) ?? '')?.dims.at(axis) ?? null;
  }
  return 1;
}

function endless({ opType, name }: Node, why: string): Error {
  const which = name === '' ? `the operator ${opType}` : `the operator ${opType} (“${name.slice(0, 60)}”)`;
  return unsupported(
    `how often ${which} repeats its steps ${why}, so that it may never end`,
    'Export the model without loops: torch.onnx.export unrolls them where the model is traced, not scripted.',
  );
}
