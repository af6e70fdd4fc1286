export type ResamplingOptions = {
  /** Pixels before. */
  readonly from: number;
  /** Pixels after. */
  readonly to: number;
  /** Pixels after for each before; not always their ratio exactly. */
  readonly scale: number;
  /** `linear` or `cubic`, as ONNX's Resize calls it. */
  readonly filter: string;
  /** Where the new pixels lie: Resize's `coordinate_transformation_mode`. */
  readonly positions: string;
  /** The cubic's value a: −0.5 for Catmull-Rom, −0.75 by default. */
  readonly cubicCoefficient: number;
  /** Whether pixels beyond the edge count for nothing; else the edge's own stand in for them. */
  readonly excludeOutside: boolean;
};

/**
 * The matrix [to, from], row by row, of an antialiased Resize along one side: each new pixel is a mean of the old ones
 * under a filter that is as much wider as the picture gets smaller (as Pillow's, which ONNX follows). Null for filters and
 * positions that it does not know.
 */
export function resamplingWeights(options: ResamplingOptions): Float32Array | null {
  const { from, to, scale, excludeOutside } = options;
  const filter = filterOf(options);
  const position = positionOf(options);
  if (!filter || !position) return null;
  const matrix = new Float32Array(to * from);
  const wider = Math.max(1, 1 / scale);
  const reach = filter.reach * wider;
  for (let i = 0; i < to; i++) {
    if (from === to) {
      matrix[i * from + i] = 1;
      continue;
    }
    // In the middle of the new pixel, where the old pixel k reaches from k to k + 1.
    const centre = position(i) + 0.5;
    const first = Math.floor(centre - reach + 0.5);
    const end = Math.floor(centre + reach + 0.5);
    const taps = Array.from({ length: end - first }, (_, k) => first + k);
    const counted = excludeOutside ? taps.filter((tap) => tap >= 0 && tap < from) : taps;
    const weights = counted.map((tap) => filter.at((tap + 0.5 - centre) / wider));
    const total = weights.reduce((sum, weight) => sum + weight, 0) || 1;
    counted.forEach((tap, k) => {
      const at = i * from + Math.min(from - 1, Math.max(0, tap));
      matrix[at] = (matrix[at] as number) + (weights[k] as number) / total;
    });
  }
  return matrix;
}

/** A filter, and how far it reaches in old pixels where the picture does not get smaller. */
type Filter = { readonly reach: number; readonly at: (distance: number) => number };

function filterOf({ filter, cubicCoefficient: a }: ResamplingOptions): Filter | null {
  if (filter === 'linear') return { reach: 1, at: (distance) => Math.max(0, 1 - Math.abs(distance)) };
  if (filter !== 'cubic') return null;
  // Keys, "Cubic convolution interpolation for digital image processing", 1981.
  const at = (distance: number) => {
    const x = Math.abs(distance);
    if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
    return x < 2 ? a * (((x - 5) * x + 8) * x - 4) : 0;
  };
  return { reach: 2, at };
}

/** The position of a new pixel's middle on the line where the old pixel k has its middle at k. */
function positionOf({ from, to, scale, positions }: ResamplingOptions): ((i: number) => number) | null {
  const halfPixel = (i: number) => (i + 0.5) / scale - 0.5;
  switch (positions) {
    case 'half_pixel':
      return halfPixel;
    case 'pytorch_half_pixel':
      return to > 1 ? halfPixel : () => 0;
    case 'half_pixel_symmetric':
      // The exact middle of both pictures meets, also where the new side was rounded down.
      return (i) => (from / 2) * (1 - to / (scale * from)) + halfPixel(i);
    case 'asymmetric':
      return (i) => i / scale;
    case 'align_corners':
      return to > 1 ? (i) => (i * (from - 1)) / (to - 1) : () => 0;
    default:
      return null;
  }
}
