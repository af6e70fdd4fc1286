import { CONTEXT_RANGE } from '../../../base/option-ranges.ts';
import { intOf } from '../../onnx/attributes.ts';
import { DataType } from '../../onnx/data-type.ts';
import type { Graph, ValueInfo } from '../../onnx/model.ts';
import { bracketed, EXPECTED, listed, typeName, unsuitable } from './refusals.ts';

/** In what order a tensor of rank 4 holds a picture, and with how many channels. */
export type PictureForm = { readonly layout: 'nchw' | 'nhwc'; readonly channels: 1 | 3 | 4 };

/** A form of the input, with the sides that the file fixes; null where any will do. */
export type DeclaredForm = PictureForm & { readonly height: number | null; readonly width: number | null };

/** Luminance, RGB, RGB and alpha; tried in this order, the likeliest first. */
const CHANNELS = [3, 1, 4] as const;
const LAYOUTS = ['nchw', 'nhwc'] as const;
const PICTURE_TYPES: ReadonlySet<number | null> = new Set([
  DataType.float32,
  DataType.float16,
  DataType.uint8,
]);

/** A network of one size is tried and run at that size: 64 features of so many pixels are the 4 GiB that WebAssembly has. */
const LONGEST_SIDE = 8192;
const MOST_PIXELS = 4096 ** 2;
/** Of what such a network is given, a context is thrown away at each side, and one pixel has to be left. */
const SHORTEST_SIDE = 2 * CONTEXT_RANGE.min + 1;

/** The axes of rows and columns. */
export function sidesOf(layout: PictureForm['layout']): readonly [rows: number, columns: number] {
  return layout === 'nchw' ? [2, 3] : [1, 2];
}

export function channelAxis(layout: PictureForm['layout']): number {
  return layout === 'nchw' ? 1 : 3;
}

/** The sides of a tensor that holds a picture in that form. */
export function dimsOf({ layout, channels }: PictureForm, height: number, width: number): readonly number[] {
  return layout === 'nchw' ? [1, channels, height, width] : [1, height, width, channels];
}

/**
 * The graph's one input that holds a picture.
 * @param graph without inputs that have weights as their defaults
 * @throws TesseraError `model-unsuitable`
 */
export function pictureInput({ inputs }: Graph): ValueInfo {
  const [input] = inputs;
  if (!input) throw unsuitable(`it has no input ${EXPECTED}`);
  if (inputs.length > 1) {
    throw unsuitable(`it has ${inputs.length} inputs (${listed(inputs)}) ${EXPECTED}`, {
      inputs: inputs.length,
    });
  }
  checkPicture('input', input);
  return input;
}

/**
 * The graph's output that may be a picture; others beside it, of another shape, are left out.
 * @throws TesseraError `model-unsuitable` where there is none, or more than one
 */
export function pictureOutput({ outputs }: Graph): ValueInfo {
  const [only] = outputs;
  if (only && outputs.length === 1) {
    checkPicture('output', only);
    return only;
  }
  const pictures = outputs.filter(
    ({ elemType, dims }) => PICTURE_TYPES.has(elemType) && (dims?.length ?? 4) === 4,
  );
  const [picture] = pictures;
  if (picture && pictures.length === 1) return picture;
  throw unsuitable(`it has ${outputs.length} outputs (${listed(outputs)}) ${EXPECTED}`, {
    outputs: outputs.length,
  });
}

function checkPicture(what: 'input' | 'output', value: ValueInfo): void {
  const { elemType, dims } = value;
  if (elemType === null) throw unsuitable(`its ${what} “${value.name}” is no tensor ${EXPECTED}`);
  if (dims?.length === 5) {
    const seen = `${typeName(elemType)} ${bracketed(dims)}`;
    throw unsuitable(
      `its ${what} is ${seen}: several pictures at once, as models for films have them, ${EXPECTED}`,
    );
  }
  if (!PICTURE_TYPES.has(elemType) || (dims && dims.length !== 4)) {
    throw unsuitable(`its ${what} is ${listed([value])} ${EXPECTED}`);
  }
  const [batch] = dims ?? [];
  if (typeof batch === 'number' && batch > 1) {
    throw unsuitable(`its ${what} is a batch of ${batch} pictures (${listed([value])}) ${EXPECTED}`);
  }
}

