import type { Size, SourcePx } from '../../base/geometry.ts';
import type { Border } from '../../models/convert/onnx/found-form.ts';
import { channelAxis, type PictureForm, sidesOf } from '../../models/convert/onnx/ports.ts';
import { bracketed, unsuitable } from '../../models/convert/onnx/refusals.ts';

/** How an answer lies to the picture that it was made from. */
export type Geometry = {
  readonly output: PictureForm;
  readonly scale: number;
  /** Output pixels that it lacks at each side; negative where it has too many. */
  readonly lacking: Border;
};

const LARGEST_SCALE = 16;

/**
 * From the shape of one answer. Where the picture is not square, what the sides differ by gives the scale whatever the
 * network consumes of its edges.
 * @param inputLayout preferred where the answer could be read either way
 * @throws TesseraError `model-unsuitable` where it is no picture of a whole scale
 */
export function geometryOf(
  dims: readonly number[],
  size: Size<SourcePx>,
  inputLayout: PictureForm['layout'],
): Geometry {
  const output = formOfAnswer(dims, inputLayout);
  const seen = `its answer for a picture of ${size.width} × ${size.height} pixels is ${bracketed(dims)}`;
  if (!output) throw unsuitable(`${seen}, where a picture of 1, 3 or 4 channels was expected`);
  const [height, width] = sidesOf(output.layout).map((axis) => dims[axis] as number) as [number, number];
  const scale =
    size.width === size.height
      ? Math.max(1, Math.round(height / size.height))
      : (width - height) / (size.width - size.height);
  const [across, down] = [width / size.width, height / size.height];
  if (Number.isInteger(across) && Number.isInteger(down) && across !== down && across >= 1 && down >= 1) {
    const why = `which is ${across} times as wide and ${down} times as high, where both sides have to grow alike`;
    throw unsuitable(`${seen}, ${why}`, { dims, across, down });
  }
  if (!Number.isInteger(scale) || scale < 1 || scale > LARGEST_SCALE || width < 1 || height < 1) {
    const expected = `where one whose sides are a whole number of times as long, 1 to ${LARGEST_SCALE}, was expected`;
    throw unsuitable(`${seen}, ${expected}`, { dims });
  }
  const [rows, columns] = [scale * size.height - height, scale * size.width - width];
  if (rows !== columns) throw unsuitable(`${seen}, which is no whole multiple of it`, { dims });
  const half = Math.floor(rows / 2);
  return { output, scale, lacking: { top: half, left: half, bottom: rows - half, right: rows - half } };
}

function formOfAnswer(dims: readonly number[], preferred: PictureForm['layout']): PictureForm | null {
  const layouts = preferred === 'nchw' ? (['nchw', 'nhwc'] as const) : (['nhwc', 'nchw'] as const);
  for (const layout of layouts) {
    const channels = dims[channelAxis(layout)];
    if (dims.length !== 4 || dims[0] !== 1) return null;
    if (channels === 1 || channels === 3 || channels === 4) return { layout, channels };
  }
  return null;
}
