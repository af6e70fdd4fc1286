import { TesseraError } from '../base/errors.ts';
import type { Tile } from '../tiling/plan.ts';

/** The error for an answer that cannot be a picture; `problem` is half a sentence (`answerProblem`). */
export function badOutput(problem: string, { keep }: Tile, backend: 'webgpu' | 'wasm'): TesseraError {
  const { x, y, width, height } = keep;
  return new TesseraError(
    'bad-output',
    `The network’s answer for the tile of ${width} × ${height} pixels at ${x}, ${y} cannot be a picture: ${problem}.`,
    'Try another model.',
    { x, y, width, height, backend },
  );
}
