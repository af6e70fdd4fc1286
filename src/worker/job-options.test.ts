import { describe, expect, it } from 'vitest';
import { defined } from '../base/assert.ts';
import { TesseraError } from '../base/errors.ts';
import { sourcePx } from '../base/geometry.ts';
import { builtIn } from '../models/descriptor.ts';
import { planTiles } from '../tiling/plan.ts';
import { onlyTile } from './choose-engine.ts';
import { alignmentOf, cutsEdges, resolveOptions, shortestFixedSide } from './job-options.ts';
import type { UpscaleOptions } from './protocol.ts';

const model = (receptiveFieldPx = 10, scale = 4) =>
  builtIn({
    id: 'photo-4x',
    name: 'Photo',
    description: 'For photographs.',
    scale,
    file: 'photo-4x.onnx',
    bytes: 1,
    sha256: 'ab'.repeat(32),
    licence: 'MIT',
    source: 'here',
    receptiveFieldPx,
    macsPerSourcePx: 1,
    peakValuesPerSourcePx: 1,
  });

/** Options as they come from an address or a script: of any type. */
const untyped = (options: Readonly<Record<string, unknown>>) => options as UpscaleOptions;

function refused(options: Readonly<Record<string, unknown>>, of = model()): TesseraError {
  try {
    resolveOptions(untyped(options), of);
  } catch (error) {
    if (error instanceof TesseraError) return error;
    throw error;
  }
  throw new Error(`accepted ${JSON.stringify(options)}`);
}

