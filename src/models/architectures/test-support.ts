import type { StateDict, Weight, WeightType } from '../convert/state-dict.ts';

const TYPES: Readonly<Record<string, WeightType>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I64: 'int64',
};

type Entry = { readonly dtype: string; readonly shape: number[]; readonly data_offsets: [number, number] };

/** The weights of a well-formed safetensors file; the reader of the product checks what this one trusts. */
export function safetensors(file: Uint8Array): StateDict {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const length = Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)));
  const { __metadata__: metadata = {}, ...entries } = header;
  const weights = Object.entries(entries as Record<string, Entry>).map(([key, entry]): [string, Weight] => {
    const [begin, end] = entry.data_offsets;
    const bytes = file.subarray(8 + length + begin, 8 + length + end);
    return [key, { dims: entry.shape, type: TYPES[entry.dtype] as WeightType, bytes }];
  });
  return { weights: new Map(weights), metadata: new Map(Object.entries(metadata as object)) };
}
