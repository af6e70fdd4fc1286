/**
 * Type-checks each part with the libraries that it may use: pure code without DOM, worker code without a window.
 */
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PARTS = ['tsconfig.json', 'tsconfig.pure.json', 'tsconfig.worker.json', 'tsconfig.node.json'];

const root = fileURLToPath(new URL('..', import.meta.url));
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');

const failed = PARTS.filter((part) => {
  try {
    execFileSync(process.execPath, [tsc, '-p', part], { cwd: root, stdio: 'inherit' });
    return false;
  } catch {
    return true;
  }
});
if (failed.length > 0) {
  console.error(`typecheck: ${failed.join(', ')} failed; the lines above say where.`);
  process.exitCode = 1;
} else {
  console.log(`typecheck: ${PARTS.length} parts are sound.`);
}
