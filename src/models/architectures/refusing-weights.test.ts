import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fixtureNames, readFixture } from '../../../e2e/fixtures/reference-networks.ts';
import { TesseraError } from '../../base/errors.ts';
import type { StateDict, Weight } from '../convert/state-dict.ts';
import { writeOnnx } from '../onnx/write.ts';
import { KNOWN_SIGNATURES } from './known-signatures.ts';
import { networkFromWeights } from './network-from-weights.ts';

const fixtures = fixtureNames().map((name) => ({ name, dict: readFixture(name).dict }));

/** On a machine that is busy with other things. */
const PATIENCE_MS = 60_000;

/** Weights of which only names and numbers of sides matter. */
function dictOf(...names: readonly string[]): StateDict {
  const weights = names.map((name): [string, Weight] => [name, floats([4, 3, 3, 3])]);
  return { weights: new Map(weights), metadata: new Map() };
}

function floats(dims: readonly number[]): Weight {
  const count = dims.reduce((product, side) => product * side, 1);
  return { dims, type: 'float32', bytes: new Uint8Array(4 * count) };
}

/**
 * With one side another: none, or a few less or more. Not nine more: three channels more than nine are
 * pixels folded into channels, another network that exists.
 */
function otherShapes(dims: readonly number[]): number[][] {
  return (dims.length > 0 ? dims : [1]).flatMap((side, at, all) =>
    [0, side - 2, side - 1, side + 1, side + 8]
      .filter((other) => other >= 0)
      .map((other) => all.with(at, other)),
  );
}

/** First convolutions of four channels that with one are of another network that exists: of brightness, unfolded. */
const FIRST_OF_FOUR: Readonly<Record<string, string>> = {
  'compact-3x-alpha': 'body.0.weight',
  'esrgan-2x-grey-unshuffle': 'conv_first.weight',
  'real-plksr-alpha': 'feats.0.weight',
  'safmn-2x-alpha': 'to_feat.weight',
};

function changed(
  { weights, metadata }: StateDict,
  change: (weights: Map<string, Weight>) => void,
): StateDict {
  const copy = new Map(weights);
  change(copy);
  return { weights: copy, metadata };
}

/** Of the whole ONNX file, to tell whether two are the same, byte for byte. */
function hashOf(dict: StateDict): string {
  return createHash('sha256')
    .update(writeOnnx(networkFromWeights(dict).onnx))
    .digest('hex');
}

function refusal(dict: StateDict): TesseraError {
  try {
    networkFromWeights(dict);
  } catch (error) {
    if (error instanceof TesseraError) return error;
    throw error;
  }
  throw new Error('The weights were accepted.');
}

/** Buffers: what they hold follows from the network's sides; `no_norm` says all by being there. */
const UNREAD = /no_norm$|relative_position_index$|attn_mask(_\d)?$|num_batches_tracked$/;

const REFUSED = /^model-(corrupt|unsupported)$/;

