import type { OnnxModel } from './model.ts';
import { fieldsOf } from './wire-reader.ts';

/** Number of `ModelProto.functions`. */
const FUNCTIONS = 25;

/** Whether the model defines operators of its own: nodes of any domain may mean those. */
export function hasFunctions(model: OnnxModel): boolean {
  return model.rest.some((run) => {
    for (const { number } of fieldsOf(run, 0, run.length)) if (number === FUNCTIONS) return true;
    return false;
  });
}
