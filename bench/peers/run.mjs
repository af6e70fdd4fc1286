/**
 * `npm ci --prefix bench --ignore-scripts`, then
 * `node bench/peers/run.mjs [--rounds 5] [--sides 256,512] [--scales 2,4] [--backends wasm,webgl,webgpu,cpu] [--json]`:
 * UpscalerJS, Tessera with the same network and with its own, and the bare runtime, beside each other.
 * `--dist DIR` takes a build from elsewhere as it is; otherwise `dist` is built where it is old.
 */
import { resolve } from 'node:path';
import { ensureBuild } from '../../scripts/ensure-build.mjs';
import { DIST } from '../../scripts/serve.mjs';
import { countOf, optionsGiven, orUsage } from '../../scripts/usage.mjs';
import { measurePeers } from './measure.mjs';
import { peersTable } from './table.mjs';

const HELP = `node bench/peers/run.mjs [--rounds N] [--sides LIST] [--scales LIST] [--backends LIST] [--dist DIR] [--json]

UpscalerJS, Tessera and the bare runtime beside each other. By default 5 rounds of squares of 256 and 512 pixels, twice and
four times, with the peer's wasm, webgl, webgpu and cpu.`;
const BACKENDS = ['wasm', 'webgl', 'webgpu', 'cpu'];

const values = optionsGiven(HELP, {
  rounds: { type: 'string', default: '5' },
  sides: { type: 'string', default: '256,512' },
  scales: { type: 'string', default: '2,4' },
  backends: { type: 'string', default: BACKENDS.join(',') },
  dist: { type: 'string' },
  json: { type: 'boolean', default: false },
});
const asked =
  values &&
  orUsage(HELP, () => ({
    rounds: countOf('rounds', values.rounds),
    sides: values.sides.split(',').map((side) => countOf('sides', side)),
    scales: values.scales.split(',').map(scaleOf),
    backends: values.backends.split(',').map(backendOf),
    dist: values.dist === undefined ? DIST : resolve(values.dist),
  }));
if (asked) {
  if (values.dist === undefined) ensureBuild();
  const result = await measurePeers(asked);
  console.log(values.json ? JSON.stringify(result, null, 2) : peersTable(result));
}

/** @param {string} text */
function scaleOf(text) {
  if (text === '2') return 2;
  if (text === '4') return 4;
  throw new TypeError(`--scales takes 2 and 4, not “${text}”.`);
}

/** @param {string} name */
function backendOf(name) {
  if (BACKENDS.includes(name)) return name;
  throw new TypeError(`--backends takes ${BACKENDS.join(', ')}, not “${name}”.`);
}
