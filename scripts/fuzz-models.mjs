/**
 * `node scripts/fuzz-models.mjs [--runs 10000] [--seed 1] [--only <index>] [file …]`: reads damaged model files, each run the same for
 * the same seed and files. Without files, those of `../shared/models` where they are; always some that it makes itself. Ends with a
 * table, and with 1 where a reader hung, took too much memory or threw anything but its own errors. `--only` repeats one run.
 */
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fuzz } from './fuzz/run.mjs';

const SHARED = fileURLToPath(new URL('../../shared/models', import.meta.url));

/** The model files of `../shared/models`, in the same order everywhere; none where it is absent. */
export function sharedModels() {
  if (!existsSync(SHARED)) return [];
  return readdirSync(SHARED, { recursive: true, encoding: 'utf8' })
    .map((path) => join(SHARED, path))
    .sort();
}

/** @param {string[]} args */
async function main(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { runs: { type: 'string' }, seed: { type: 'string' }, only: { type: 'string' } },
  });
  const seed = Number(values.seed ?? 1);
  const runs = Number(values.runs ?? 10_000);
  const files = positionals.length > 0 ? positionals : sharedModels();
  const { rows, findings } = await fuzz({
    seed,
    runs,
    files,
    ...(values.only === undefined ? {} : { only: Number(values.only) }),
  });
  console.table(
    rows.map(({ path, targetName, runs: done, codes, slowestMs }) => ({
      file: basename(path),
      reader: targetName,
      runs: done,
      read: codes['read'] ?? 0,
      'model-corrupt': codes['model-corrupt'] ?? 0,
      'other codes': Object.entries(codes).reduce(
        (sum, [code, count]) => sum + (code.startsWith('model-') && code !== 'model-corrupt' ? count : 0),
        0,
      ),
      faults: codes['fault'] ?? 0,
      'slowest ms': Math.round(slowestMs),
    })),
  );
  for (const { path, index, what, problem } of findings) {
    console.error(`\n${path}, --seed ${seed} --only ${index} (${what}):\n${problem}`);
  }
  console.log(`fuzz-models: ${runs} runs, ${findings.length} faults.`);
  if (findings.length > 0) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
