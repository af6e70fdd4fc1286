/**
 * `npm run models:compare`: builds a page on which people judge models without knowing which is which. It holds the same
 * places of pictures enlarged by nearest, Lanczos, each built-in model and each model below a folder. `--help` lists the
 * options.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../cli/usage-error.mjs';
import { answersOf } from './compare-models/answers.mjs';
import { modelsBelow, resamplings } from './compare-models/candidates.mjs';
import { HELP, readOptions } from './compare-models/options.mjs';
import { page, pageData } from './compare-models/page.mjs';
import { openProduct } from './compare-models/product.mjs';
import { questionsOf } from './compare-models/questions.mjs';

/** @import { Candidate } from './compare-models/candidates.mjs' */
/** @import { Question } from './compare-models/questions.mjs' */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SCALES = [2, 4];

try {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') console.log(HELP);
  else await compare(options);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

/** @param {{ models: string, photos: string, out: string, seed: number }} options */
async function compare({ models, photos, out, seed }) {
  if (!existsSync(photos))
    console.log(
      `There is no ${photos}: people judge a drawing only. --photos takes a folder with chelsea.png and coffee.png.`,
    );
  const { product, close } = await openProduct();
  const candidates = [
    ...resamplings(product),
    ...modelsBelow(product, join(ROOT, 'public/models'), 'built-in'),
    ...modelsBelow(product, models, 'given'),
  ].filter(firstOfItsFile());
  const rounds = [];
  for (const scale of SCALES)
    rounds.push(await round(scale, candidates, questionsOf(product, scale, photos)));
  await close();

  mkdirSync(out, { recursive: true });
  const path = resolve(out, 'index.html');
  writeFileSync(path, page(pageData(rounds, seed)));
  console.log(`Open ${relative(process.cwd(), path)} in a browser.`);
}

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

/** @param {number} scale @param {readonly Candidate[]} candidates @param {readonly Question[]} questions */
async function round(scale, candidates, questions) {
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
