import type { AdapterFacts } from '../engine/gpu-device.ts';
import type { TileBudget } from '../tiling/first-tile.ts';

const MIB = 2 ** 20;

/** About a second of one thread (measured: 11 to 12 thousand million a second): cancel and progress stay responsive. */
const MACS_PER_THREAD = 10.5e9;

/** What one tile may take before anything was measured on this device; `adapter` is null on the processor. */
export function tileBudget(adapter: AdapterFacts | null, threads: number): TileBudget {
  if (!adapter) return { maxTensorBytes: 128 * MIB, maxMacs: MACS_PER_THREAD * threads };
  // Software adapters run a few million multiply-accumulates a second: the smallest tile is already slow.
  if (adapter.software) return { maxTensorBytes: 16 * MIB, maxMacs: 2e7 };
  return {
    // The runtime holds several such tensors at a time, and the card has others to serve.
    maxTensorBytes: Math.min(128 * MIB, adapter.maxBindingBytes, adapter.maxBufferBytes),
    maxMacs: 100e9,
  };
}
