import { TesseraError } from '../../../base/errors.ts';
import type { NetworkFacts } from '../../picture-network.ts';
import type { Axis } from './axes.ts';
import type { Blob } from './blob.ts';
import type { NcnnLayer } from './layer.ts';
import type { Conversion } from './layer-scope.ts';
import { reachOf } from './reach.ts';
import { leastCommonMultiple, type SideFacts, sideFacts } from './sizes.ts';

export type Answer = {
  /** The ONNX tensor: `scale` times the input's sides. */
  readonly tensor: string;
  readonly facts: Pick<
    NetworkFacts,
    'scale' | 'receptiveFieldPx' | 'sizeRule' | 'eatenPx' | 'dependsOnTileSize'
  >;
};

const MAX_SCALE = 16;
const CHOOSE_ANOTHER = 'Choose a network that enlarges or restores a single picture.';

/**
 * What ncnn programs do around a network, as nodes of it: its answer for the middle of the picture, padded to the size
 * of the whole (docs/decisions/0009), and the picture itself where the network gives only what to add to it.
 * @param needed the layers that make `output`
 * @throws TesseraError `model-unsuitable` where it is not the picture, enlarged by a whole number
 */
export function answerOf(conversion: Conversion, output: Blob, needed: readonly NcnnLayer[]): Answer {
  const { rows, columns } = requirePicture(conversion, output);
  const { scale } = rows.facts;
  const lost = { rows: rows.facts.lostPx, columns: columns.facts.lostPx };
  const eatenPx = Math.ceil(Math.ceil(Math.max(lost.rows, lost.columns) / 2) / scale);
  const isResidual = givesResidualOnly(conversion, { scale, eatenPx }, needed);
  const whole = isResidual ? withPicture(conversion, output.tensor, { scale, eatenPx }) : output.tensor;
  const reaches = [rows, columns].map(({ axis, facts }) => reachOf(conversion.axes, axis, facts));
  const isReachKnown = conversion.reachIsKnown && !reaches.includes(null);
  const multipleOf = leastCommonMultiple(rows.facts.multipleOf, columns.facts.multipleOf);
  const shortest = Math.max(rows.facts.minimumPx, columns.facts.minimumPx);
  return {
    tensor: padded(conversion, whole, lost),
    facts: {
      scale,
      eatenPx,
      receptiveFieldPx: isReachKnown ? Math.max(...reaches.map((reach) => reach ?? 0)) : null,
      sizeRule: { multipleOf, minimumPx: Math.ceil(shortest / multipleOf) * multipleOf, fixed: null },
      dependsOnTileSize: conversion.dependsOnTileSize,
    },
  };
}

type Side = { readonly axis: Axis; readonly facts: SideFacts };

function requirePicture(
  { axes }: Conversion,
  { sides }: Blob,
): { readonly rows: Side; readonly columns: Side } {
  const [channels, y, x] = sides;
  if (channels === undefined || y === undefined || x === undefined)
    throw unsuitable(`Its answer has ${sides.length} sides instead of three`);
  const colours = axes.fixedLength(channels);
  if (colours !== 3)
    throw unsuitable(`Its answer has ${colours ?? 'an unknown number of'} channels instead of 3`);
  if (axes.familyOf(y) !== 'rows' || axes.familyOf(x) !== 'columns')
    throw unsuitable('The size of its answer does not follow from the size of the picture');
  const [rows, columns] = [sideFacts(axes, y), sideFacts(axes, x)];
  if (!rows || !columns || rows.scale !== columns.scale || rows.scale > MAX_SCALE)
    throw unsuitable(`Its answer is not the picture enlarged by a whole number up to ${MAX_SCALE}`);
  if (rows.lostPx < 0 || columns.lostPx < 0)
    throw unsuitable(
      `Its answer is ${-Math.min(rows.lostPx, columns.lostPx)} pixels larger than the enlarged picture`,
    );
  return { rows: { axis: y, facts: rows }, columns: { axis: x, facts: columns } };
}

function unsuitable(what: string): TesseraError {
  return new TesseraError(
    'model-unsuitable',
    `This ncnn network does not give a picture. ${what}.`,
    CHOOSE_ANOTHER,
  );
}

/** As many as were lost, half at either end. */
function padded({ builder }: Conversion, tensor: string, lost: { rows: number; columns: number }): string {
  if (lost.rows === 0 && lost.columns === 0) return tensor;
  const before = [lost.rows, lost.columns].map((px) => Math.floor(px / 2));
  const after = [lost.rows, lost.columns].map((px) => Math.ceil(px / 2));
  return builder.add('Pad', [tensor, builder.ints([0, 0, ...before, 0, 0, ...after])], { mode: 'edge' });
}

/** What the 4x Real-CUGAN network consumes on each side. */
const REAL_CUGAN_4X = { scale: 4, eatenPx: 19 };

/**
 * Whether the answer is only what is to be added to the picture: so for the 4x Real-CUGAN, whose programs add the
 * nearest enlargement outside. Nothing in the file says so. It is told by its structure: two U-nets (so it has
 * deconvolutions, and the gates that pool the whole picture), 19 pixels consumed at scale 4, a pixel shuffle at the
 * end, and a picture that goes nowhere but into one convolution, so that the network cannot have added it itself. The
 * 2x and 3x networks end in a sum, and consume 18 and 14 pixels.
 */
function givesResidualOnly(
  { dependsOnTileSize }: Conversion,
  { scale, eatenPx }: { scale: number; eatenPx: number },
  needed: readonly NcnnLayer[],
): boolean {
  if (scale !== REAL_CUGAN_4X.scale || eatenPx !== REAL_CUGAN_4X.eatenPx || !dependsOnTileSize) return false;
  const hasUNets = needed.some(({ type }) => type === 'Deconvolution');
  return hasUNets && needed[0]?.type === 'Convolution' && needed.at(-1)?.type === 'PixelShuffle';
}

/** The answer plus the part of the picture that it is for, enlarged by repeating its pixels. */
function withPicture(
  { builder }: Conversion,
  tensor: string,
  { scale, eatenPx }: { scale: number; eatenPx: number },
): string {
  const middle = builder.add('Slice', [
    builder.input,
    builder.ints([eatenPx, eatenPx]),
    builder.ints([-eatenPx, -eatenPx]),
    builder.ints([2, 3]),
  ]);
  const enlarged = builder.add('Resize', [middle, '', builder.floats([1, 1, scale, scale])], {
    mode: 'nearest',
    coordinate_transformation_mode: 'asymmetric',
    nearest_mode: 'floor',
  });
  return builder.add('Add', [tensor, enlarged]);
}