describe('weights that are not whole', { timeout: PATIENCE_MS }, () => {
  for (const { name, dict } of fixtures) {
    const keys = [...dict.weights.keys()].filter((key) => !UNREAD.test(key));

    it(`${name}: each one is needed`, () => {
      for (const key of keys) {
        const { code } = refusal(changed(dict, (weights) => weights.delete(key)));
        expect([key, code]).toEqual([key, expect.stringMatching(REFUSED)]);
      }
    });

    it(`${name}: each one has its shape`, () => {
      for (const key of keys)
        for (const dims of otherShapes((dict.weights.get(key) as Weight).dims)) {
          if (key === FIRST_OF_FOUR[name] && dims[1] === 1) continue;
          const { code } = refusal(changed(dict, (weights) => weights.set(key, floats(dims))));
          expect([key, dims, code]).toEqual([key, dims, expect.stringMatching(REFUSED)]);
        }
    });

    it(`${name}: each one holds floats`, () => {
      for (const key of keys.filter((one) => !one.includes('eval_conv'))) {
        const weight = dict.weights.get(key) as Weight;
        const count = weight.bytes.length / 4;
        const whole: Weight = { dims: weight.dims, type: 'int64', bytes: new Uint8Array(8 * count) };
        const { code } = refusal(changed(dict, (weights) => weights.set(key, whole)));
        expect([key, code]).toEqual([key, 'model-corrupt']);
      }
    });

    it(`${name}: what is not its own is refused by name, and what counts operations is not`, () => {
      const more = changed(dict, (weights) => weights.set('another.weight', floats([3])));
      expect(refusal(more)).toMatchObject({
        code: 'model-unsupported',
        message: expect.stringContaining('“another.weight”'),
      });
      const counted = changed(dict, (weights) => weights.set('total_ops', floats([1])));
      expect(hashOf(counted)).toBe(hashOf(dict));
    });
  }

  it('names key, shape found and shape expected', () => {
    const { dict } = readFixture('esrgan-4x-old');
    const key = 'model.1.sub.0.RDB2.conv3.0.weight';
    const error = refusal(changed(dict, (weights) => weights.set(key, floats([2, 8, 1, 3]))));
    expect(error.code).toBe('model-corrupt');
    expect(error.message).toContain(`“${key}” has the shape [2, 8, 1, 3]; ESRGAN expects [2, 8, 3, 3]`);
    expect(error.details).toEqual({ weights: key });
  });

  it('says which name is missing', () => {
    const { dict } = readFixture('esrgan-4x');
    const error = refusal(changed(dict, (weights) => weights.delete('body.0.rdb3.conv5.bias')));
    expect(error).toMatchObject({
      code: 'model-corrupt',
      message: expect.stringContaining('“body.0.rdb3.conv5.bias” [4] is missing'),
    });
  });
});

describe('weights of nothing that is built', () => {
  it('are named where they are known', () => {
    const rows: readonly (readonly [string, ...string[]])[] = [
      [
        'MM-RealSR',
        'conv_first.weight',
        'body.0.rdb1.conv1.weight',
        'conv_body.weight',
        'conv_last.weight',
        'am_list.0.weight',
      ],
      ['HAT', 'conv_first.weight', 'relative_position_index_SA'],
      ['IMDN', 'model.0.weight', 'model.1.sub.0.c1.weight', 'model.1.sub.0.c5.weight'],
      ['SAFMN++', 'to_feat.weight', 'feats.0.conv1.proj.weight', 'feats.0.conv1.dwconv.weight'],
      ['MoESR', 'in_to_dim.weight', 'blocks.0.blocks.0.gamma'],
      ['SCUNet', 'm_head.0.weight', 'm_tail.0.weight', 'm_body.0.trans_block.ln1.weight'],
      ['RCAN', 'head.0.weight', 'tail.1.weight', 'body.0.body.0.body.3.conv_du.0.weight'],
    ];
    for (const [name, ...keys] of rows) {
      const { code, message, nextStep } = refusal(dictOf(...keys));
      expect(code).toBe('model-unsupported');
      expect(message).toContain(`These are weights of ${name}, an architecture that Tessera cannot run yet`);
      expect(message).toContain('ESRGAN, SPAN');
      expect(message).toContain(`“${keys[0]}”`);
      expect(nextStep).toContain('ONNX');
    }
  });

  it('are not taken for the ones whose names they inherit', () => {
    const rows = [
      [
        'Swin2SR',
        'swinir-2x',
        'patch_embed.proj.weight',
        'layers.0.residual_group.blocks.0.attn.logit_scale',
      ],
      ['HAT', 'swinir-2x', 'layers.0.residual_group.blocks.0.conv_block.cab.0.weight'],
      ['SRFormer', 'swinir-2x', 'layers.0.residual_group.blocks.0.attn.aligned_relative_position_index'],
      ['ATD', 'swinir-2x', 'layers.0.residual_group.td'],
      ['MM-RealSR', 'esrgan-4x', 'de_net.conv_first.weight'],
    ] as const;
    for (const [name, heir, ...more] of rows) {
      const dict = changed(readFixture(heir).dict, (weights) => {
        for (const key of more) weights.set(key, floats([4]));
      });
      expect(refusal(dict).message).toContain(`weights of ${name}, an architecture`);
    }
  });

  it('are shown by their names where they are not', () => {
    const error = refusal(dictOf('alpha.weight', 'beta.weight', 'a'.repeat(500)));
    expect(error.message).toContain('no architecture that Tessera knows');
    expect(error.message).toContain('“alpha.weight”, “beta.weight”');
    expect(error.message.length).toBeLessThan(500);
    expect(refusal(dictOf())).toMatchObject({
      code: 'model-unsupported',
      message: 'The file holds no weights.',
    });
  });

  it('every signature is of something else than what is built', () => {
    for (const { patterns } of KNOWN_SIGNATURES) {
      for (const { dict } of fixtures) {
        const all = patterns.every((pattern) => [...dict.weights.keys()].some((key) => pattern.test(key)));
        expect(all).toBe(false);
      }
    }
  });
});

