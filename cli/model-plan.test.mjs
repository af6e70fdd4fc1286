import { describe, expect, it } from 'vitest';
import { planModels } from './model-plan.mjs';
import { textOf } from './model-source.mjs';
import { UsageError } from './usage-error.mjs';

const HASH = 'ab'.repeat(32);
const OTHER = 'cd'.repeat(32);
const URL_A = 'https://h.example/a.pth';

/**
 * @param {Partial<import('./model-plan.mjs').ModelWords>} words
 * @param {string[]} there
 */
const plan = (words, ...there) =>
  planModels({ model: undefined, imports: [], yes: false, sha256: undefined, ...words }, (path) =>
    there.includes(path) ? 'file' : 'missing',
  );
/** @param {import('./model-plan.mjs').ModelPlan} planned with `#1` … as the ids of its sources */
const spelled = ({ sources, recipe }) => recipe?.(sources.map((_, i) => `#${i + 1}`));
/** @param {import('./model-plan.mjs').ModelPlan} planned */
const brought = ({ sources }) => sources.map(textOf);

describe('planModels', () => {
  it.each(['photo-4x', 'fast-2x*photo-2x', 'a.b.50', 'no such model', 'a.b', '', 'a**b'])(
    'leaves %j, which names no file, to the page',
    (model) => {
      const planned = plan({ model });
      expect([spelled(planned), brought(planned), planned.notes]).toEqual([model, [], []]);
    },
  );

  it('leaves the choice to the page where nothing is said', () => {
    expect(plan({})).toEqual({ sources: [], recipe: null, notes: [] });
  });

  it.each([
    ['x.pth', ['x.pth'], '#1', ['x.pth']],
    ['fast-2x*/m/c2.pth', ['/m/c2.pth'], 'fast-2x*#1', ['/m/c2.pth']],
    ['b.pth*fast-2x*a.onnx', ['a.onnx', 'b.pth'], '#1*fast-2x*#2', ['b.pth', 'a.onnx']],
    ['b.pth*b.pth', ['b.pth'], '#1*#1', ['b.pth']],
    ['x*y.pth', ['x*y.pth'], '#1', ['x*y.pth']],
    ['a.param,b.bin*photo-2x', ['a.param', 'b.bin'], '#1*photo-2x', ['a.param,b.bin']],
  ])('takes files in a chain: %s', (model, there, recipe, sources) => {
    const planned = plan({ model }, ...there);
    expect(spelled(planned)).toBe(recipe);
    expect(brought(planned)).toEqual(sources);
  });

  it('names what was imported by its file, in chains and blends, in any letters', () => {
    const imports = ['m/RealESRGAN_General.onnx', 'm/WDN.onnx'];
    for (const [model, recipe] of /** @type {const} */ ([
      ['RealESRGAN_General.WDN.30', '#1.#2.30'],
      ['wdn.realesrgan-general.100*fast-2x', '#1.#2.100*fast-2x'],
      ['fast-2x*wdn*photo-2x.WDN.5', 'fast-2x*#1*photo-2x.#1.5'],
      ['wdn*n.onnx', '#1*#2'],
    ])) {
      expect(spelled(plan({ imports, model }, ...imports, 'n.onnx')), model).toBe(recipe);
    }
    const numbered = plan({ imports: ['50.onnx'], model: 'a.b.50' }, '50.onnx');
    expect(spelled(numbered), 'a share is no name').toBe('a.b.50');
    const dotted = plan({ imports: ['4x.Net.v2.onnx'], model: '4x.Net.v2' }, '4x.Net.v2.onnx');
    expect(spelled(dotted)).toBe('#1');
  });

  it('uses the only import where no model is named, and says which import is not used', () => {
    expect(spelled(plan({ imports: ['a.onnx'] }, 'a.onnx'))).toBe('#1');
    const idle = plan({ imports: ['a.onnx'], model: 'photo-2x' }, 'a.onnx');
    expect(idle.sources).toEqual([]);
    expect(idle.notes).toEqual([expect.stringContaining('"a" (a.onnx)')]);
    expect(() => plan({ imports: ['a.onnx', 'b.onnx'] }, 'a.onnx', 'b.onnx')).toThrow('of a, b');
  });

  it('refuses a name that two imports have, where it is used', () => {
    const there = ['m/a.onnx', 'n/A.pth'];
    expect(() => plan({ imports: there, model: 'a.b.50' }, ...there)).toThrow(
      '"a" may be "m/a.onnx" or "n/A.pth"',
    );
    expect(plan({ imports: there, model: 'photo-2x' }, ...there).notes).toHaveLength(2);
    expect(spelled(plan({ imports: ['m/a.onnx', 'm/a.onnx'], model: 'a' }, ...there))).toBe('#1');
  });

  it('asks before anything is downloaded, for all addresses at once', () => {
    const words = { imports: [`https://i.example/b.onnx#sha256=${HASH}`], model: `${URL_A}*b` };
    expect(() => plan(words)).toThrow(UsageError);
    expect(() => plan(words)).toThrow('from h.example, without a hash');
    expect(() => plan(words)).toThrow(`from i.example, and used if its SHA-256 is ${HASH}`);
    expect(() => plan(words)).toThrow('Add --yes');
    expect(brought(plan({ ...words, yes: true }))).toEqual([URL_A, 'https://i.example/b.onnx']);
  });

  it('takes --sha256 for the one address', () => {
    const yes = { yes: true, sha256: HASH.toUpperCase() };
    expect(plan({ ...yes, model: `fast-2x*${URL_A}` }).sources).toEqual([
      { kind: 'address', url: URL_A, sha256: HASH },
    ]);
    expect(plan({ ...yes, model: `${URL_A}#sha256=${HASH}` }).sources).toHaveLength(1);
    const contradiction = () => plan({ ...yes, model: `${URL_A}#sha256=${OTHER}` });
    expect(contradiction).toThrow(OTHER);
    expect(contradiction).toThrow(HASH);
    expect(() => plan({ ...yes, model: `${URL_A}*https://h.example/b.pth` })).toThrow('which of 2 addresses');
    expect(() => plan({ ...yes, model: 'x.pth' }, 'x.pth')).toThrow(
      '--sha256 is for a model that is an address',
    );
    expect(() => plan(yes)).toThrow('--sha256');
    expect(() => plan({ yes: true, sha256: 'abc', model: URL_A })).toThrow('"abc"');
  });
});
