import { noise } from '../../onnx/test-support.ts';
import { LAYER_RULES } from './layers/table.ts';
import { readParam } from './read-param.ts';

export function textBytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** A `.param` file of these lines, with the numbers of layers and blobs in front. */
export function paramOf(lines: readonly string[]): Uint8Array<ArrayBuffer> {
  const blobs = new Set(
    lines.flatMap((line) =>
      line
        .split(/\s+/)
        .slice(4)
        .filter((word) => !word.includes('=')),
    ),
  );
  return textBytes(['7767517', `${lines.length} ${blobs.size}`, ...lines, ''].join('\n'));
}

/** Weights for a network in the order in which its layers read them; those with a tag are called float32. */
export function binOf(
  param: Uint8Array,
  values: (count: number) => readonly number[] = small,
): Uint8Array<ArrayBuffer> {
  const parts = readParam(param).flatMap((layer) => {
    const specs = LAYER_RULES.get(layer.type)?.weights?.(layer.params) ?? [];
    return specs.flatMap(({ count, isTagged }) => [...(isTagged ? [0] : []), ...values(count)]);
  });
  return new Uint8Array(Float32Array.from(parts).buffer);
}

/** The values one after the other, as many as each layer reads. */
export function inTurn(all: readonly number[]): (count: number) => readonly number[] {
  let next = 0;
  return (count) => {
    next += count;
    return all.slice(next - count, next);
  };
}

/** Noise that layers neither blow up nor silence. */
function small(count: number): readonly number[] {
  return noise(count, 0.3, count);
}
