import { describe, expect, it } from 'vitest';
import { checkFile } from './check-file.mjs';
import { blankComments, readImports } from './read-imports.mjs';

const wrong = [
  ['base imports anything', 'base/a.ts', "import { b } from '../image/b.ts';", 'image'],
  ['a pure folder imports a package', 'tiling/a.ts', "import { z } from 'zustand';", 'zustand'],
  ['models imports the engine', 'models/a.ts', "import type { E } from '../engine/session.ts';", 'engine'],
  ['formats imports tiling', 'formats/a.ts', "export * from '../tiling/plan.ts';", 'tiling'],
  ['a folder that is not in the table', 'utils/a.ts', 'export const a = 1;', 'no known area'],
  ['a file that is not in the table', 'helper.ts', 'export const a = 1;', 'no known area'],
  [
    'state imports code of the protocol',
    'state/a.ts',
    "import { x } from '../worker/protocol.ts';",
    'worker/protocol.ts',
  ],
  ['ui imports comlink', 'ui/a.tsx', "import { wrap } from 'comlink';", 'comlink'],
  ['ui imports by import()', 'ui/a.tsx', "const a = await import('../engine/session.ts');", 'engine'],
  [
    'ui starts the worker',
    'ui/a.tsx',
    "new Worker(new URL('../worker/upscale.worker.ts', import.meta.url));",
    'address',
  ],
  [
    'the client imports the pipeline',
    'worker/client.ts',
    "import { run } from './pipeline.ts';",
    'imports "./pipeline.ts"',
  ],
  [
    'the client imports code of models',
    'worker/client.ts',
    "import { list } from '../models/catalog.ts';",
    'models',
  ],
  ['the worker imports state', 'worker/service.ts', "import { store } from '../state/store.ts';", 'state'],
  [
    'ORT outside the engine',
    'worker/service.ts',
    "import * as ort from 'onnxruntime-web/wasm';",
    'onnxruntime-web',
  ],
  ['navigator.gpu outside the engine', 'worker/service.ts', 'const a = navigator.gpu;', 'navigator.gpu'],
  ['navigator?.gpu outside the engine', 'ui/a.tsx', 'const a = navigator?.gpu;', 'navigator.gpu'],
  ['code in the protocol', 'worker/protocol.ts', "export const KINDS = ['a'];", 'types only'],
  ['a value import in the protocol', 'worker/protocol.ts', "import { a } from '../base/errors.ts';", 'base'],
  ['main is imported', 'ui/a.tsx', "import '../main.tsx';", 'composition root'],
  ['reaching out of src', 'base/a.ts', "import x from '../../package.json';", 'out of src'],
  ['shared material in the product', 'models/a.ts', "const a = '../shared/models';", '../shared'],
  ['pwa imports the worker', 'pwa/a.ts', "import '../worker/client.ts';", 'worker/client.ts'],
  ['the bench imports the screen', 'bench/a.ts', "import '../ui/app.tsx';", 'ui'],
  ['the product imports the bench', 'worker/a.ts', "import '../bench/suite.ts';", 'bench'],
  ['an import over several lines', 'base/a.ts', "import {\n  a,\n  b,\n} from '../image/b.ts';", 'image'],
];

const right = [
  ['a pure folder with base', 'tiling/a.ts', "import { assert } from '../base/assert.ts';"],
  ['its own folder', 'tiling/a.ts', "import { b } from './b.ts';"],
  ['types of the protocol in state', 'state/a.ts', "import type { JobEvent } from '../worker/protocol.ts';"],
  [
    'the engine with ORT',
    'engine/a.ts',
    "import type { Tensor } from 'onnxruntime-web/webgpu';\nnavigator.gpu;",
  ],
  [
    'the client starts the worker',
    'worker/client.ts',
    "new Worker(new URL('./upscale.worker.ts', import.meta.url));",
  ],
  ['the client with types', 'worker/client.ts', "import type { JobEvent } from './protocol.ts';"],
  ['a style beside its component', 'ui/a.tsx', "import styles from './a.module.css';"],
  [
    'an import that is only talked about',
    'base/a.ts',
    "// import x from '../engine/a.ts';\n/* navigator.gpu */",
  ],
  [
    'workbox in the service worker',
    'pwa/service-worker.ts',
    "import { registerRoute } from 'workbox-routing';",
  ],
  [
    'types in the protocol',
    'worker/protocol.ts',
    "import type { A } from '../base/errors.ts';\nexport type B =\n  | 'x'\n  | A;",
  ],
  [
    'a string that is no import',
    'base/a.ts',
    "export type A = 'from' | 'import';\nexport const b = \"export from 'x'\";",
  ],
];

describe('checkFile', () => {
  it.each(wrong)('catches: %s', (_what, path, source, named) => {
    const problems = checkFile(path, source);
    expect(problems).not.toEqual([]);
    expect(problems.join('\n')).toContain(named);
  });

  it.each(right)('allows: %s', (_what, path, source) => {
    expect(checkFile(path, source)).toEqual([]);
  });

  it('names the file and the line', () => {
    expect(checkFile('base/a.ts', "\n\nimport '../ui/a.tsx';")[0]).toMatch(/^src\/base\/a\.ts:3 /);
  });

  it('frees tests of the table, but not of .only', () => {
    expect(checkFile('base/a.test.ts', "import { it } from 'vitest';\nimport '../engine/a.ts';")).toEqual([]);
    // Put together, so that this line is not itself taken for one.
    expect(checkFile('base/a.test.ts', `${'it'}.only('x', () => {});`)[0]).toContain('.only');
  });
});

describe('readImports', () => {
  it('tells types, code and addresses apart', () => {
    const source = [
      "import type { A } from './a.ts';",
      "import { type B, c } from './b.ts';",
      "export { d } from './d.ts';",
      "const e = import('./e.ts');",
      "new URL('./f.ts', import.meta.url);",
      "import g from './g.wasm?url';",
      "import './h.css';",
    ].join('\n');
    expect(readImports(source).map((one) => [one.specifier, one.typeOnly, one.url, one.line])).toEqual([
      ['./a.ts', true, false, 1],
      ['./b.ts', false, false, 2],
      ['./d.ts', false, false, 3],
      ['./e.ts', false, false, 4],
      ['./f.ts', false, true, 5],
      ['./g.wasm?url', false, false, 6],
      ['./h.css', false, false, 7],
    ]);
  });
});

describe('blankComments', () => {
  it('leaves strings and regular expressions that look like comments', () => {
    const source = "const a = 'http://x'; const b = /\\/\\*['\"]/; const c = `//a`; // gone";
    expect(blankComments(source)).toBe(
      "const a = 'http://x'; const b = /\\/\\*['\"]/; const c = `//a`;        ",
    );
  });

  it('keeps line numbers', () => {
    expect(blankComments('/* a\nb */ c')).toBe('    \n     c');
  });
});
