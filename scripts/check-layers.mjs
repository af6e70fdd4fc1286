/**
 * Holds the import rules of `docs/architecture.md`: walks `src` and names every line that breaks one.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkFile } from './layers/check-file.mjs';
import { RULES } from './layers/rules.mjs';

const SRC = fileURLToPath(new URL('../src', import.meta.url));

const paths = readdirSync(SRC, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(SRC, join(entry.parentPath, entry.name)).split(sep).join('/'));
const modules = paths.filter((path) => /\.(?:ts|tsx|js|jsx|mts|mjs)$/.test(path) && !path.endsWith('.d.ts'));
const problems = modules.flatMap((path) => checkFile(path, readFileSync(join(SRC, path), 'utf8')));

// A check that looked at nothing has found nothing out.
if (modules.length === 0) problems.push('src holds no module: the check ran in the wrong place.');
for (const entry of readdirSync(SRC, { withFileTypes: true })) {
  if (entry.isDirectory() && !(entry.name in RULES)) {
    problems.push(`src/${entry.name}/ is an unknown folder. Known: ${Object.keys(RULES).join(', ')}.`);
  }
}

if (problems.length > 0) {
  for (const problem of problems) console.error(problem);
  console.error(`check-layers: ${problems.length} broken ${problems.length === 1 ? 'rule' : 'rules'}.`);
  process.exitCode = 1;
} else {
  console.log(`check-layers: ${modules.length} modules keep the import rules.`);
}
