import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { countOf } from './element-bytes.ts';
import { readStateDict } from './read-state-dict.ts';
import type { Weight } from './state-dict.ts';
import { toFloat32 } from './to-float32.ts';
import { type WeightFileKind, weightFileKind } from './weight-file-kind.ts';

const MODELS = fileURLToPath(new URL('../../../../shared/models', import.meta.url));

type Row = {
  readonly path: string;
  readonly kind: WeightFileKind;
  readonly tensors: number;
  readonly numbers: number;
  /** The first tensor in the file. */
  readonly first: string;
  readonly shape: readonly number[];
  readonly type: Weight['type'];
  /** Of the first tensor, and of all in the file's order, as float32. From PyTorch 1.13. */
  readonly firstSha256: string;
  readonly sha256: string;
};

const ROWS: readonly Row[] = [
  {
    path: 'pth/RealESRGAN_x4plus_anime_6B.fp16.pth',
    kind: 'torch-zip',
    tensors: 192,
    numbers: 4467779,
    first: 'conv_first.weight',
    shape: [64, 3, 3, 3],
    type: 'float16',
    firstSha256: '4b52b9e125656c7396a7522663474f9ad4699d05cc4f1db079f205c9facead62',
    sha256: '8d42e4d712f98a1b76158b9e6417ead644baec550cc26cbb0996ac7327daa005',
  },
  {
    path: 'pth/imdn_model_RTC.pth',
    kind: 'torch-legacy',
    tensors: 56,
    numbers: 20190,
    first: 'model.0.weight',
    shape: [12, 3, 3, 3],
    type: 'float32',
    firstSha256: '1d170d40b59d9b98bfa8eab559b7974d1cc932ddd0b9b9412ca0a2c5b348757d',
    sha256: 'd1a09658f4c267affa6d14b0d38c7b39eaceb5a3be3a40585c3c769e65ec48e1',
  },
  {
    path: 'pth/realesr-animevideov3.legacy.pth',
    kind: 'torch-legacy',
    tensors: 53,
    numbers: 621424,
    first: 'body.0.weight',
    shape: [64, 3, 3, 3],
    type: 'float16',
    firstSha256: '66bba0b72ac4090565c394dd35a69119f36f1747b946c01fc3f9ba7c31dd8458',
    sha256: 'fd7f3f3c3ffbd883936b0248326c37a0f8fff15a0af979270bbb29edf3528ce0',
  },
  {
    path: 'pth/team23_safmnpp.pth',
    kind: 'torch-zip',
    tensors: 32,
    numbers: 211572,
    first: 'to_feat.weight',
    shape: [36, 3, 3, 3],
    type: 'float32',
    firstSha256: 'f0303f2dcdfafa9a184aa750b4090e60b315862b6a2e5e91b30c8d7f8076dd0a',
    sha256: 'b2172de7eec390213163e5406830711d1672198c8195ff74d8fe40a97767570b',
  },
  {
    path: 'pth/team38_span_ch28_slim.pth',
    kind: 'torch-zip',
    tensors: 44,
    numbers: 150688,
    first: 'conv_1.eval_conv.weight',
    shape: [28, 3, 3, 3],
    type: 'float32',
    firstSha256: '3026c70fa268b540f80a3f69ff5a743461e7215f7baf33ab6978ab8c268caff3',
    sha256: '3755c50bbf2c475112d6ce2270621c488ee9c163d4732844a627d8fd4153bcd6',
  },
  {
    path: 'safetensors/RealESRGAN_x4plus.safetensors',
    kind: 'safetensors',
    tensors: 702,
    numbers: 16697987,
    first: 'body.0.rdb1.conv1.bias',
    shape: [32],
    type: 'float32',
    firstSha256: 'da0cc29bbb4af637533c824c5160a6cbcb068fa49af0158076271cd06de1a7e4',
    sha256: 'b5f52df59aaa399604055394a5ba79c4176e2a886b8a7c42955294efa9e5ccc6',
  },
  {
    path: 'safetensors/RealESRGAN_x4plus_anime_6B.safetensors',
    kind: 'safetensors',
    tensors: 192,
    numbers: 4467779,
    first: 'body.0.rdb1.conv1.bias',
    shape: [32],
    type: 'float32',
    firstSha256: 'ee874f5054da8855a4d4da01780ab1264ccaac9d6f917ff063461998708afa24',
    sha256: '23b59203d7ee73a35cac6ff20790897ca51adcde162a86e99957baed5881e77f',
  },
];

const sha256 = (weights: Iterable<Weight>): string => {
  const hash = createHash('sha256');
  for (const weight of weights) hash.update(toFloat32(weight));
  return hash.digest('hex');
};

describe('real files give the numbers that PyTorch reads', () => {
  for (const row of ROWS) {
    const path = join(MODELS, row.path);
    const missing = !existsSync(path);
    it.skipIf(missing)(`${row.path}${missing ? ' (SKIPPED: ../shared/models is absent)' : ''}`, () => {
      const file = new Uint8Array(readFileSync(path));
      expect(weightFileKind(file)).toBe(row.kind);
      const { weights } = readStateDict(file);
      const all = [...weights.values()];
      expect(weights.size).toBe(row.tensors);
      expect(all.reduce((sum, { dims }) => sum + (countOf(dims) ?? Number.NaN), 0)).toBe(row.numbers);
      const [name, first] = [...weights][0] as [string, Weight];
      expect({ name, shape: first.dims, type: first.type }).toEqual({
        name: row.first,
        shape: row.shape,
        type: row.type,
      });
      expect(sha256([first])).toBe(row.firstSha256);
      expect(sha256(all)).toBe(row.sha256);
      // All of these files hold their tensors in C order: nothing is copied.
      for (const { bytes } of all) expect(bytes.buffer).toBe(file.buffer);
    });
  }

  const largest = join(MODELS, 'safetensors/RealESRGAN_x4plus.safetensors');
  const missing = !existsSync(largest);
  it.skipIf(missing)(`67 MB take no time${missing ? ' (SKIPPED: ../shared/models is absent)' : ''}`, () => {
    const file = new Uint8Array(readFileSync(largest));
    const started = process.cpuUsage();
    readStateDict(file);
    // The processor's time, which other work on the machine hardly touches: some 15 ms.
    expect(process.cpuUsage(started).user / 1e6).toBeLessThan(0.2);
  });
});
