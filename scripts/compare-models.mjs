/**
 * `npm run models:compare [-- --models DIR --photos DIR --out DIR --seed N]`: builds a page on which people
 * judge models without knowing which is which. It holds the same places of pictures enlarged by nearest, Lanczos, each
 * built-in model and each model below DIR (../shared/models where present).
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { answersOf } from './compare-models/answers.mjs';
import { modelsBelow, resamplings } from './compare-models/candidates.mjs';
import { page, pageData } from './compare-models/page.mjs';
import { openProduct } from './compare-models/product.mjs';
import { questionsOf } from './compare-models/questions.mjs';

/** @import { Candidate } from './compare-models/candidates.mjs' */
/** @import { Product } from './compare-models/product.mjs' */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SCALES = [2, 4];

const { values: options } = parseArgs({
  options: {
    models: { type: 'string', default: join(ROOT, '../shared/models') },
    photos: { type: 'string', default: join(ROOT, '../shared/images/photos') },
    out: { type: 'string', default: join(ROOT, '.cache/compare-models') },
    seed: { type: 'string', default: '1' },
  },
});
const seed = Number(options.seed);
if (!Number.isSafeInteger(seed)) throw new Error(`--seed has to be a whole number, not ${options.seed}.`);

const { product, close } = await openProduct();
const candidates = [
  ...resamplings(product),
  ...modelsBelow(product, join(ROOT, 'public/models'), 'built-in'),
  ...modelsBelow(product, options.models, 'given'),
].filter(firstOfItsFile());
if (!existsSync(options.photos))
  console.log(
    `There is no ${options.photos}: people judge a drawing only. --photos takes a folder with chelsea.png and coffee.png.`,
  );
const rounds = [];
for (const scale of SCALES) rounds.push(await round(product, scale, candidates));
await close();

mkdirSync(options.out, { recursive: true });
const path = resolve(options.out, 'index.html');
writeFileSync(path, page(pageData(rounds, seed)));
console.log(`Open ${relative(process.cwd(), path)} in a browser.`);

/** Lets each file take part once, under whatever name it lies in the folders. @returns {(candidate: Candidate) => boolean} */
function firstOfItsFile() {
  /** @type {Set<string>} */
  const seen = new Set();
  return ({ file }) => {
    if (!file) return true;
    const isNew = !seen.has(file.sha256);
    seen.add(file.sha256);
    return isNew;
  };
}

/** @param {Product} product @param {number} scale @param {readonly Candidate[]} candidates */
async function round(product, scale, candidates) {
  const questions = questionsOf(product, scale, options.photos);
  const answers = [];
  for (const candidate of candidates) {
    try {
      const answer = await answersOf(candidate, scale, questions);
      if (answer) answers.push(answer);
      if (answer) console.log(`${scale}×: ${candidate.name}`);
    } catch (error) {
      console.error(
        `${scale}×: ${candidate.name} takes no part: ${error instanceof Error ? error.message : error}`,
      );
    }
  }
  return { scale, questions, answers };
}
