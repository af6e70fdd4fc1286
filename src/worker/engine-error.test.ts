import { describe, expect, it } from 'vitest';
import { TesseraError } from '../base/errors.ts';
import { EngineFailure } from '../engine/failure.ts';
import { engineError } from './engine-error.ts';

const coded = (error: unknown): TesseraError => {
  const out = engineError(error);
  if (out instanceof TesseraError) return out;
  throw new Error(`not coded: ${String(out)}`);
};

describe('engineError', () => {
  it.each([
    ['out-of-memory', new EngineFailure('wasm', 'ERROR_CODE: 6, ERROR_MESSAGE: std::bad_alloc', null)],
    ['out-of-memory', new RangeError('Array buffer allocation failed')],
    ['device-lost', new EngineFailure('webgpu', 'std::bad_alloc', 'destroyed')],
    ['run-failed', new EngineFailure('webgpu', 'Program Transpose requires f16', null)],
    ['run-failed', new EngineFailure('wasm', 'Got invalid dimensions for input', null)],
  ])('gives the person “%s” for %s', (code, thrown) => {
    const error = coded(thrown);
    expect(error.code).toBe(code);
    expect(error.nextStep).not.toBe('');
    expect(error.cause).toBe(thrown);
  });

  it('names the limit that was met', () => {
    const error = coded(new Error('Buffer size (300) exceeds the max buffer size limit (200)'));
    expect(error.message).toContain('300');
    expect(error.details['limit']).toContain('200');
  });

  it('names the place where a run failed', () => {
    const error = engineError(new EngineFailure('wasm', 'x', null), 47) as TesseraError;
    expect(error.message).toContain('source row 47');
    expect(error.details['row']).toBe(47);
    expect(coded(new EngineFailure('wasm', 'x', null)).message).not.toContain('row');
  });

  it('advises the processor only to those who are not on it', () => {
    expect(coded(new EngineFailure('webgpu', 'x', null)).nextStep).toContain('WASM');
    expect(coded(new EngineFailure('wasm', 'x', null)).nextStep).not.toContain('WASM');
  });

  it('passes on what is coded already, and what is not the engine’s', () => {
    const ours = new TesseraError('out-of-memory', 'tried 512, 256 pixels', 'n');
    expect(engineError(ours)).toBe(ours);
    const foreign = new TypeError('x is undefined');
    expect(engineError(foreign)).toBe(foreign);
  });
});
