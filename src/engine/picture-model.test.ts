import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { toyModel } from '../../e2e/fixtures/toy-model.ts';
import { TesseraError } from '../base/errors.ts';
import { sourcePx } from '../base/geometry.ts';
import { ANY_SIZE } from '../base/size-rule.ts';
import type { ModelDescriptor } from '../models/descriptor.ts';
import { readOnnx } from '../models/onnx/read.ts';
import { writeOnnx } from '../models/onnx/write.ts';
import { readPictureModel } from './picture-model.ts';

const named = { id: 'mine', sizeRule: ANY_SIZE } as ModelDescriptor;

function problem(bytes: Uint8Array, descriptor = named): string {
  try {
    readPictureModel(bytes, descriptor);
  } catch (error) {
    if (error instanceof TesseraError) return `${error.code} ${error.message}`;
    throw error;
  }
  return '';
}

/** The toy with other sides of its input, or another element type. */
function changed(change: { dims?: (number | string)[]; elemType?: number }): Uint8Array {
  const model = readOnnx(toyModel());
  const inputs = model.graph.inputs.map((input) => ({ ...input, ...change }));
  return writeOnnx({ ...model, graph: { ...model.graph, inputs } });
}

describe('readPictureModel', () => {
  it('takes what is shipped, and a toy', () => {
    for (const id of ['photo-4x', 'photo-2x', 'fast-2x'])
      expect(problem(readFileSync(`public/models/${id}.onnx`))).toBe('');
    expect(problem(toyModel())).toBe('');
    expect(problem(changed({ dims: ['batch', 'channels', 'height', 'width'] }))).toBe('');
  });

  it('takes one of a single size where its descriptor says so', () => {
    const fixed = { width: sourcePx(48), height: sourcePx(64) };
    const descriptor = { ...named, sizeRule: { ...ANY_SIZE, fixed } };
    expect(problem(changed({ dims: [1, 3, 64, 48] }), descriptor)).toBe('');
  });

  it('names what is wrong, and the model', () => {
    expect(problem(toyModel({ channels: 6 }))).toMatch(/^model-unsuitable .*“mine”.*6 channels/);
    expect(problem(toyModel({ secondInput: true }))).toMatch(/picture.*other/);
    expect(problem(changed({ dims: [1, 3, 64, 48] }))).toContain('48 × 64');
    expect(problem(changed({ dims: [3, 'height', 'width'] }))).toContain('[3, height, width]');
    expect(problem(changed({ elemType: 2 }))).toContain('uint8');
    expect(problem(toyModel().slice(0, 200))).toMatch(/^model-corrupt .*not a readable ONNX network/);
  });
});