describe('resolveOptions', () => {
  it('fills in every default', () => {
    expect(resolveOptions({}, model())).toEqual({
      scale: 4,
      tile: null,
      context: 14,
      feather: 8,
      backend: null,
      format: 'png',
      quality: 92,
    });
  });

  it('takes over what is given', () => {
    const given = {
      scale: 3,
      tile: 128,
      context: 20,
      feather: 6,
      backend: 'wasm',
      format: 'webp',
      quality: 80,
    } as const;
    expect(resolveOptions({ ...given, model: 'photo-4x' }, model())).toEqual(given);
  });

  it.each([
    ['scale', [2, 4], [1, 5, 2.5]],
    ['tile', [32, 33, 1024], [31, 1025, 64.5]],
    ['context', [4, 64], [3, 65, 16.5]],
    ['feather', [0, 2, 16], [-2, 18, 3, 1.5]],
    ['quality', [1, 100], [0, 101, 92.5]],
    ['backend', ['webgpu', 'wasm'], ['cpu', '', 'WASM']],
    ['format', ['png', 'jpeg', 'webp'], ['gif', '', 'PNG']],
  ])('takes %s on its limits and refuses it beyond them', (name, good, bad) => {
    for (const value of good)
      expect(resolveOptions(untyped({ [name]: value }), model()), String(value)).toMatchObject({
        [name]: value,
      });
    for (const value of bad) {
      const error = refused({ [name]: value });
      expect(error.code).toBe('bad-option');
      expect(error.message).toContain(
        `${name} cannot be ${typeof value === 'string' ? `“${value}”` : value}`,
      );
      expect(error.details).toMatchObject({ option: name, value: String(value) });
      expect(error.nextStep).toContain(String(error.details['allowed']));
    }
  });

  it.each(['scale', 'tile', 'context', 'feather', 'quality'])(
    'takes no text, NaN or list for the number %s',
    (name) => {
      for (const value of ['32', Number.NaN, Number.POSITIVE_INFINITY, [32], {}, true])
        expect(refused({ [name]: value }).code).toBe('bad-option');
    },
  );

  it('allows a feather of at most twice the context', () => {
    expect(resolveOptions({ context: 4, feather: 8 }, model()).feather).toBe(8);
    expect(refused({ context: 4, feather: 10 }).details['allowed']).toBe('a whole number from 0 to 8');
    expect(resolveOptions({ context: 8, feather: 16 }, model()).feather).toBe(16);
    expect(refused({ context: 64, feather: 18 }).details['allowed']).toBe('a whole number from 0 to 16');
  });

  it('names the only scale of a model that has one', () => {
    expect(resolveOptions({ scale: 2 }, model(10, 2)).scale).toBe(2);
    expect(refused({ scale: 3 }, model(10, 2)).nextStep).toBe('Use 2.');
  });

  it.each([
    // Receptive field, context given, context and feather that follow.
    [1, undefined, 5, 8],
    [6, undefined, 10, 8],
    [10, undefined, 14, 8],
    [12, undefined, 16, 8],
    [13, undefined, 17, 8],
    [60, undefined, 64, 8],
    [62, undefined, 64, 4],
    [64, undefined, 64, 0],
    [10, 14, 14, 8],
    [10, 13, 13, 6],
    [10, 11, 11, 2],
    [10, 10, 10, 0],
    // Too short to be right in any case: the blend hides the seam.
    [10, 9, 9, 8],
    [10, 4, 4, 8],
    // Further than any context: what matters most is near.
    [65, undefined, 36, 8],
    [400, undefined, 36, 8],
  ])(
    'with a receptive field of %i and context %s takes context %i and feather %i',
    (field, given, context, feather) => {
      const options = given === undefined ? {} : { context: given };
      expect(resolveOptions(options, model(field))).toMatchObject({ context, feather });
    },
  );

  it.each([
    [4, 13, 17],
    // Reducing to 3 looks one pixel further, to 2 two pixels.
    [3, 13, 18],
    [2, 13, 19],
  ])('at scale %i of 4, with a receptive field of %i, takes context %i', (scale, field, context) => {
    expect(resolveOptions({ scale }, model(field))).toMatchObject({ context, feather: 8 });
  });

  it.each([
    [{}, true],
    [{ context: 14, feather: 10 }, false],
    [{ context: 10, feather: 0 }, true],
    [{ context: 9, feather: 0 }, false],
  ])('knows of %j whether the edges of a tile reach what is kept', (options, cut) => {
    expect(cutsEdges(model(10), resolveOptions(options, model(10)))).toBe(cut);
    const unknown = { ...model(10), receptiveFieldPx: null };
    expect(cutsEdges(unknown, resolveOptions(options, unknown))).toBe(false);
  });

  it('does not enlarge with a model that only restores', () => {
    expect(resolveOptions({}, model(10, 1)).scale).toBe(1);
    expect(refused({ scale: 2 }, model(10, 1)).nextStep).toBe('Use 1.');
  });

  it('keeps what the network eats out of the blend', () => {
    const eating = { ...model(20, 2), eatenPx: 18 };
    expect(resolveOptions({}, eating)).toMatchObject({ context: 24, feather: 8 });
    expect(resolveOptions({ context: 18 }, eating).feather).toBe(0);
    expect(resolveOptions({ context: 20, feather: 4 }, eating).feather).toBe(4);
    expect(refused({ context: 17 }, eating).details['allowed']).toBe('a whole number from 18 to 64');
    expect(refused({ context: 20, feather: 6 }, eating).details['allowed']).toBe(
      'a whole number from 0 to 4',
    );
    expect(resolveOptions({}, { ...eating, receptiveFieldPx: null })).toMatchObject({
      context: 36,
      feather: 8,
    });
  });

  it.each([
    // Fixed side, context and feather that follow.
    [256, 36, 8],
    [128, 32, 8],
    [64, 16, 8],
    [32, 8, 8],
    [16, 4, 4],
  ])('takes of a fixed side of %i a quarter at most: context %i, feather %i', (side, context, feather) => {
    const fixed = { width: sourcePx(side), height: sourcePx(side + 7) };
    const of = { ...model(100), sizeRule: { multipleOf: 1, minimumPx: 1, fixed } };
    expect(resolveOptions({}, of)).toMatchObject({ context, feather });
    expect(() => resolveOptions({ context: Math.floor(side / 4) + 1 }, of)).toThrow('context');
  });

  it.each([
    [9, 0],
    [15, 7],
    [37, 18],
    [60, 28],
  ])('calls %i the shortest side, or nearly, of which %i are eaten at each end', (side, eatenPx) => {
    const shortest = (of: number) => {
      const fixed = { width: sourcePx(of), height: sourcePx(of) };
      return shortestFixedSide({ eatenPx, sizeRule: { multipleOf: 1, minimumPx: 1, fixed } });
    };
    expect(shortest(side)).toBeLessThanOrEqual(side);
    expect(shortest(2 * Math.max(4, eatenPx))).toBeGreaterThan(2 * Math.max(4, eatenPx));
  });

  it('can cut a picture for a network of any one size that leaves a pixel to finish', () => {
    const picture = { width: sourcePx(101), height: sourcePx(37) };
    const sides = Array.from({ length: 130 }, (_, i) => i + 1);
    const all = [0, 3, 7, 18, 28].flatMap((eatenPx) => sides.map((side) => ({ eatenPx, side })));
    for (const { eatenPx, side } of all) {
      const fixed = { width: sourcePx(side), height: sourcePx(side) };
      const of = { ...model(100), eatenPx, sizeRule: { multipleOf: 1, minimumPx: 1, fixed } };
      if (side < shortestFixedSide(of)) continue;
      const { context, feather } = resolveOptions({}, of);
      const tile = defined(onlyTile(of, context), 'the one size');
      const tiling = { tile, context, feather, sizeRule: of.sizeRule, alignTo: alignmentOf(of) };
      expect(planTiles(picture, sourcePx(0), tiling).padded).toEqual(fixed);
    }
  });

  it('rounds the context up to where tiles begin', () => {
    const unshuffled = (multipleOf: number) => ({
      ...model(9),
      sizeRule: { multipleOf, minimumPx: 1, fixed: null },
    });
    expect([1, 2, 4, 8].map((step) => resolveOptions({}, unshuffled(step)).context)).toEqual([
      13, 14, 16, 16,
    ]);
    // Beyond the widest there is only the widest.
    expect(resolveOptions({}, { ...unshuffled(48), receptiveFieldPx: 60 }).context).toBe(64);
  });
});

describe('alignmentOf', () => {
  it.each([
    [128, 128, 8],
    [64, 64, 8],
    [64, 72, 8],
    [48, 48, 4],
    [20, 20, 2],
    [16, 16, 2],
    [90, 37, 1],
    [8, 8, 1],
  ])('of a network that takes %i × %i only is %i', (width, height, step) => {
    const fixed = { width: sourcePx(width), height: sourcePx(height) };
    expect(alignmentOf({ ...model(), sizeRule: { multipleOf: 1, minimumPx: 1, fixed } })).toBe(step);
  });
});
