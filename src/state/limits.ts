import type { OutputFormat } from '../worker/protocol.ts';

/** The longest side, in pixels, of a canvas in the browsers that we know. */
export const MAX_CANVAS_SIDE_PX = 65_535;
/** The largest area, in pixels, of a canvas. */
export const MAX_CANVAS_AREA_PX = 268_435_456;

/** The longest side, in pixels, that each file format can hold. */
export const MAX_FORMAT_SIDE_PX: Record<OutputFormat, number> = {
  png: MAX_CANVAS_SIDE_PX,
  jpeg: 65_500,
  webp: 16_383,
};