describe('variants that weights do not tell, or that are not built', () => {
  it('Compact without slopes asks for its activation', () => {
    const { dict } = readFixture('compact-relu');
    const error = refusal({ ...dict, metadata: new Map() });
    expect(error).toMatchObject({ code: 'model-unsupported', message: expect.stringContaining('LeakyReLU') });
  });

  it.each<[string, Record<string, string>, string, number, string]>([
    ['esrgan-3x', {}, '', 2, 'assumed'],
    ['esrgan-3x', {}, 'photo.pth', 2, 'assumed'],
    ['esrgan-3x', {}, '3x_photo.pth', 3, 'name'],
    ['esrgan-3x', {}, '2x_photo.pth', 2, 'name'],
    ['esrgan-3x', {}, '4x_photo.pth', 2, 'assumed'],
    ['esrgan-3x', { scale: '3' }, '2x_photo.pth', 3, 'metadata'],
    ['esrgan-3x', { scale: '2' }, '3x_photo.pth', 2, 'metadata'],
    ['esrgan-plus-2x', {}, 'photo_x3.pth', 3, 'name'],
    ['esrgan-1x-old', {}, '3x_photo.pth', 1, 'architecture'],
    ['esrgan-4x', {}, '3x_photo.pth', 4, 'architecture'],
    ['esrgan-8x', {}, '3x_photo.pth', 8, 'architecture'],
    ['esrgan-2x-unshuffle', {}, '3x_photo.pth', 2, 'architecture'],
    ['compact-2x', {}, '3x_photo.pth', 2, 'architecture'],
  ])('%s whose metadata say %j and whose name says “%s” is %dx, by: %s', (fixture, says, file, scale, by) => {
    const metadata = new Map(Object.entries(says));
    const { facts } = networkFromWeights({ ...readFixture(fixture).dict, metadata }, file);
    expect([facts.scale, facts.form.knownBy.scale]).toEqual([scale, by]);
  });

  it('3x by its name is 3x by its metadata, byte for byte', () => {
    const { dict } = readFixture('esrgan-3x');
    const named = networkFromWeights({ ...dict, metadata: new Map() }, '3x_photo.pth');
    expect(writeOnnx(named.onnx)).toEqual(writeOnnx(networkFromWeights(dict).onnx));
  });

  it('a name does not make three of what was folded to a half', () => {
    const { dict } = readFixture('esrgan-3x');
    const folded = changed(dict, (weights) => weights.set('conv_first.weight', floats([4, 12, 3, 3])));
    const { facts } = networkFromWeights({ ...folded, metadata: new Map() }, '3x_photo.pth');
    expect([facts.scale, facts.form.knownBy.scale]).toEqual([1, 'architecture']);
  });

  it('a scale that is no whole number is refused', () => {
    const { dict } = readFixture('esrgan-3x');
    const folded = changed(dict, (weights) => weights.set('conv_first.weight', floats([4, 12, 3, 3])));
    expect(refusal(folded)).toMatchObject({
      code: 'model-unsupported',
      message: expect.stringContaining('enlarges 1.5 times'),
    });
  });

  it('sparse PLKSR is refused', () => {
    const { dict } = readFixture('plksr-ccm');
    const sparse = changed(dict, (weights) => {
      for (const [key, weight] of [...weights]) {
        if (!key.includes('.lk.conv.')) continue;
        weights.delete(key);
        weights.set(key.replace('.lk.conv.', '.lk.convs.0.'), weight);
      }
    });
    expect(refusal(sparse)).toMatchObject({
      code: 'model-unsupported',
      message: expect.stringContaining('sparse large kernels'),
    });
  });

  it.each([
    ['compact-2x', 'body.0.weight', [6, 1, 3, 3], 'takes 1 channel and ends in 12'],
    ['compact-2x', 'body.0.weight', [6, 6, 3, 3], 'takes 6 channels and gives 6; Tessera'],
    ['compact-2x', 'body.6.weight', [4, 6, 3, 3], 'takes 3 channels and ends in 4'],
    ['esrgan-4x', 'conv_last.weight', [1, 4, 3, 3], 'takes 3 channels and gives 1; Tessera'],
    ['esrgan-4x', 'conv_first.weight', [4, 1, 3, 3], 'takes 1 channel and gives 3; Tessera'],
    ['esrgan-4x', 'conv_first.weight', [4, 4, 3, 3], 'takes 4 channels and gives 3; Tessera'],
    ['esrgan-2x-grey-unshuffle', 'conv_first.weight', [3, 3, 3, 3], 'takes 3 channels and gives 1; Tessera'],
    ['swinir-2x', 'conv_last.weight', [1, 4, 3, 3], 'takes 3 channels and gives 1; Tessera'],
    ['span-branches', 'conv_1.sk.weight', [2, 1, 1, 1], 'takes 1 channel and ends in 12'],
  ])('%s with a “%s” of %j is refused for its channels', (name, key, dims, message) => {
    const other = changed(readFixture(name).dict, (weights) => weights.set(key, floats(dims)));
    expect(refusal(other)).toMatchObject({
      code: 'model-unsupported',
      message: expect.stringContaining(message),
    });
  });

  it('SPAN that subtracts the means of three colours takes three', () => {
    const other = changed(readFixture('span-grey').dict, (weights) => weights.delete('no_norm'));
    expect(refusal(other)).toMatchObject({
      code: 'model-unsupported',
      message: expect.stringContaining('takes 1 channel, but subtracts the means of red, green and blue'),
    });
  });
});

