/**
 * `npm ci --prefix bench --ignore-scripts`, then
 * `node bench/peers/run.mjs [--rounds 5] [--sides 256,512] [--scales 2,4] [--backends wasm,webgl,webgpu,cpu] [--json]`:
 * UpscalerJS, Tessera with the same network and with its own, and the bare runtime, beside each other.
 * `--dist DIR` takes a build from elsewhere as it is; otherwise `dist` is built where it is old.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuild } from '../../scripts/ensure-build.mjs';
import { DIST } from '../../scripts/serve.mjs';
import { measurePeers } from './measure.mjs';
import { peersTable } from './table.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    sides: { type: 'string', default: '256,512' },
    scales: { type: 'string', default: '2,4' },
    backends: { type: 'string', default: 'wasm,webgl,webgpu,cpu' },
    dist: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

if (values.dist === undefined) ensureBuild();
const result = await measurePeers({
  rounds: Number(values.rounds),
  sides: values.sides.split(',').map(Number),
  scales: /** @type {(2 | 4)[]} */ (values.scales.split(',').map(Number)),
  backends: values.backends.split(','),
  dist: values.dist === undefined ? DIST : resolve(values.dist),
});
console.log(values.json ? JSON.stringify(result, null, 2) : peersTable(result));
