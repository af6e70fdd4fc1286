import type { Channels } from '../picture-network.ts';
import type { Layers } from './layers.ts';

/** Of DIV2K's pictures, R, G and B in 0..1. */
const MEAN_COLOUR = [0.4488, 0.4371, 0.404] as const;

/** What transformers take from a picture's colours; the published code takes nothing where there are other channels. */
export function withoutMean(layers: Layers, x: string, channels: Channels): string {
  return channels === 3 ? layers.graph.add('Sub', [x, meanOf(layers)]) : x;
}

/** And what they put back behind them. */
export function withMean(layers: Layers, x: string, channels: Channels): string {
  return channels === 3 ? layers.add(x, meanOf(layers)) : x;
}

function meanOf({ graph }: Layers): string {
  return graph.floats(MEAN_COLOUR, [3, 1, 1]);
}
