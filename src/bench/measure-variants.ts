import { messageOf } from '../base/errors.ts';
import { BareRuns } from './bare-runs.ts';
import type { TimedJob } from './bench-jobs.ts';
import { bareRequest, type CaseRequest, usualVariant } from './measure-case.ts';
import { median, type Variant, type VariantResult } from './result.ts';

/** In each precision what the product does, and what differs from it in one thing. */
export const VARIANTS: readonly Variant[] = (['float32', 'float16'] as const).flatMap((precision) => {
  const usual = usualVariant(precision);
  return [
    usual,
    { ...usual, layout: 'NCHW' },
    { ...usual, graphCapture: true },
    { ...usual, pendingDispatches: 64 },
    { ...usual, pendingDispatches: 256 },
    { ...usual, tensors: 'through-processor' },
  ] as const;
});

/** Other ways to run the tiles of a job; each in a worker with a device of its own. */
export async function measureVariants(
  request: CaseRequest,
  megapixels: number,
  first: TimedJob,
): Promise<readonly VariantResult[]> {
  const results: VariantResult[] = [];
  for (const [index, variant] of VARIANTS.entries()) {
    request.signal.throwIfAborted();
    request.tell(`variant ${index + 1} of ${VARIANTS.length}`, index / VARIANTS.length);
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
    const samplesMs: number[] = [];
    for (let round = 0; round < request.rounds; round++) samplesMs.push(await bare.run());
    const { width, height } = first.report.output;
    const { tiles, openMs } = bare.opened;
    return { tiles, openMs, samplesMs, msPerOutputMegapixel: median(samplesMs) / ((width * height) / 1e6) };
  } finally {
    bare.end();
  }
}
