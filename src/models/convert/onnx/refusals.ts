import { type ErrorDetails, TesseraError } from '../../../base/errors.ts';
import { DataType } from '../../onnx/data-type.ts';
import type { ValueInfo } from '../../onnx/model.ts';

/** What a model has to have, for the end of a sentence. */
export const EXPECTED = 'where one picture, such as float32 [1, 3, height, width], was expected';

/** That a model is none that turns a picture into a picture. `why` is a clause without a full stop. */
export function unsuitable(why: string, details: ErrorDetails = {}): TesseraError {
  return new TesseraError(
    'model-unsuitable',
    `The model does not turn one picture into one picture: ${why}.`,
    'Choose a model that takes one picture and gives the same picture, as large or larger.',
    details,
  );
}

/** That a model would be right, but holds something that cannot be run here. */
export function unsupported(why: string, nextStep: string): TesseraError {
  return new TesseraError('model-unsupported', `Tessera cannot run this model: ${why}.`, nextStep);
}

/** Inputs or outputs as people read them: `input_ids: int64 [batch, 77]; mask: …`. */
export function listed(values: readonly ValueInfo[]): string {
  return values
    .map(
      ({ name, elemType, dims }) =>
        `${name}: ${typeName(elemType)} ${dims ? bracketed(dims) : 'of any shape'}`,
    )
    .join('; ');
}

export function bracketed(dims: readonly (number | string | null)[]): string {
  return `[${dims.map((side) => side ?? '?').join(', ')}]`;
}

/** Newer types than `DataType` has, by their numbers. */
const OTHER_TYPES: Readonly<Record<number, string>> = { 16: 'bfloat16' };

export function typeName(elemType: number | null): string {
  if (elemType === null) return 'no tensor';
  const known = Object.entries(DataType).find(([, number]) => number === elemType);
  return known?.[0] ?? OTHER_TYPES[elemType] ?? `type ${elemType}`;
}
