import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fixtureNames, readFixture } from '../../../e2e/fixtures/reference-networks.ts';
import type { PickleValue, Tensor } from '../convert/pickle-values.ts';
import { readStateDict } from '../convert/read-state-dict.ts';
import type { StateDict, Weight } from '../convert/state-dict.ts';
import { named, type Py, tensor, torchLegacy, torchZip } from '../convert/test-support.ts';
import { unwrap } from '../convert/unwrap.ts';
import { writeOnnx } from '../onnx/write.ts';
import { isBuilt, networkFromWeights } from './network-from-weights.ts';

/** On a machine that is busy with other things. */
const PATIENCE_MS = 60_000;

const PREFIXES = [
  'module.',
  'netG.',
  'net_g.',
  'generator.',
  '_orig_mod.',
  'module._orig_mod.',
  '_orig_mod.module.',
  'model.',
  'net_g._orig_mod.module.',
  'params_ema.',
  'anything_at_all.',
];

const WRAPPERS = [
  'model_state_dict',
  'state_dict',
  'params_ema',
  'params-ema',
  'params',
  'model',
  'net',
  'generator',
  'net_g',
  'netG',
  'g',
  'gen',
  'weights',
  'network',
  'ema',
  'G_ema',
  'anything at all',
];

const fixtures = fixtureNames().map((name) => {
  const { dict } = readFixture(name);
  return { name, dict, bare: hashOf(dict) };
});
const [COMPACT, ESRGAN] = ['compact-2x', 'esrgan-4x-old'].map((name) => readFixture(name).dict) as [
  StateDict,
  StateDict,
];

describe('every reference network is the same, byte for byte,', { timeout: PATIENCE_MS }, () => {
  it.each(PREFIXES)('below the prefix “%s”', (prefix) => {
    for (const { name, dict, bare } of fixtures)
      expect([name, hashOf(prefixed(dict, prefix))]).toEqual([name, bare]);
  });

  it.each(WRAPPERS)('in the wrapper “%s”', (wrapper) => {
    for (const { name, dict, bare } of fixtures) {
      const pickled = pickledOf(dict);
      const state = new Map<PickleValue, PickleValue>([[0, new Map([['exp_avg', pickledTensor([3, 3])]])]]);
      const saved = new Map<PickleValue, PickleValue>([
        ['epoch', 3],
        ['lr', 1e-4],
        [wrapper, new Map(pickled.entries())],
        ['optimizer', new Map([['state', state]])],
        ['discriminator', new Map([['conv0.weight', pickledTensor([4, 3, 3, 3])]])],
        ['step', pickledTensor([])],
      ]);
      const weights = Array.from(
        unwrap(saved, isBuilt),
        ([key, one]) => [key, pickled.weightOf(one)] as const,
      );
      expect([name, hashOf({ weights: new Map(weights), metadata: dict.metadata })]).toEqual([name, bare]);
    }
  });

  it('in wrappers and below prefixes, in both forms of PyTorch', () => {
    for (const [i, { name, dict, bare }] of fixtures.entries()) {
      const file = new TorchFile(i % 2 === 0 ? 'zip' : 'legacy');
      const inner = file.weights(prefixed(dict, 'module._orig_mod.'));
      const read = file.read({ epoch: 3, state_dict: named({ net_g: inner, step: 4 }) });
      expect([name, hashOf({ ...read, metadata: dict.metadata })]).toEqual([name, bare]);
    }
  });
});

