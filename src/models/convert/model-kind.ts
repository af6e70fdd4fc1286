import { mayBeNcnnBin, ncnnParamKind } from './ncnn/ncnn-kind.ts';
import { weightFileKind } from './weight-file-kind.ts';

/** Files that a model comes in. A `zip` holds others of them. */
export type ModelKind = 'onnx' | 'torch' | 'safetensors' | 'zip' | 'ncnn-param' | 'ncnn-bin';

/** As much of a file as tells what it is. */
export const HEAD_BYTES = 2 ** 16;

/** Field 1 of `ModelProto`, its version of the format, which every exporter writes first: a number of one byte. */
const IR_VERSION_TAG = 0x08;
const NEWEST_IR_VERSION = 0x20;
/** Tags of the fields that may come next: names, the opsets, the graph, metadata. */
const NEXT_TAGS: ReadonlySet<number> = new Set([0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42, 0x72]);

/**
 * What a file is, told by how it begins; null where it is no model's. Only for weights of ncnn, which begin like many
 * other things, does the name count too.
 * @param head the first `HEAD_BYTES`, or all there is
 */
export function modelKind(head: Uint8Array, name: string): ModelKind | null {
  const weights = weightFileKind(head);
  if (weights === 'zip-other') return 'zip';
  if (weights === 'safetensors') return 'safetensors';
  if (weights !== null) return 'torch';
  if (ncnnParamKind(head) !== null) return 'ncnn-param';
  if (/\.bin$/i.test(name) && mayBeNcnnBin(head)) return 'ncnn-bin';
  return isOnnx(head) ? 'onnx' : null;
}

function isOnnx(head: Uint8Array): boolean {
  const [tag, version = 0, next = 0] = head;
  return tag === IR_VERSION_TAG && version >= 1 && version <= NEWEST_IR_VERSION && NEXT_TAGS.has(next);
}
