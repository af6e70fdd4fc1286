import { countOf } from './hyper-parameters.ts';
import type { Layers } from './layers.ts';
import { unsupported } from './refusals.ts';

const LARGEST_SCALE = 16;

/**
 * Convolutions `<name>.0`, `<name>.2` …, each with as many outputs as a pixel shuffle needs that follows it.
 * @throws TesseraError `model-unsupported` where the outputs are of no shuffle
 */
export function shuffledSteps(
  layers: Layers,
  name: string,
  x: string,
  width: number,
): { readonly large: string; readonly scale: number } {
  const count = countOf(layers.weights.names, new RegExp(`^${name}\\.(\\d+)\\.weight$`));
  let [large, scale] = [x, 1];
  for (let i = 0; i < count; i += 2) {
    const [outputs] = layers.weights.dims(`${name}.${i}.weight`, 4) as [number];
    const factor = Math.sqrt(outputs / width);
    scale *= factor;
    if (!Number.isInteger(factor) || factor < 2 || scale > LARGEST_SCALE)
      throw unsupported(
        `“${name}.${i}” makes ${outputs} channels of ${width}, which is no enlargement by a whole number up to ${LARGEST_SCALE}.`,
      );
    large = layers.pixelShuffle(layers.conv(`${name}.${i}`, large, [outputs, width, 3, 3]), factor);
  }
  return { large, scale };
}
