import { afterEach, describe, expect, it, vi } from 'vitest';
import { openModel } from '../../../e2e/fixtures/open-model.ts';
import { sourcePx } from '../../base/geometry.ts';
import { describeOnnx } from '../../models/convert/onnx/describe-onnx.ts';
import { plainNet, wrappedNet } from '../../models/convert/onnx/test-nets.ts';
import { withFacts } from '../../models/kept-facts.ts';
import { node } from '../../models/onnx/build.ts';
import type { OnnxModel } from '../../models/onnx/model.ts';
import { readOnnx } from '../../models/onnx/read.ts';
import { renameTensors } from '../../models/onnx/rename.ts';
import { modelOf, weights } from '../../models/onnx/test-support.ts';
import { writeOnnx } from '../../models/onnx/write.ts';
import { formOfArchitecture, type NetworkFacts, type PictureNetwork } from '../../models/picture-network.ts';
import { withClaimedFacts } from './claimed-facts.ts';
import { probe } from './probe.ts';

vi.setConfig({ testTimeout: 60_000 });

const open: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const model of open.splice(0)) await model.close();
});

/** What running it finds, and what comes of it with what its file claims. */
async function brought(file: Uint8Array): Promise<{ found: PictureNetwork; claimed: PictureNetwork | null }> {
  const model = readOnnx(file);
  const described = describeOnnx(model);
  const opened = await openModel(described.model);
  open.push(opened);
  const { network: found } = await probe(described, opened.run);
  return { found, claimed: await withClaimedFacts(model, found, opened.run) };
}

/** A network in the common form, as it is found in a model that was brought. */
async function networkOf(model: OnnxModel): Promise<PictureNetwork> {
  return (await brought(writeOnnx(model))).found;
}

const saved = ({ onnx, facts }: PictureNetwork, change: Partial<NetworkFacts> = {}) =>
  writeOnnx(withFacts({ onnx, facts: { ...facts, ...change } }));

/** As waifu2x's: its answer lacks 7 pixels at each side. */
const eater = () => networkOf(wrappedNet({ scale: 2 }, { eats: 7 }));
/** Its answer depends on the mean of the whole picture. */
function pooled(): Promise<PictureNetwork> {
  const nodes = [
    node('GlobalAveragePool', ['x0'], 'mean'),
    node('Sub', ['x0', 'mean'], 'd'),
    node('Mul', ['d', 'more'], 'm'),
    node('Add', ['m', 'mean'], 'y'),
  ];
  return networkOf(modelOf({ nodes, initializers: [{ ...weights([], [1.1]), name: 'more' }] }));
}

describe('a network that was saved is as well known as it was', () => {
  const others: Partial<NetworkFacts> = {
    architecture: 'UpConv 7, 32 features',
    form: formOfArchitecture('float16'),
  };

  it.each<[string, () => Promise<PictureNetwork>, Partial<NetworkFacts>]>([
    ['one that eats 7 pixels', eater, { eatenPx: 7, scale: 2 }],
    ['one that depends on the tile', pooled, { dependsOnTileSize: true, scale: 1 }],
    ['of brightness, 0 to 255', () => networkOf(wrappedNet({ scale: 2, channels: 1 }, { white: 255 })), {}],
    ['in multiples of 4', () => networkOf(wrappedNet({ scale: 2 }, { multipleOf: 4 })), {}],
    ['of one size', () => networkOf(wrappedNet({ scale: 2 }, { fixed: [40, 56] })), {}],
    ['plain, 3x', () => networkOf(plainNet({ scale: 3 })), {}],
  ])('%s', async (_, make, expected) => {
    const first = await make();
    expect(first.facts).toMatchObject(expected);
    const file = saved(first, others);
    const { found, claimed } = await brought(file);
    // What is lost without them.
    expect(found.facts).toMatchObject({ eatenPx: 0, architecture: null });
    expect(claimed?.facts).toEqual({ ...first.facts, ...others });
    // To the byte, so that the library knows it again by its hash.
    expect(writeOnnx(withFacts(claimed as PictureNetwork))).toEqual(file);
  });

  it('where careful facts say more than can be seen, they are kept', async () => {
    const { onnx, facts } = await networkOf(plainNet({ scale: 2 }));
    const careful: Partial<NetworkFacts> = {
      receptiveFieldPx: null,
      dependsOnTileSize: true,
      sizeRule: { multipleOf: 2, minimumPx: 8, fixed: null },
    };
    const { claimed } = await brought(saved({ onnx, facts }, careful));
    expect(claimed?.facts).toEqual({ ...facts, ...careful });
  });
});

