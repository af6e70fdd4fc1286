import { TesseraError } from '../../../base/errors.ts';
import type { Graph, ValueInfo } from '../model.ts';

/**
 * Gives the graph's one input these sides. What the file declares of every other tensor's sides goes: it was made for
 * sides of any length, and several real models declare an output of the size of the input. ORT works them out itself.
 * @throws TesseraError `model-unsuitable` where there is not one input, or where it has fixed other sides
 */
export function fixDimensions(graph: Graph, dims: readonly number[]): Graph {
  const [input] = graph.inputs;
  if (!input || graph.inputs.length > 1) {
    const names = graph.inputs.map(({ name }) => name).join(', ');
    throw unsuitable(`it has ${graph.inputs.length} inputs (${names}) where one picture was expected`);
  }
  if (!fits(input, dims)) {
    throw unsuitable(`its input is [${input.dims?.join(', ')}] where [${dims.join(', ')}] is given`);
  }
  const undeclared = (info: ValueInfo): ValueInfo => ({ ...info, dims: null });
  return {
    ...graph,
    inputs: [{ ...input, dims }],
    outputs: graph.outputs.map(undeclared),
    valueInfos: graph.valueInfos.map(undeclared),
  };
}

function fits({ dims }: ValueInfo, wanted: readonly number[]): boolean {
  if (!dims) return true;
  return (
    dims.length === wanted.length && dims.every((side, i) => typeof side !== 'number' || side === wanted[i])
  );
}

function unsuitable(why: string): TesseraError {
  return new TesseraError(
    'model-unsuitable',
    `The model cannot be fixed to one size: ${why}.`,
    'Choose another model.',
  );
}
