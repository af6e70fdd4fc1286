import { TesseraError } from '../base/errors.ts';
import type { ModelDescriptor } from '../models/descriptor.ts';
import { DataType } from '../models/onnx/data-type.ts';
import type { OnnxModel, ValueInfo } from '../models/onnx/model.ts';
import { readOnnx } from '../models/onnx/read.ts';

/**
 * Reads a model's file, for either backend, and refuses before anything runs what does not turn a picture into a picture.
 *
 * @throws TesseraError `model-corrupt` or `model-unsuitable`.
 */
export function readPictureModel(bytes: Uint8Array, { id, sizeRule }: ModelDescriptor): OnnxModel {
  const model = readOnnx(bytes);
  const { inputs, outputs, initializers } = model.graph;
  const weights = new Set(initializers.map(({ name }) => name));
  const given = inputs.filter(({ name }) => !weights.has(name));
  const problem =
    problemOf('input', given) ??
    problemOf('output', outputs) ??
    (sizeRule.fixed ? null : fixedSides(given[0]));
  if (problem === null) return model;
  throw new TesseraError(
    'model-unsuitable',
    `The model “${id}” does not turn a picture into a larger picture: ${problem}.`,
    'Choose another model.',
    { model: id },
  );
}

function problemOf(what: 'input' | 'output', values: readonly ValueInfo[]): string | null {
  const [value] = values;
  const rank = value?.dims?.length ?? 4;
  if (!value || values.length > 1 || value.elemType !== DataType.float32 || rank !== 4) {
    const seen = values.map(({ name, elemType, dims }) => `${name}: ${typeName(elemType)} [${sides(dims)}]`);
    return `it has the ${what}s (${seen.join('; ')}) where one float32 [1, 3, height, width] was expected`;
  }
  const channels = value.dims?.[1];
  if (typeof channels === 'number' && channels !== 3) {
    return `its ${what} has ${channels} channels where 3 (RGB) were expected`;
  }
  return null;
}

/** What is wrong with a network that takes one size only, where its descriptor does not say so; null where it takes any. */
function fixedSides(input: ValueInfo | undefined): string | null {
  const [, , height, width] = input?.dims ?? [];
  if (typeof height !== 'number' && typeof width !== 'number') return null;
  return `it takes pictures of one size only (${width ?? '?'} × ${height ?? '?'} pixels), and tiles have another`;
}

function typeName(elemType: number | null): string {
  const known = Object.entries(DataType).find(([, number]) => number === elemType);
  return known?.[0] ?? 'unknown';
}

function sides(dims: ValueInfo['dims']): string {
  return dims?.map((side) => side ?? '?').join(', ') ?? '';
}
