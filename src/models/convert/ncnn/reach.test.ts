import { describe, expect, it } from 'vitest';
import { measuredReach } from '../../../../e2e/fixtures/measured-reach.ts';
import { convertNcnn } from './convert-ncnn.ts';
import { binOf, paramOf } from './test-support.ts';

/** Weights above 0 let nothing cancel: every pixel that can be reached is. */
const ones = (count: number) => new Array<number>(count).fill(1);

const UP = 'Deconvolution up 1 1 small out 0=3 1=4 3=2 4=1 6=144';

const NETWORKS: readonly { title: string; lines: readonly string[]; reachPx: number; eatenPx: number }[] = [
  {
    title: 'two windows',
    lines: ['Convolution a 1 1 in x 0=3 1=3 4=1 6=81', 'Convolution b 1 1 x out 0=3 1=5 4=2 6=225'],
    reachPx: 3,
    eatenPx: 0,
  },
  {
    title: 'a window with gaps, not padded',
    lines: ['Convolution a 1 1 in out 0=3 1=3 2=2 6=81'],
    reachPx: 2,
    eatenPx: 2,
  },
  {
    title: 'a window that hangs to one side',
    lines: ['Convolution a 1 1 in out 0=3 1=4 4=0 15=3 14=0 16=3 6=144'],
    reachPx: 3,
    eatenPx: 0,
  },
  {
    title: 'a shuffle',
    lines: ['Convolution a 1 1 in x 0=12 1=3 4=1 6=324', 'PixelShuffle b 1 1 x out 0=2'],
    reachPx: 1,
    eatenPx: 0,
  },
  {
    title: 'a spread window',
    lines: ['Convolution a 1 1 in small 0=3 1=3 6=81', UP],
    reachPx: 2,
    eatenPx: 1,
  },
  {
    title: 'a spread window by 3',
    lines: ['Deconvolution a 1 1 in out 0=3 1=5 3=3 4=1 6=225'],
    reachPx: 1,
    eatenPx: 0,
  },
  {
    title: 'unshuffled first',
    lines: [
      'Reorg a 1 1 in x 0=2',
      'Convolution b 1 1 x y 0=12 1=3 4=1 6=1296',
      'PixelShuffle c 1 1 y out 0=2',
    ],
    reachPx: 3,
    eatenPx: 0,
  },
  { title: 'enlarged with a curve', lines: ['Interp a 1 1 in out 0=3 1=2.0 2=2.0'], reachPx: 2, eatenPx: 0 },
  {
    title: 'enlarged by 4, reduced by 0.5 with lines',
    lines: ['Interp a 1 1 in x 0=1 1=4.0 2=4.0', 'Interp b 1 1 x out 0=2 1=0.5 2=0.5'],
    reachPx: 0,
    eatenPx: 0,
  },
  {
    title: 'a U with a crop that follows the other side',
    lines: [
      'Convolution a 1 1 in x 0=3 1=3 6=81',
      'Convolution down 1 1 x y 0=3 1=2 3=2 6=36',
      'Convolution b 1 1 y z 0=3 1=3 6=81',
      'Deconvolution up 1 1 z w 0=3 1=2 3=2 6=36',
      'Crop crop 2 1 x w v 0=2 1=2',
      'Eltwise sum 2 1 v w out 0=1',
    ],
    reachPx: 4,
    eatenPx: 3,
  },
];

describe('how far pixels reach', () => {
  for (const { title, lines, reachPx, eatenPx } of NETWORKS) {
    it(`${title}: as far as running it shows`, { timeout: 30_000 }, async () => {
      const param = paramOf(['Input in 0 1 in', ...lines]);
      const network = convertNcnn(param, binOf(param, ones));
      expect(network.facts).toMatchObject({ receptiveFieldPx: reachPx, eatenPx, dependsOnTileSize: false });
      expect(await measuredReach(network, { side: 32, lit: 6 })).toBe(reachPx);
    });
  }

  it('leaves out what all pixels reach together, and says so', () => {
    const lines = ['Pooling p 1 1 in mean 0=1 4=1', 'BinaryOp b 2 1 in mean out 0=2'];
    const param = paramOf(['Input in 0 1 in', ...lines]);
    expect(convertNcnn(param, new Uint8Array()).facts).toMatchObject({
      receptiveFieldPx: 0,
      dependsOnTileSize: true,
    });
  });

  it('does not say so for a pooled value that the answer does without', () => {
    const lines = ['Pooling p 1 1 in gap0 0=1 4=1', 'ReLU b 1 1 in out0'];
    const param = paramOf(['Input in 0 1 in', ...lines]);
    expect(convertNcnn(param, new Uint8Array()).facts.dependsOnTileSize).toBe(false);
  });
});
