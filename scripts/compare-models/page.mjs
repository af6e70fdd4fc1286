/**
 * The page on which people judge: one file, no request. Names and figures lie in it encoded, so that nobody reads them
 * by chance before the vote.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PANEL_PX } from './questions.mjs';
import { shuffled } from './shuffle.mjs';

/** @import { Answers } from './answers.mjs' */
/** @import { Question } from './questions.mjs' */

/** Letters are the keys by which people vote; `0` and the arrows do something else. */
const MOST_CANDIDATES = 26;

/**
 * One scale: its questions and what the candidates made of them.
 * @typedef {{ readonly scale: number, readonly questions: readonly Question[], readonly answers: readonly Answers[] }} Round
 *
 * What is not shown before the vote.
 * @typedef {{ scale: number, candidates: Pick<Answers, 'name' | 'kind' | 'bytes' | 'figures'>[] }} Candidates
 *
 * What the page's script reads. `group` counts the rounds, `candidate` those of its round; `panels` are as shown.
 * @typedef {object} PageData
 * @property {number} panelPx the side of a panel in pixels of the picture
 * @property {{ scale: number, title: string, group: number, panels: { candidate: number, picture: string }[] }[]} trials
 * @property {string} secret base64 of the JSON of the rounds' `Candidates`
 */

/** @param {readonly Round[]} rounds @param {number} seed @returns {PageData} */
export function pageData(rounds, seed) {
  const trials = rounds.flatMap(({ scale, questions, answers }, group) => {
    if (answers.length > MOST_CANDIDATES)
      throw new RangeError(`${answers.length} candidates at ${scale}×: a person cannot judge that many.`);
    return questions.map(({ title }, index) => ({
      scale,
      title,
      group,
      panels: shuffled(
        answers.map(({ pictures }, candidate) => ({ candidate, picture: String(pictures[index]) })),
        seed + 1000 * group + index,
      ),
    }));
  });
  const groups = rounds.map(({ scale, answers }) => ({
    scale,
    candidates: answers.map(({ name, kind, bytes, figures }) => ({ name, kind, bytes, figures })),
  }));
  return { panelPx: PANEL_PX, trials, secret: Buffer.from(JSON.stringify(groups)).toString('base64') };
}

/** @param {PageData} data @returns {string} HTML */
export function page(data) {
  const json = JSON.stringify(data).replaceAll('<', '\\u003c');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Which one looks best?</title>
<style>
${part('page.css')}</style>
<body>
<header>
<h1>Which one looks best?</h1>
<p id="position" aria-live="polite"></p>
<nav aria-label="Pictures">
<button id="back" type="button" title="Arrow left">← Back</button>
<button id="next" type="button" title="Arrow right">Next →</button>
<button id="size" type="button" title="+ and -">Size <span id="zoom"></span></button>
<button id="reveal" type="button" title="0">Reveal</button>
</nav>
</header>
<p id="help">Press the best one; once more takes the vote back. All panels show the same place, shuffled anew for each picture.
<span class="keys">Keys: a panel's letter, the arrows to go on and back, + and − for the size, 0 to end the vote and show the
names.</span></p>
<main id="panels"></main>
<section id="result" aria-labelledby="result-title" tabindex="-1" hidden>
<h2 id="result-title">Result</h2>
<p>
<button id="copy" type="button">Copy as a table</button>
<button id="save" type="button">Save as JSON</button>
<span id="kept" role="status"></span>
</p>
<div id="tables"></div>
</section>
<script type="application/json" id="data">${json}</script>
<script>
${part('page-script.js')}</script>
</body>
</html>
`;
}

/** @param {string} name @returns {string} */
function part(name) {
  return readFileSync(fileURLToPath(new URL(name, import.meta.url)), 'utf8');
}
