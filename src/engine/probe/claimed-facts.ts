import { TesseraError } from '../../base/errors.ts';
import { allowedSize } from '../../base/size-rule.ts';
import { factsIn } from '../../models/kept-facts.ts';
import { DataType } from '../../models/onnx/data-type.ts';
import type { OnnxModel, ValueInfo } from '../../models/onnx/model.ts';
import type { NetworkFacts, PictureNetwork } from '../../models/picture-network.ts';
import type { ProbeRun } from './first-answer.ts';
import { type Answer, likenessOf } from './likeness.ts';
import { drawProbe, feedOf } from './probe-picture.ts';

/** One that takes 0..255, or that gives anything else than its picture, is farther from it. */
const LARGEST_ERROR = 0.15;
/** Of the picture that is looked at, before the network's own rule. */
const SIDE_PX = 24;
/** No claim makes a run of a larger picture than those that are tried anyway. */
const MOST_SIDE_PX = 512;

/**
 * The network in a file that Tessera wrote, with the facts that it wrote beside it; null where there are none, or where
 * running the network shows another thing than they say. They tell what runs do not: its architecture, how much of its edges
 * it makes up, and its form before it was brought into the common one.
 * @param model as it lies in the file
 * @param probed the same model as runs have found it to be
 */
export async function withClaimedFacts(
  model: OnnxModel,
  { facts: found }: PictureNetwork,
  run: ProbeRun,
): Promise<PictureNetwork | null> {
  const claimed = factsIn(model.metadata);
  if (!claimed || !isInCommonForm(model, found) || !agrees(claimed, found)) return null;
  const seen = await lookAt(claimed, run).catch((error: unknown) => {
    if (error instanceof TesseraError) throw error;
    return null;
  });
  if (!seen || seen.error > LARGEST_ERROR || seen.madeUpPx > claimed.eatenPx) return null;
  return { onnx: model, facts: claimed };
}

function isInCommonForm({ graph }: OnnxModel, { form, eatenPx }: NetworkFacts): boolean {
  const isEnd = (ends: readonly ValueInfo[], name: string) =>
    ends.length === 1 && ends[0]?.name === name && ends[0].elemType === DataType.float32;
  if (!isEnd(graph.inputs, 'input') || !isEnd(graph.outputs, 'output') || eatenPx !== 0) return false;
  const { inputChannels, outputChannels, layout, channelOrder } = form;
  return inputChannels === 3 && outputChannels === 3 && layout === 'nchw' && channelOrder === 'rgb';
}

/** Whether nothing that is claimed is less careful than what was found. */
function agrees(claimed: NetworkFacts, found: NetworkFacts): boolean {
  const [own, tried] = [claimed.sizeRule, found.sizeRule];
  // Behind an edge that repeats an answer the graph tells of up to one pixel more than reaches the answer.
  const reach = (claimed.receptiveFieldPx ?? Number.POSITIVE_INFINITY) + (claimed.eatenPx > 0 ? 1 : 0);
  const shortest = tried.fixed ? Math.min(tried.fixed.width, tried.fixed.height) : tried.minimumPx;
  return (
    claimed.scale === found.scale &&
    own.fixed?.width === tried.fixed?.width &&
    own.fixed?.height === tried.fixed?.height &&
    own.multipleOf % tried.multipleOf === 0 &&
    own.minimumPx >= tried.minimumPx &&
    Math.max(own.minimumPx, own.multipleOf) <= MOST_SIDE_PX &&
    // It takes nothing of which it would leave nothing over.
    2 * claimed.eatenPx < shortest &&
    reach >= (found.receptiveFieldPx ?? 0) &&
    (claimed.dependsOnTileSize || !found.dependsOnTileSize)
  );
}

/** How far an answer to RGB in 0..1 is from the picture, as a part of white, and how much of its edges is made up. */
async function lookAt(
  { scale, sizeRule, eatenPx }: NetworkFacts,
  run: ProbeRun,
): Promise<{ readonly error: number; readonly madeUpPx: number }> {
  const side = SIDE_PX + 2 * eatenPx;
  const { width, height } = allowedSize({ width: side, height: side }, sizeRule);
  const form = { layout: 'nchw', channels: 3, white: 1, channelOrder: 'rgb' } as const;
  const picture = drawProbe({ width, height });
  const answer = await run(feedOf(picture, form), [1, 3, height, width]);
  const lacking = { top: 0, left: 0, bottom: 0, right: 0 };
  const { error } = likenessOf(answer, { output: form, scale, lacking }, picture, false);
  return { error: error[1], madeUpPx: madeUpPx(answer, scale) };
}

/**
 * How many source pixels at the edges are no answer but repeat the outermost pixels of one; the most of the four sides. A
 * network that lays the picture beneath its answer hides them.
 */
function madeUpPx({ values, dims }: Answer, scale: number): number {
  const [rows, columns] = [dims[2], dims[3]] as [number, number];
  const at = (y: number, x: number) => values[y * columns + x];
  const sameRow = (y: number, other: number) =>
    Array.from({ length: columns }, (_, x) => x).every((x) => at(y, x) === at(other, x));
  const sameColumn = (x: number, other: number) =>
    Array.from({ length: rows }, (_, y) => y).every((y) => at(y, x) === at(y, other));
  const repeated = Math.max(
    runLength(rows, (i) => sameRow(i, 0)),
    runLength(rows, (i) => sameRow(rows - 1 - i, rows - 1)),
    runLength(columns, (i) => sameColumn(i, 0)),
    runLength(columns, (i) => sameColumn(columns - 1 - i, columns - 1)),
  );
  // A network that only repeats pixels has fewer lines alike than make up one of them.
  return Math.floor(repeated / scale);
}

/** How many lines in a row, from the second one on, are as the first one. */
function runLength(count: number, isSame: (line: number) => boolean): number {
  let line = 1;
  while (line < count && isSame(line)) line++;
  return line - 1;
}
