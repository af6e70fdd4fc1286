import { corruptParam } from './errors.ts';
import type { NcnnLayer } from './layer.ts';
import { LayerParams, type ParamValue } from './layer-params.ts';
import { isBinaryParam, LIST_MARK, MAGIC, MAX_BLOBS, MAX_LAYERS, MAX_PARAM_ID } from './param-format.ts';
import { readBinaryParam } from './read-binary-param.ts';

/** About 1,600 bytes for each of so many layers. */
const MAX_BYTES = 1 << 24;
const MAX_LINE = 1 << 16;

/**
 * The layers of a network, in the order of the file, from a `.param` file or its binary twin.
 * Layout: https://github.com/Tencent/ncnn/wiki/param-and-model-file-structure
 * @throws TesseraError `model-corrupt` with the line or byte where it cannot be read
 */
export function readParam(bytes: Uint8Array): readonly NcnnLayer[] {
  if (bytes.length > MAX_BYTES)
    throw corruptParam(`it has ${bytes.length} bytes, more than ${MAX_BYTES}`, { unit: 'byte', at: 0 });
  return isBinaryParam(bytes) ? readBinaryParam(bytes) : readTextParam(bytes);
}

function readTextParam(bytes: Uint8Array): readonly NcnnLayer[] {
  const lines = meaningfulLines(bytes);
  const first = lines.next();
  if (first.done || first.value.words[0] !== String(MAGIC))
    throw corruptParam(`it does not begin with ${MAGIC}`, { unit: 'line', at: first.value?.line ?? 1 });
  const declared = declaredLayers(lines.next().value);
  const layers: NcnnLayer[] = [];
  let last = first.value.line;
  let blobs = 0;
  for (const { words, line } of lines) {
    last = line;
    if (layers.length === declared.count)
      throw corruptParam(`a layer follows the last of ${declared.count}`, at(line));
    const layer = layerOf(words, line, layers.length);
    blobs += layer.inputs.length + layer.outputs.length;
    if (blobs > MAX_BLOBS) throw corruptParam(`the layers name more than ${MAX_BLOBS} blobs`, at(line));
    layers.push(layer);
  }
  if (layers.length < declared.count)
    throw corruptParam(`${declared.count} layers are declared and ${layers.length} are there`, at(last));
  return layers;
}

function declaredLayers(line: Line | undefined): { readonly count: number } {
  if (line === undefined) throw corruptParam('the number of layers is missing', at(2));
  const [layers, blobs] = line.words;
  if (line.words.length !== 2 || !isCount(layers) || !isCount(blobs))
    throw corruptParam('the numbers of layers and blobs are not two whole numbers', at(line.line));
  const count = Number(layers);
  if (count < 1 || count > MAX_LAYERS)
    throw corruptParam(`${count} layers are declared; 1 to ${MAX_LAYERS} can be read`, at(line.line));
  return { count };
}

function layerOf(words: readonly string[], line: number, index: number): NcnnLayer {
  const [type, name, inputCount, outputCount] = words;
  if (type === undefined || name === undefined || !isCount(inputCount) || !isCount(outputCount))
    throw corruptParam('a layer does not begin with its type, its name and its numbers of blobs', at(line));
  const [inputs, outputs] = [Number(inputCount), Number(outputCount)];
  const blobs = words.slice(4, 4 + inputs + outputs);
  if (blobs.length < inputs + outputs)
    throw corruptParam(`a layer of ${inputs} and ${outputs} blobs names ${blobs.length}`, at(line));
  const values = new Map<number, ParamValue>();
  for (const word of words.slice(4 + inputs + outputs)) {
    const { id, value } = paramOf(word, line);
    if (values.has(id)) throw corruptParam(`parameter ${id} is there twice`, at(line));
    values.set(id, value);
  }
  const place = at(line);
  const params = new LayerParams(values, place);
  return { type, name, inputs: blobs.slice(0, inputs), outputs: blobs.slice(inputs), params, place, index };
}

function paramOf(word: string, line: number): { readonly id: number; readonly value: ParamValue } {
  const equals = word.indexOf('=');
  const [key, text] = [word.slice(0, equals), word.slice(equals + 1)];
  if (equals < 1 || !/^-?\d{1,6}$/.test(key))
    throw corruptParam(`“${shown(word)}” is no parameter`, at(line));
  const number = Number(key);
  const isMarked = number <= -LIST_MARK;
  const id = isMarked ? -number - LIST_MARK : number;
  if (id < 0 || id > MAX_PARAM_ID)
    throw corruptParam(`parameter ${id} is outside 0 to ${MAX_PARAM_ID}`, at(line));
  if (/^(nan|inf)/i.test(text)) throw corruptParam(`parameter ${id} is ${shown(text)}`, at(line));
  if (text.startsWith('"') || /^[a-z_]/i.test(text)) return { id, value: { kind: 'text', value: text } };
  if (!isMarked && !text.includes(',')) return { id, value: { kind: 'number', value: numberOf(text, line) } };
  const values = text
    .replace(/,$/, '')
    .split(',')
    .map((part) => numberOf(part, line));
  const length = isMarked ? values.shift() : values.length;
  if (length !== values.length)
    throw corruptParam(`a list of ${length} values has ${values.length}`, at(line));
  return { id, value: { kind: 'numbers', values } };
}

function numberOf(text: string, line: number): number {
  const value = Number(text);
  const isFloat = /[.e]/i.test(text);
  const isReadable = text.length <= 40 && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(text);
  if (!isReadable || !Number.isFinite(value)) throw corruptParam(`“${shown(text)}” is no number`, at(line));
  if (!isFloat && (value < -(2 ** 31) || value >= 2 ** 31))
    throw corruptParam(`${value} is no whole number of 32 bits`, at(line));
  return value;
}

type Line = { readonly words: readonly string[]; readonly line: number };

/** The words of each line that is neither empty nor a comment. */
function* meaningfulLines(bytes: Uint8Array): Generator<Line, undefined> {
  const text = new TextDecoder().decode(bytes);
  for (let start = 0, line = 1; start < text.length; line++) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    if (end - start > MAX_LINE) throw corruptParam(`the line has ${end - start} characters`, at(line));
    const words = wordsOf(text.slice(start, end));
    if (words.length > 0) yield { words, line };
    start = end + 1;
  }
  return undefined;
}

/** What stands between blanks, up to a comment; blanks between quotation marks belong to the word. */
function wordsOf(line: string): readonly string[] {
  const words = line.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? [];
  const comment = words.findIndex((word) => word.startsWith('#'));
  return comment < 0 ? words : words.slice(0, comment);
}

function isCount(word: string | undefined): boolean {
  return word !== undefined && /^\d{1,10}$/.test(word);
}

function shown(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

function at(line: number) {
  return { unit: 'line', at: line } as const;
}
