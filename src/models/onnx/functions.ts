import type { Node, OnnxModel } from './model.ts';
import { nodesOfFunction } from './read.ts';
import { type Field, fieldsOf } from './wire-reader.ts';

/** Number of `ModelProto.functions`. */
const FUNCTIONS = 25;

/** Whether the model defines operators of its own: nodes of any domain may mean those. */
export function hasFunctions(model: OnnxModel): boolean {
  return functionFields(model).next().done === false;
}

/**
 * The nodes of each of the model's own operators.
 * @throws TesseraError `model-corrupt`, with an offset inside the function
 */
export function functionsOf(model: OnnxModel): readonly (readonly Node[])[] {
  return Array.from(functionFields(model), ({ bytes, field }) => nodesOfFunction(bytes, field));
}

function* functionFields({ rest }: OnnxModel): Generator<{ bytes: Uint8Array; field: Field }> {
  for (const bytes of rest) {
    for (const field of fieldsOf(bytes, 0, bytes.length))
      if (field.number === FUNCTIONS) yield { bytes, field };
  }
}
