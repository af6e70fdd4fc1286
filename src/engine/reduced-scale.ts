import type { Size, SourcePx } from '../base/geometry.ts';
import { LANCZOS3, PlaneResampler } from '../image/resample.ts';
import type { TileOperation } from '../tiling/array-road.ts';

/** How far, in source pixels, the reduction from the model's scale to a smaller one looks. */
export function reductionReach(modelScale: number, scale: number): number {
  return scale === modelScale ? 0 : Math.ceil(LANCZOS3.radius / scale);
}

/**
 * The same operation at a smaller scale: the network's answer is reduced in float, tile by tile, before anything is
 * rounded. Source pixels keep falling on whole output pixels, so tiles join as before.
 */
export function atReducedScale(operation: TileOperation, modelScale: number, scale: number): TileOperation {
  if (scale === modelScale) return operation;
  let last: { size: Size<SourcePx>; resampler: PlaneResampler } | null = null;
  return async (input, size, tile) => {
    const large = await operation(input, size, tile);
    const dst = { width: size.width * scale, height: size.height * scale };
    if (last?.size.width !== size.width || last.size.height !== size.height) {
      const src = { width: size.width * modelScale, height: size.height * modelScale };
      last = { size, resampler: new PlaneResampler(src, dst, LANCZOS3) };
    }
    const { resampler } = last;
    const answer = new Float32Array(3 * dst.width * dst.height);
    for (let channel = 0; channel < 3; channel++) {
      resampler.rows(third(large, channel), 0, size.height * scale, third(answer, channel));
    }
    return answer;
  };
}

function third(planes: Float32Array, channel: number): Float32Array {
  const length = planes.length / 3;
  return planes.subarray(channel * length, (channel + 1) * length);
}