describe('of several sets of weights', () => {
  /** The same names with other numbers. */
  const other = changed(COMPACT, (weights) => {
    for (const [key, { dims, type, bytes }] of weights)
      weights.set(key, { dims, type, bytes: bytes.map((byte, i) => (i % 4 === 3 ? byte ^ 0x80 : byte)) });
  });
  const of = (sets: Readonly<Record<string, StateDict>>): string => {
    const file = new TorchFile('zip');
    return hashOf(
      file.read(Object.fromEntries(Object.entries(sets).map(([name, dict]) => [name, file.weights(dict)]))),
    );
  };
  const stranger = prefixed(COMPACT, 'a.b.c.d.e.f.g.');

  it.each([
    ['params', 'params_ema'],
    ['generator', 'generator_ema'],
    ['model', 'ema'],
    ['state_dict', 'ema_model'],
    ['whatever', 'whatever.ema'],
  ])('the average is used: “%s” and “%s”', (plain, average) => {
    expect(hashOf(other)).not.toBe(hashOf(COMPACT));
    expect(of({ [plain]: other, [average]: COMPACT })).toBe(hashOf(COMPACT));
    expect(of({ [average]: COMPACT, [plain]: other })).toBe(hashOf(COMPACT));
  });

  it('the one that an architecture recognises is used, whatever the others are called', () => {
    expect(of({ params_ema: stranger, model: stranger, someone: COMPACT })).toBe(hashOf(COMPACT));
  });

  it('the well-known name is used before others', () => {
    expect(of({ teacher: other, params: COMPACT })).toBe(hashOf(COMPACT));
    expect(of({ params: COMPACT, teacher: other })).toBe(hashOf(COMPACT));
  });

  it('none is used where nothing tells which', () => {
    expect(() => of({ a: COMPACT, b: other })).toThrow(
      'The file holds several sets of weights (“a”, “b”), and nothing in it says which of them to use.',
    );
  });

  it('side by side below prefixes, the average is used, and what served the training is left out', () => {
    const both = changed(prefixed(COMPACT, 'generator_ema.'), (weights) => {
      for (const [key, weight] of other.weights) {
        weights.set(`generator.${key}`, weight);
        weights.set(`discriminator.${key}`, weight);
      }
      weights.set('perceptual_loss.vgg.0.weight', floats([4, 3, 3, 3]));
    });
    expect(hashOf(both)).toBe(hashOf(COMPACT));
  });
});

describe('what is not stripped', () => {
  it('a counter beside a prefix is left out', () => {
    const counted = changed(prefixed(COMPACT, 'module.'), (weights) => weights.set('n_averaged', floats([])));
    expect(hashOf(counted)).toBe(hashOf(COMPACT));
  });

  it.each([
    ['a weight of its own', { 'mean.weight': [3, 3, 1, 1] }],
    ['a number that may take part', { gain: [1] }],
    ['a name without parts', { colours: [3, 1, 1] }],
    ['a counter that counts much', { step: [4] }],
    ['a second network', { 'second.body.0.weight': [6, 3, 3, 3] }],
  ] as const)('weights beside which lies %s', (_, beside) => {
    const more = changed(prefixed(COMPACT, 'first.'), (weights) => {
      for (const [key, dims] of Object.entries(beside)) weights.set(key, floats(dims));
    });
    expect(() => networkFromWeights(more)).toThrow(/no architecture that Tessera knows/);
  });

  it('two of the same kind, where neither is an average', () => {
    const two = changed(prefixed(COMPACT, 'a.'), (weights) => {
      for (const [key, weight] of COMPACT.weights) weights.set(`b.${key}`, weight);
    });
    expect(() => networkFromWeights(two)).toThrow(/no architecture that Tessera knows/);
  });

  it('“model.” of the first ESRGAN, once or twice', () => {
    expect(networkFromWeights(ESRGAN).facts.architecture).toContain('ESRGAN');
    expect(hashOf(prefixed(ESRGAN, 'model.'))).toBe(hashOf(ESRGAN));
  });

  it('more names than any network has', () => {
    const names = Array.from({ length: 16_385 }, (_, i) => `total_ops.${i}`);
    const many = changed(prefixed(COMPACT, 'module.'), (weights) => {
      for (const name of names) weights.set(`discriminator.${name}`, floats([1]));
    });
    expect(() => networkFromWeights(many)).toThrow(/no architecture/);
  });

  it('what follows more prefixes than any file has', () => {
    expect(() => networkFromWeights(prefixed(COMPACT, 'a.'.repeat(6)))).toThrow(/no architecture/);
  });

  it.each([
    ['IMDN', ['model.0.weight', 'model.1.sub.0.c1.weight', 'model.1.sub.0.c5.weight']],
    ['HAT', ['conv_first.weight', 'relative_position_index_SA']],
    ['RCAN', ['head.0.weight', 'tail.1.weight', 'body.0.body.0.body.3.conv_du.0.weight']],
  ])('%s is named by what is below the prefix, as without one', (name, keys) => {
    const bare = { weights: new Map(keys.map((key) => [key, floats([4, 3, 3, 3])])), metadata: new Map() };
    for (const prefix of ['', 'module.', 'module._orig_mod.'])
      expect(() => networkFromWeights(prefixed(bare, prefix))).toThrow(`weights of ${name}, an architecture`);
    expect(() => networkFromWeights(prefixed(bare, 'generator.'))).toThrow(`“${keys[0]}”`);
  });
});

