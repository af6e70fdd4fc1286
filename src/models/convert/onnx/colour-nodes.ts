import type { Additions } from '../../onnx/additions.ts';
import { DataType } from '../../onnx/data-type.ts';
import type { Node } from '../../onnx/model.ts';
import type { Border, EndForm } from './found-form.ts';

/** Weights of red, green and blue in luminance: ITU-R BT.601-7, 2.5.1, full range. */
const LUMA = [0.299, 0.587, 0.114] as const;

/** A run of nodes, each working on what the one before it gives. */
export class Pipe {
  readonly nodes: Node[] = [];
  readonly #additions: Additions;
  /** The tensor that the next node takes. */
  end: string;

  constructor(additions: Additions, start: string) {
    this.#additions = additions;
    this.end = start;
  }

  add(node: Node): void {
    this.nodes.push(node);
    this.end = node.outputs[0] as string;
  }

  /** Adds a node that takes the pipe's end first, and then constants. */
  step(
    opType: string,
    constants: readonly string[] = [],
    attributes: Parameters<Additions['node']>[2] = {},
  ): void {
    this.add(this.#additions.node(opType, [this.end, ...constants], attributes));
  }

  floats(dims: readonly number[], values: readonly number[]): string {
    return this.#additions.constant(DataType.float32, dims, values);
  }

  wholes(values: readonly number[]): string {
    return this.#additions.constant(DataType.int64, [values.length], values);
  }
}

/** From RGB in 0..1, `[1, 3, height, width]`, to what the network takes. */
export function addInputForm(
  pipe: Pipe,
  { layout, channels, white, channelOrder }: EndForm,
  takesBytes: boolean,
): void {
  const order = channelOrder === 'bgr' ? [2, 1, 0] : [0, 1, 2];
  if (channels === 1) pipe.step('Conv', [pipe.floats([1, 3, 1, 1], LUMA)]);
  else if (channels === 4) {
    // Each colour as it is, and a fourth channel of nothing but the bias: opaque.
    const rows = [...order, 3].flatMap((from) => [0, 1, 2].map((channel) => (channel === from ? 1 : 0)));
    pipe.step('Conv', [pipe.floats([4, 3, 1, 1], rows), pipe.floats([4], [0, 0, 0, 1])]);
  } else if (channelOrder === 'bgr') pipe.step('Gather', [pipe.wholes(order)], { axis: 1n });
  if (white !== 1) pipe.step('Mul', [pipe.floats([], [white])]);
  // The network cuts what it is given to whole numbers.
  if (takesBytes) pipe.step('Add', [pipe.floats([], [0.5])]);
  if (layout === 'nhwc') pipe.step('Transpose', [], { perm: [0n, 2n, 3n, 1n] });
}

/** From what the network gives to the picture's layout and range, with the borders that it lacks; channels as they are. */
export function addOutputForm(
  pipe: Pipe,
  { layout, white }: EndForm,
  { top, left, bottom, right }: Border,
): void {
  if (layout === 'nhwc') pipe.step('Transpose', [], { perm: [0n, 3n, 1n, 2n] });
  if (white !== 1) pipe.step('Div', [pipe.floats([], [white])]);
  const padded = [top, left, bottom, right].map((side) => Math.max(0, side));
  const cut = [top, left, bottom, right].map((side) => Math.max(0, -side));
  if (cut.some((side) => side > 0)) {
    const [fromTop = 0, fromLeft = 0, fromBottom = 0, fromRight = 0] = cut;
    // Ends count from the far side; one that cuts nothing lies beyond it.
    const end = (side: number) => (side === 0 ? BEYOND : -side);
    const ends = [end(fromBottom), end(fromRight)];
    pipe.step('Slice', [pipe.wholes([fromTop, fromLeft]), pipe.wholes(ends), pipe.wholes([2, 3])]);
  }
  if (padded.some((side) => side > 0)) {
    const [onTop = 0, onLeft = 0, onBottom = 0, onRight = 0] = padded;
    pipe.step('Pad', [pipe.wholes([0, 0, onTop, onLeft, 0, 0, onBottom, onRight])], { mode: 'edge' });
  }
}

const BEYOND = 2 ** 31 - 1;

/** From the network's channels to RGB; `picture` is what it was made from, RGB in 0..1, a `scale`-th of the size. */
export function addColours(
  pipe: Pipe,
  { channels, channelOrder }: EndForm,
  picture: string,
  scale: number,
  additions: Additions,
): void {
  if (channels === 1) {
    addChroma(pipe, picture, scale, additions);
    return;
  }
  if (channels === 3 && channelOrder === 'rgb') return;
  pipe.step('Gather', [pipe.wholes(channelOrder === 'bgr' ? [2, 1, 0] : [0, 1, 2])], { axis: 1n });
}

/**
 * The picture's own colours beside the network's luminance: what each channel has above the luminance, R − Y, G − Y and
 * B − Y, resampled and added to it. Resampling is linear, so the sum's luminance is the network's.
 */
function addChroma(pipe: Pipe, picture: string, scale: number, additions: Additions): void {
  const rows = [0, 1, 2].flatMap((row) => LUMA.map((luma, channel) => (channel === row ? 1 : 0) - luma));
  const chroma = new Pipe(additions, picture);
  chroma.step('Conv', [chroma.floats([3, 3, 1, 1], rows)]);
  if (scale > 1) {
    const region = chroma.floats([0], []);
    chroma.step('Resize', [region, chroma.floats([4], [1, 1, scale, scale])], {
      mode: 'cubic',
      cubic_coeff_a: { float: -0.5 },
      coordinate_transformation_mode: 'half_pixel',
    });
  }
  pipe.nodes.push(...chroma.nodes);
  pipe.add(additions.node('Add', [pipe.end, chroma.end]));
}
