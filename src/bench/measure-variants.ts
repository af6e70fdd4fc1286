import { messageOf } from '../base/errors.ts';
import type { BareTimes } from './bare-protocol.ts';
import { BareRuns } from './bare-runs.ts';
import type { TimedJob } from './bench-jobs.ts';
import { bareRequest, type CaseRequest, usualVariant } from './measure-case.ts';
import { median, type Variant, type VariantResult } from './result.ts';

/** In each precision what the product does, and what differs from it in one thing. */
function variantsIn(precision: Variant['precision']): readonly Variant[] {
  const usual = usualVariant(precision);
  return [
    usual,
    { ...usual, layout: 'NCHW' },
    { ...usual, graphCapture: true },
    { ...usual, pendingDispatches: 64 },
    { ...usual, pendingDispatches: 256 },
    { ...usual, tensors: 'through-processor' },
  ];
}

/**
 * Other ways to run the tiles of a job; each in a worker with a device of its own.
 *
 * @param halfPrecision whether the card has float16.
 */
export async function measureVariants(
  request: CaseRequest,
  megapixels: number,
  first: TimedJob,
  halfPrecision: boolean,
): Promise<readonly VariantResult[]> {
  const results: VariantResult[] = [];
  const variants = [...variantsIn('float32'), ...(halfPrecision ? variantsIn('float16') : [])];
  for (const [index, variant] of variants.entries()) {
    request.signal.throwIfAborted();
    request.tell(`variant ${index + 1} of ${variants.length}`, index / variants.length);
    const about = { model: request.model.id, megapixels, variant };
    try {
      results.push({ ...about, ...(await measureVariant(request, first, variant)) });
    } catch (error) {
      results.push({ ...about, problem: messageOf(error) });
    }
  }
  return results;
}

async function measureVariant(request: CaseRequest, first: TimedJob, variant: Variant) {
  const bare = await BareRuns.open(bareRequest(request, first, variant));
  try {
    const times: BareTimes[] = [];
    for (let round = 0; round < request.rounds; round++) times.push(await bare.run());
    const samplesMs = times.map(({ ms }) => ms);
    const { width, height } = first.report.output;
    const { tiles, openMs } = bare.opened;
    const submitsPerTile = median(times.map(({ submits }) => submits)) / tiles;
    const msPerOutputMegapixel = median(samplesMs) / ((width * height) / 1e6);
    return { tiles, openMs, samplesMs, msPerOutputMegapixel, submitsPerTile };
  } finally {
    bare.end();
  }
}
