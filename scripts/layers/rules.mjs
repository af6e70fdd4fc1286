/**
 * Who may import whom, as data: section 3 of the design and `docs/architecture.md`. An area is a folder of `src`, or a
 * single file where that file has rules of its own. What is not written here is forbidden, an unknown folder too.
 *
 * @typedef {object} Rule
 * @property {readonly string[]} areas areas whose code may be imported
 * @property {readonly string[]} [packages] allowed packages; `workbox-*` allows all that begin so
 * @property {readonly string[]} [types] files and areas of which types may be imported
 * @property {readonly string[]} [urls] files whose address may be taken (`new URL(…, import.meta.url)`)
 */

/**
 * The files of `src/worker` that run on the page's thread. They know the worker by its address and its protocol, and
 * may use `tiling`, which is pure; they have nothing to do with what runs inside the worker.
 */
const CLIENT_FILES = [
  'worker/client.ts',
  'worker/job-memory.ts',
  'worker/live-worker.ts',
  'worker/models-client.ts',
  'worker/silence-watch.ts',
];

/** What crosses between the page and its workers: types only. */
export const PROTOCOLS = ['worker/protocol.ts', 'worker/models-protocol.ts'];

/** @type {Rule} */
const CLIENT = {
  // A worker cannot ask for storage that lasts.
  areas: ['base', 'tiling', ...CLIENT_FILES, 'models/library/storage-room.ts'],
  packages: ['comlink'],
  types: [...PROTOCOLS, 'models'],
  urls: ['worker'],
};

/** What the screen has to say of models: plain facts and words, without anything that reads or keeps one. */
const MODEL_WORDS = ['models/licence.ts', 'models/offer.ts'];

/** @type {Readonly<Record<string, Rule>>} */
export const RULES = {
  base: { areas: [] },
  tiling: { areas: ['base'] },
  image: { areas: ['base'] },
  formats: { areas: ['base', 'image'] },
  models: { areas: ['base'], packages: ['idb', 'fflate'] },
  engine: {
    areas: ['base', 'tiling', 'image', 'models'],
    packages: ['onnxruntime-web', 'comlink', 'idb'],
  },
  worker: { areas: ['base', 'tiling', 'image', 'formats', 'models', 'engine'], packages: ['comlink'] },
  // Types only: what cannot cross the worker boundary is not expressible there.
  'worker/protocol.ts': { areas: [], types: ['base', 'tiling', 'formats', 'models', 'engine'] },
  'worker/models-protocol.ts': { areas: [], types: ['base', 'models', 'worker/protocol.ts'] },
  ...Object.fromEntries(CLIENT_FILES.map((file) => [file, CLIENT])),
  state: { areas: ['base'], packages: ['zustand'], types: [...PROTOCOLS, 'models'] },
  ui: {
    areas: ['base', 'state', ...MODEL_WORDS],
    packages: ['react', 'react-dom', 'lucide-react'],
    types: [...PROTOCOLS, 'models'],
  },
  pwa: { areas: ['base', 'state'], packages: ['workbox-*'] },
  // Measures the product from outside: a page of its own that starts workers of its own.
  bench: {
    areas: ['base', 'tiling', 'models', 'engine', 'worker', ...CLIENT_FILES],
    packages: ['comlink'],
    types: ['worker/protocol.ts'],
  },
  // For page authors; started by main.
  'page-api-models.ts': { areas: ['base', 'models', ...PROTOCOLS] },
  'page-api.ts': {
    areas: ['base', 'formats', 'models', 'worker', ...PROTOCOLS, ...CLIENT_FILES, 'page-api-models.ts'],
  },
  // The composition root: the one place that knows everything.
  'main.tsx': {
    areas: [
      'base',
      'formats',
      'models',
      'worker',
      ...PROTOCOLS,
      ...CLIENT_FILES,
      'state',
      'ui',
      'pwa',
      'page-api.ts',
    ],
    packages: ['react', 'react-dom'],
  },
};

/** Words that only one area may use in its code. */
export const RESERVED = [
  { what: 'navigator.gpu', pattern: /\bnavigator\s*(?:\?\.|\.)\s*gpu\b/g, area: 'engine' },
  { what: 'requestAdapter', pattern: /\brequestAdapter\s*\(/g, area: 'engine' },
  { what: 'onnxruntime-web', pattern: /(['"`])onnxruntime-web\b/g, area: 'engine' },
];
