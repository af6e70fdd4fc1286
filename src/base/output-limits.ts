/** Area of the largest 2D canvas, in pixels; Chromium draws nothing above it, and throws nothing. */
export const MAX_CANVAS_PIXELS = 268_435_456;

/** Longest side of a result, in pixels. Encoders silently crop above their own (measured in Chromium 156). */
export const MAX_OUTPUT_SIDE_PX = {
  /** PNG itself allows 2³¹ − 1: the canvas that it is made from does not. */
  png: 65_535,
  /** `JPEG_MAX_DIMENSION` of libjpeg; the format would allow 65,535. */
  jpeg: 65_500,
  /** 14 bits, RFC 9649 section 3.4. */
  webp: 16_383,
} as const;