/**
 * What the input may be, the likeliest first: one form where the file declares it, more where it has to be tried.
 * @throws TesseraError `model-unsuitable` where it declares something that is no picture, or one of a size that cannot be run
 */
export function formsOfInput(graph: Graph, { name, elemType, dims }: ValueInfo): readonly DeclaredForm[] {
  const convolved = channelsOfFirstConvolution(graph, name);
  const forms = LAYOUTS.flatMap((layout) => {
    const declared = dims?.[channelAxis(layout)];
    const [height = null, width = null] = sidesOf(layout).map((axis) => {
      const side = dims?.[axis];
      return typeof side === 'number' ? side : null;
    });
    const possible = CHANNELS.filter((count) => {
      if (typeof declared === 'number') return declared === count;
      return convolved === null || convolved === count;
    });
    return possible.map((channels): DeclaredForm => ({ layout, channels, height, width }));
  });
  // Whoever declares anything declares the channels.
  const declared = LAYOUTS.filter((layout) => typeof dims?.[channelAxis(layout)] === 'number');
  const possible = declared.length > 0 ? forms.filter(({ layout }) => declared.includes(layout)) : forms;
  const small = possible.filter((form) => wrongSize(form) === null);
  if (small.length > 0) return small;
  const [wrong] = possible;
  if (wrong)
    throw unsuitable(`its input is ${bracketed(dims ?? [])}: ${wrongSize(wrong)}`, sizeDetails(wrong));
  const seen = `${typeName(elemType)} ${bracketed(dims ?? [])}`;
  const inside = convolved === null ? '' : `, and its first layer takes ${convolved} channels`;
  throw unsuitable(`its input is ${seen}${inside}, ${EXPECTED} (1, 3 or 4 channels)`, {
    channels: convolved ?? -1,
  });
}

/** Why pictures of the sides that a form fixes cannot be tiled or tried, for the end of a sentence; null where they can. */
function wrongSize({ height, width }: DeclaredForm): string | null {
  const sides = [height, width].filter((side) => side !== null);
  const shortest = Math.min(...sides);
  if (shortest < SHORTEST_SIDE)
    return `tiles of ${shortest} pixels are too small to be cut from a picture, which takes ${SHORTEST_SIDE} or more`;
  const pixels = (height ?? width ?? 0) * (width ?? height ?? 0);
  if (Math.max(0, ...sides) <= LONGEST_SIDE && pixels <= MOST_PIXELS) return null;
  return `tiles of that size, and no others, are more than Tessera runs, which are sides of up to ${LONGEST_SIDE} and ${MOST_PIXELS} pixels in all`;
}

function sizeDetails({ height, width }: DeclaredForm): Readonly<Record<string, number>> {
  return { height: height ?? -1, width: width ?? -1, shortestPx: SHORTEST_SIDE, longestPx: LONGEST_SIDE };
}

/** Operators between the input and the first convolution that leave the number of channels as it is. */
const PASSING: ReadonlySet<string> = new Set(
  'Add BatchNormalization Cast Clip Div Identity Mul Pad Resize Sub Transpose'.split(' '),
);

/** How many channels the first convolution takes, where nothing before it changes their number; else null. */
function channelsOfFirstConvolution(graph: Graph, input: string): number | null {
  const weights = new Map(graph.initializers.map((tensor) => [tensor.name, tensor.dims]));
  const passed = new Set([input]);
  for (const node of graph.nodes) {
    if (!passed.has(node.inputs[0] ?? '')) continue;
    if (PASSING.has(node.opType)) for (const name of node.outputs) passed.add(name);
    const dims = node.opType === 'Conv' ? weights.get(node.inputs[1] ?? '') : undefined;
    if (dims?.length === 4) return (dims[1] as number) * intOf(node, 'group', 1);
  }
  return null;
}
