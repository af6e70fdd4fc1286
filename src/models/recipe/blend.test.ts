import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { maxDifference, runOnProcessor } from '../../../e2e/fixtures/run-model.ts';
import { convertNcnn } from '../convert/ncnn/convert-ncnn.ts';
import { node } from '../onnx/build.ts';
import { renameTensors } from '../onnx/rename.ts';
import { float32Values } from '../onnx/tensor-values.ts';
import { floats, modelOf, wholes } from '../onnx/test-support.ts';
import type { PictureNetwork } from '../picture-network.ts';
import { blendNetworks, checkBlend } from './blend.ts';
import { testNetwork } from './test-networks.ts';

vi.setConfig({ testTimeout: 60_000 });

const SHARED = fileURLToPath(new URL('../../../../shared', import.meta.url));
const FILE = 'realesr-general-x4v3_denoise0.5.f32';
const hasShared = existsSync(join(SHARED, 'golden', FILE));

const [A, B] = [
  testNetwork({ scale: 2, layers: 3, seed: 1 }),
  testNetwork({ scale: 2, layers: 3, seed: 50 }),
];
const weightsOf = ({ onnx }: PictureNetwork) =>
  onnx.graph.initializers.map((tensor) => [...float32Values(tensor)]);

describe('two trainings of one network', () => {
  it.each([0, 0.3, 0.5, 1])('with %f of the first', (weight) => {
    const [a, b, own] = [weightsOf(A), weightsOf(B), weightsOf(blendNetworks(A, B, weight))];
    expect(own).toEqual(
      a.map((values, i) =>
        values.map((value, j) => Math.fround(weight * value + (1 - weight) * (b[i]?.[j] as number))),
      ),
    );
  });

  it('are the one or the other at the ends', async () => {
    const feed = { input: floats([1, 3, 9, 11], 0.5) };
    for (const [weight, net] of [
      [1, A],
      [0, B],
    ] as const) {
      const own = await runOnProcessor(blendNetworks(A, B, weight).onnx, feed);
      expect(own).toEqual(await runOnProcessor(net.onnx, feed));
    }
  });

  it('belong together by place, whatever their tensors are called and in whatever order they are stored', () => {
    const ends = new Set(['input', 'output']);
    const graph = renameTensors(B.onnx.graph, (name) => (ends.has(name) ? name : `other.${name}`));
    const other = {
      ...B,
      onnx: { ...B.onnx, graph: { ...graph, initializers: graph.initializers.toReversed() } },
    };
    expect(weightsOf(blendNetworks(A, other, 0.25))).toEqual(weightsOf(blendNetworks(A, B, 0.25)));
  });

  it('leave their own weights as they were', () => {
    const before = weightsOf(A);
    blendNetworks(A, B, 0.5);
    expect(weightsOf(A)).toEqual(before);
  });
});

describe('networks that are not the same are refused, by the first thing that differs', () => {
  const changed = (
    change: (graph: PictureNetwork['onnx']['graph']) => Partial<PictureNetwork['onnx']['graph']>,
  ): PictureNetwork => ({
    ...B,
    onnx: modelOf({ ...B.onnx.graph, ...change(B.onnx.graph) }),
  });
  const withNode = (index: number, other: ReturnType<typeof node>) =>
    changed(({ nodes }) => ({ nodes: nodes.with(index, other) }));

  it.each<[string, PictureNetwork, string]>([
    ['scale', testNetwork({ scale: 3, layers: 3, seed: 1 }), 'one enlarges 2 times, the other 3'],
    ['depth', testNetwork({ scale: 2, layers: 4, seed: 1 }), 'one has 10 layers, the other 12'],
    ['opset', testNetwork({ scale: 2, layers: 3, seed: 1, opset: 16 }), 'opset 17, the other of 16'],
    ['operator', withNode(1, node('Relu', ['t0'], 't1')), 'layer 2 is Tanh in one and Relu in the other'],
    [
      'settings',
      withNode(0, node('Conv', ['input', 'w0', 'w1'], 't0', { pads: [1n, 1n, 1n, 2n] })),
      'layer 1 (Conv) has other settings',
    ],
    [
      'bias',
      withNode(0, node('Conv', ['input', 'w0'], 't0', { pads: [1n, 1n, 1n, 1n] })),
      'layer 1 (Conv) has other inputs',
    ],
    ['wiring', withNode(3, node('Tanh', ['t1'], 't3')), 'layer 4 (Tanh) takes something else'],
    [
      'sides',
      changed(({ initializers }) => ({
        initializers: initializers.map((one) => (one.name === 'w0' ? { ...one, dims: [6, 3, 9, 1] } : one)),
      })),
      'layer 1 (Conv) has weights [6, 3, 3, 3] in one and [6, 3, 9, 1]',
    ],
  ])('%s', (_, other, words) => {
    expect(() => blendNetworks(A, other, 0.5)).toThrow(`The two models cannot be blended: `);
    expect(() => blendNetworks(A, other, 0.5)).toThrow(words);
    expect(() => checkBlend(A, other), 'told before anything is blended').toThrow(words);
  });

  it('two trainings pass the check', () => {
    expect(() => checkBlend(A, B)).not.toThrow();
  });

  it('constants that are whole numbers', () => {
    const [one, other] = [
      [0, 0, 1, 1],
      [0, 0, 2, 2],
    ].map((pads) => {
      const border = { ...wholes(...pads, ...pads), name: 'border' };
      return changed(({ initializers, nodes }) => ({
        nodes: [...nodes.slice(0, -1), node('Pad', ['t8', 'border'], 'output')],
        initializers: [...initializers, border],
      }));
    }) as [PictureNetwork, PictureNetwork];
    expect(() => blendNetworks(one, other, 0.5)).toThrow('layer 10 (Pad) has other constants');
  });

  it.each([-0.1, 1.1, Number.NaN])('%f is no weight', (weight) => {
    expect(() => blendNetworks(A, B, weight)).toThrow('is not between 0 and 1');
  });
});

describe.skipIf(!hasShared)('the general models of ../shared (SKIPPED where the folder is absent)', () => {
  const general = (name: string) => {
    const path = join(SHARED, 'models/ncnn/realesrgan', name);
    return convertNcnn(readFileSync(`${path}.param`), readFileSync(`${path}.bin`));
  };
  const golden = (name: string) => [...new Float32Array(readFileSync(join(SHARED, 'golden', name)).buffer)];

  it('at one half give the golden answer of denoise strength 0.5', async () => {
    const blend = blendNetworks(
      general('RealESRGAN_General_x4_v3'),
      general('RealESRGAN_General_WDN_x4_v3'),
      0.5,
    );
    const feed = { dataType: 1, dims: [1, 3, 48, 48], values: golden('input_chelsea_48.f32') };
    const { values } = await runOnProcessor(blend.onnx, { input: feed });
    expect(maxDifference(values, golden(FILE))).toBeLessThanOrEqual(1e-4);
  });
});
