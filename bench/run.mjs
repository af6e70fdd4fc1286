/**
 * `npm run bench`: how fast Tessera is, and what it adds to the networks' own time. `--help` lists the options.
 *
 * The measuring is done by `bench.html`, which anyone can open; this drives it and keeps what it finds.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { runnerImport } from 'vite';
import { ensureBuild } from '../scripts/ensure-build.mjs';
import { optionsGiven } from '../scripts/usage.mjs';
import { runInPage } from './drive-page.mjs';
import { writeSection } from './write-section.mjs';

const HELP = `npm run bench [-- OPTIONS]

  --quick             one picture of 0.25 megapixels, 3 rounds (default)
  --full              0.25, 1 and 4 megapixels, 5 rounds, and on a graphics card the variants
  --backends LIST     wasm, webgpu (default: wasm)
  --models LIST       ids of the catalog (default: all)
  --sizes LIST        source megapixels, such as 0.25,1,4
  --tile N            nominal tile of all jobs (default: Tessera chooses)
  --rounds N          jobs and bare runs in turns; medians are taken
  --no-variants       leaves the variants out
  --software-webgpu   WebGPU without a graphics card: says nothing about speed, and takes 0.02 megapixels at most
  --json              JSON on stdout in place of tables
  --out FILE          keeps the JSON
  --from FILE         measures nothing: takes what --out, or bench/gpu.py, has kept
  --write             puts the tables into docs/benchmarks.md`;

/** A software adapter takes minutes for a tile of a large picture. */
const SOFTWARE_LARGEST_MEGAPIXELS = 0.02;

const given = optionsGiven(HELP, {
  quick: { type: 'boolean', default: false },
  full: { type: 'boolean', default: false },
  backends: { type: 'string', default: 'wasm' },
  models: { type: 'string' },
  sizes: { type: 'string' },
  rounds: { type: 'string' },
  tile: { type: 'string' },
  'no-variants': { type: 'boolean', default: false },
  'software-webgpu': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  out: { type: 'string' },
  from: { type: 'string' },
  write: { type: 'boolean', default: false },
});

if (given) await main(given).catch(refuse);

/**
 * What was asked for cannot be done: one sentence, and 2, as the command line answers.
 * @param {unknown} error
 */
function refuse(error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}

/** @param {NonNullable<typeof given>} values */
async function main(values) {
  const results = values.from === undefined ? await measure(values) : kept(values.from);
  /** @type {typeof import('../src/bench/tables.ts')} */
  const { markdownOf } = (await runnerImport('./src/bench/tables.ts')).module;
  if (values.out !== undefined) writeFileSync(values.out, `${JSON.stringify(results, null, 2)}\n`);
  if (values.json) console.log(JSON.stringify(results, null, 2));
  for (const result of results) {
    if (!values.json) console.log(`${markdownOf(result)}`);
    if (values.write) writeSection(sectionOf(result), markdownOf(result));
    for (const one of result.cases) {
      if (!('problem' in one)) continue;
      console.error(`${one.backend}, ${one.model}, ${one.megapixels} MP: ${one.problem}`);
      process.exitCode = 1;
    }
  }
}

/** @typedef {import('../src/bench/result.ts').BenchResult} BenchResult */

/**
 * @param {NonNullable<typeof given>} values
 * @returns {Promise<BenchResult[]>} one for each backend
 */
async function measure(values) {
  const { models, sizes, rounds, tile } = values;
  const software = values['software-webgpu'];
  /** @type {Record<string, string>} */
  const query = {
    preset: values.full && !values.quick ? 'full' : 'quick',
    ...(models === undefined ? {} : { models }),
    ...(sizes === undefined ? {} : { sizes }),
    ...(rounds === undefined ? {} : { rounds }),
    ...(tile === undefined ? {} : { tile }),
    ...(values['no-variants'] ? { variants: '0' } : {}),
  };
  const tooLarge = !sizes || sizes.split(',').some((size) => Number(size) > SOFTWARE_LARGEST_MEGAPIXELS);
  if (software && tooLarge) {
    throw new Error(`With --software-webgpu, --sizes must name ${SOFTWARE_LARGEST_MEGAPIXELS} or less.`);
  }
  const backends = await checked(values.backends, query);
  ensureBuild();
  const results = [];
  for (const backend of backends) {
    const { result } = await runInPage(backend, query, { software, tell: (line) => console.error(line) });
    results.push(result);
  }
  return results;
}

/**
 * Before anything is built, which takes a minute.
 * @param {string} backends
 * @param {Readonly<Record<string, string>>} query
 * @returns {Promise<('wasm' | 'webgpu')[]>} rejects where something cannot be obeyed
 */
async function checked(backends, query) {
  /** @type {typeof import('../src/bench/options.ts')} */
  const { readRequest } = (await runnerImport('./src/bench/options.ts')).module;
  const { options } = readRequest(`?${new URLSearchParams(query)}`, 'wasm');
  const ids = catalogIds();
  const unknown = options.models.find((id) => !ids.includes(id));
  if (unknown !== undefined) throw new Error(`There is no model “${unknown}”. Possible: ${ids.join(', ')}.`);
  return backends.split(',').map((backend) => {
    if (backend === 'wasm' || backend === 'webgpu') return backend;
    throw new Error(`There is no backend “${backend}”. Possible: wasm, webgpu.`);
  });
}

/** @returns {string[]} */
function catalogIds() {
  /** @type {import('../src/models/descriptor.ts').Catalog} */
  const { models } = JSON.parse(
    readFileSync(new URL('../public/models/catalog.json', import.meta.url), 'utf8'),
  );
  return models.map(({ id }) => id);
}

/**
 * @param {string} file
 * @returns {BenchResult[]} also where it holds what a page has posted
 */
function kept(file) {
  const json = JSON.parse(readFileSync(file, 'utf8'));
  const all = Array.isArray(json) ? json : [json.result ?? json];
  if (!all.every((one) => one?.schema === 1)) throw new Error(`${file} holds no result of this suite.`);
  return all;
}

/**
 * The part of the document that a result belongs in.
 * @param {BenchResult} result
 */
function sectionOf({ cases, softwareAdapter }) {
  if (cases.every(({ backend }) => backend === 'wasm')) return 'processor';
  if (softwareAdapter) throw new Error('A software adapter says nothing about speed: nothing is written.');
  return 'graphics-card';
}