describe('the same network under other names and in other numbers', { timeout: PATIENCE_MS }, () => {
  it('three releases of ESRGAN give one graph, byte for byte', () => {
    const [body, old, trunk] = ['esrgan-4x', 'esrgan-4x-old', 'esrgan-4x-trunk'].map((name) =>
      hashOf(readFixture(name).dict),
    );
    expect([old, trunk]).toEqual([body, body]);
  });

  it('order in the file does not matter', () => {
    for (const { dict } of fixtures) {
      const turned = { ...dict, weights: new Map([...dict.weights].reverse()) };
      expect(hashOf(turned)).toBe(hashOf(dict));
    }
  });

  it('training branches of SPAN beat a convolution that is older than they are', () => {
    const { dict } = readFixture('span-branches');
    const other = changed(dict, (weights) => {
      for (const [key, { dims }] of weights) if (key.includes('eval_conv')) weights.set(key, floats(dims));
    });
    expect(hashOf(other)).toBe(hashOf(dict));
    const slim = changed(dict, (weights) => {
      for (const key of [...weights.keys()]) if (/\.(sk|conv\.\d)\./.test(key)) weights.delete(key);
    });
    expect(networkFromWeights(slim).facts).toEqual(networkFromWeights(dict).facts);
    expect(hashOf(slim)).not.toBe(hashOf(dict));
  });
});
