import { describe, expect, it } from 'vitest';
import { sourcePx } from '../base/geometry.ts';
import { FACTS_KEY, factsIn, withFacts } from './kept-facts.ts';
import { node } from './onnx/build.ts';
import { readOnnx } from './onnx/read.ts';
import { modelOf } from './onnx/test-support.ts';
import { writeOnnx } from './onnx/write.ts';
import { ANY_SIZE, formOfArchitecture, type NetworkFacts } from './picture-network.ts';

const FACTS: NetworkFacts = {
  architecture: 'UpConv “7”, 32 features',
  scale: 2,
  receptiveFieldPx: 7,
  sizeRule: { multipleOf: 2, minimumPx: 16, fixed: null },
  eatenPx: 7,
  dependsOnTileSize: true,
  form: formOfArchitecture('float16'),
};
const ONNX = modelOf({ nodes: [node('Identity', ['x0'], 'y')] });

const entryOf = (facts: unknown) => ({ key: FACTS_KEY, value: JSON.stringify(facts) });
const claimed = (change: object) => factsIn([entryOf({ version: 1, ...FACTS, ...change })]);

describe('facts in the metadata', () => {
  it.each<[string, NetworkFacts]>([
    ['one that eats its edges', FACTS],
    ...(['name', 'assumed'] as const).map((scale): [string, NetworkFacts] => {
      const form = formOfArchitecture('float32', 1);
      return [
        `its scale is known by: ${scale}`,
        { ...FACTS, form: { ...form, knownBy: { ...form.knownBy, scale } } },
      ];
    }),
    ['one of unknown architecture and reach', { ...FACTS, architecture: null, receptiveFieldPx: null }],
    [
      'one of one size',
      { ...FACTS, sizeRule: { ...ANY_SIZE, fixed: { width: sourcePx(64), height: sourcePx(48) } } },
    ],
  ])('come back from the bytes of a file: %s', (_, facts) => {
    const read = readOnnx(writeOnnx(withFacts({ onnx: ONNX, facts })));
    expect(factsIn(read.metadata)).toEqual(facts);
  });

  it('take the place of older ones, and leave what others wrote', () => {
    const older = { ...ONNX, metadata: [entryOf('old'), { key: 'author', value: 'Ann' }] };
    const { metadata } = withFacts({ onnx: older, facts: FACTS });
    expect(metadata.map(({ key }) => key)).toEqual(['author', FACTS_KEY]);
    expect(factsIn(metadata)).toEqual(FACTS);
  });

  it('are the same text in whatever order they were put together', () => {
    const reversed = Object.fromEntries(Object.entries(FACTS).reverse()) as NetworkFacts;
    expect(withFacts({ onnx: ONNX, facts: reversed })).toEqual(withFacts({ onnx: ONNX, facts: FACTS }));
  });

  it('are left out where they would not be believed', () => {
    const facts = { ...FACTS, receptiveFieldPx: 1e6 };
    expect(withFacts({ onnx: ONNX, facts }).metadata).toEqual([]);
  });

  it('are absent where nobody wrote them', () => expect(factsIn([{ key: 'a', value: '{}' }])).toBeNull());
  it('are none where there are two', () => {
    const entry = entryOf({ version: 1, ...FACTS });
    expect(factsIn([entry])).toEqual(FACTS);
    expect(factsIn([entry, entry])).toBeNull();
  });
});

describe('what Tessera would not write is passed over', () => {
  it('the control: this is believed', () => expect(claimed({})).toEqual(FACTS));

  it.each<[string, string]>([
    ['no JSON', '{"version":1'],
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '[1]'],
    ['deep nesting', '['.repeat(4000)],
    ['a million letters', JSON.stringify({ version: 1, ...FACTS, note: 'x'.repeat(1e6) })],
  ])('%s', (_, value) => expect(factsIn([{ key: FACTS_KEY, value }])).toBeNull());

  const { form, sizeRule } = FACTS;
  it.each<[string, object]>([
    ['another version', { version: 2 }],
    ['scale 0', { scale: 0 }],
    ['scale 17', { scale: 17 }],
    ['scale 1.5', { scale: 1.5 }],
    ['a scale in words', { scale: '2' }],
    ['257 eaten pixels', { eatenPx: 257 }],
    ['a billion eaten pixels', { eatenPx: 1e9 }],
    ['eaten pixels below 0', { eatenPx: -1 }],
    ['a reach beyond all pictures', { receptiveFieldPx: 1e6 }],
    ['no reach at all', { receptiveFieldPx: undefined }],
    ['sizes in multiples of 0', { sizeRule: { ...sizeRule, multipleOf: 0 } }],
    ['no size rule', { sizeRule: null }],
    ['half a fixed size', { sizeRule: { ...sizeRule, fixed: { width: 4 } } }],
    ['a fixed size of 0', { sizeRule: { ...sizeRule, fixed: { width: 4, height: 0 } } }],
    ['a word for yes', { dependsOnTileSize: 'yes' }],
    ['two channels', { form: { ...form, inputChannels: 2 } }],
    ['another layout', { form: { ...form, layout: 'chwn' } }],
    ['white of 256', { form: { ...form, white: 256 } }],
    ['another order', { form: { ...form, channelOrder: 'grb' } }],
    ['another precision', { form: { ...form, precision: 'int8' } }],
    ['no word of how it is known', { form: { ...form, knownBy: {} } }],
    ['known by a wonder', { form: { ...form, knownBy: { ...form.knownBy, scale: 'wonder' } } }],
    ['a name of two lines', { architecture: 'a\nb' }],
    ['a name of 201 letters', { architecture: 'a'.repeat(201) }],
    ['a name that is a list', { architecture: ['a'] }],
  ])('%s', (_, change) => expect(claimed(change)).toBeNull());

  it('and what they hold beside the facts is not taken along', () => {
    const [entry] = withFacts({ onnx: ONNX, facts: FACTS }).metadata;
    const value = (entry?.value ?? '').replace('{', '{"__proto__":{"scale":9},"toString":1,');
    const facts = factsIn([{ key: FACTS_KEY, value }]);
    expect(facts).toEqual(FACTS);
    expect(Object.keys(facts ?? {}).sort()).toEqual(Object.keys(FACTS).sort());
  });
});