/** With its ends named as in the common form. */
function named(model: OnnxModel): OnnxModel {
  const names = new Map([
    ['x0', 'input'],
    ['y', 'output'],
  ]);
  return { ...model, graph: renameTensors(model.graph, (name) => names.get(name) ?? name) };
}

describe('what the network itself gives the lie is not believed', () => {
  const fixed = { width: sourcePx(56), height: sourcePx(40) };

  it.each<[string, () => Promise<PictureNetwork>, Partial<NetworkFacts>]>([
    ['another scale', eater, { scale: 3 }],
    ['that it eats nothing', eater, { eatenPx: 0 }],
    ['that it eats one pixel less', eater, { eatenPx: 6 }],
    ['that it eats more than it takes', eater, { eatenPx: 8 }],
    ['absurdly many eaten pixels', eater, { eatenPx: 250 }],
    ['one eaten pixel of none', () => networkOf(plainNet({ scale: 2 })), { eatenPx: 1 }],
    ['a reach that is too short', () => networkOf(plainNet({ scale: 2 })), { receptiveFieldPx: 1 }],
    ['no reach, of one that eats', eater, { receptiveFieldPx: 0 }],
    ['smaller pictures than it takes', eater, { sizeRule: { multipleOf: 1, minimumPx: 14, fixed: null } }],
    [
      'that it takes enormous pictures only',
      eater,
      { sizeRule: { multipleOf: 1, minimumPx: 16_000, fixed: null } },
    ],
    ['one size of any', eater, { sizeRule: { multipleOf: 1, minimumPx: 1, fixed } }],
    ['that tiles may have any size', pooled, { dependsOnTileSize: false }],
    [
      'all sizes of multiples of 4',
      () => networkOf(wrappedNet({ scale: 2 }, { multipleOf: 4 })),
      { sizeRule: { multipleOf: 2, minimumPx: 4, fixed: null } },
    ],
    [
      'any size of one',
      () => networkOf(wrappedNet({ scale: 2 }, { fixed: [40, 56] })),
      { sizeRule: { multipleOf: 1, minimumPx: 1, fixed: null } },
    ],
  ])('%s', async (_, make, lie) => {
    const first = await make();
    expect((await brought(saved(first))).claimed).not.toBeNull();
    const { found, claimed } = await brought(saved(first, lie));
    expect(claimed).toBeNull();
    expect(found.facts.scale).toBe(first.facts.scale);
  });

  it.each<[string, OnnxModel, boolean]>([
    ['the control: one in it', named(plainNet({ scale: 2 })), true],
    ['other names', plainNet({ scale: 2 }), false],
    ['0 to 255', named(wrappedNet({ scale: 2 }, { white: 255 })), false],
    ['BGR', named(wrappedNet({ scale: 2 }, { order: 'bgr' })), false],
    ['NHWC', named(wrappedNet({ scale: 2 }, { layout: 'nhwc' })), false],
    ['alpha', named(wrappedNet({ scale: 2 }, { alpha: true })), false],
    ['eaten edges that are not put back', named(wrappedNet({ scale: 2 }, { eats: 7 })), false],
  ])('facts of a model that is not in the common form: %s', async (_, onnx, isBelieved) => {
    const { facts } = await networkOf(plainNet({ scale: 2 }));
    const { found, claimed } = await brought(saved({ onnx, facts }));
    expect(claimed !== null).toBe(isBelieved);
    expect(found.facts.scale).toBe(2);
  });
});