function prefixed({ weights, metadata }: StateDict, prefix: string): StateDict {
  return { weights: new Map(Array.from(weights, ([key, weight]) => [`${prefix}${key}`, weight])), metadata };
}

function changed(
  { weights, metadata }: StateDict,
  change: (weights: Map<string, Weight>) => void,
): StateDict {
  const copy = new Map(weights);
  change(copy);
  return { weights: copy, metadata };
}

function floats(dims: readonly number[]): Weight {
  const count = dims.reduce((product, side) => product * side, 1);
  return { dims, type: 'float32', bytes: new Uint8Array(4 * count) };
}

/** Of the whole ONNX file, to tell whether two are the same. */
function hashOf(dict: StateDict): string {
  return createHash('sha256')
    .update(writeOnnx(networkFromWeights(dict).onnx))
    .digest('hex');
}

function pickledTensor(dims: readonly number[]): Tensor {
  const of = { kind: 'storage-type', name: 'torch.FloatStorage', type: 'float32' } as const;
  const storage = { kind: 'storage', of, key: '0', elements: 0 } as const;
  return { kind: 'tensor', storage, offset: 0, dims, strides: [] };
}

/** The weights as a pickle has them, and the way back. */
function pickledOf({ weights }: StateDict) {
  const pairs = Array.from(weights, ([key, weight]) => [key, pickledTensor(weight.dims), weight] as const);
  const byTensor = new Map(pairs.map(([, one, weight]) => [one, weight]));
  return {
    entries: () => pairs.map(([key, one]) => [key, one] as const),
    weightOf: (one: Tensor) => byTensor.get(one) as Weight,
  };
}

/** Collects the numbers of tensors, and is then a file of PyTorch's. */
class TorchFile {
  readonly #form: 'zip' | 'legacy';
  readonly #storages = new Map<string, { readonly bytes: Uint8Array; readonly size: number }>();

  constructor(form: 'zip' | 'legacy') {
    this.#form = form;
  }

  weights({ weights }: StateDict): Py {
    return named(Object.fromEntries(Array.from(weights, ([key, weight]) => [key, this.#tensor(weight)])));
  }

  #tensor({ dims, type, bytes }: Weight): Py {
    const key = String(this.#storages.size);
    const isWhole = type === 'int64';
    this.#storages.set(key, { bytes, size: isWhole ? 8 : 4 });
    const legacy = this.#form === 'legacy';
    return tensor(key, dims, { type: isWhole ? 'LongStorage' : 'FloatStorage', legacy });
  }

  read(saved: Readonly<Record<string, Py>>): StateDict {
    const storages = Object.fromEntries(this.#storages);
    const file =
      this.#form === 'legacy'
        ? torchLegacy(named(saved), storages)
        : torchZip(
            named(saved),
            Object.fromEntries(Array.from(this.#storages, ([key, { bytes }]) => [key, bytes])),
          );
    return readStateDict(file, isBuilt);
  }
}
