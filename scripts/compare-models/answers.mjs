/**
 * Runs every candidate over every question, and measures.
 */
import { colourShift, fidelity } from './measures.mjs';
import { cropped, dataUri, rounded } from './picture.mjs';
import { CONTEXT_PX, PANEL_PX } from './questions.mjs';

/** @import { Candidate } from './candidates.mjs' */
/** @import { Picture } from './picture.mjs' */
/** @import { Question } from './questions.mjs' */

/** Enough for networks that take only even sides or look far. */
const PROBE_PX = 48;

/**
 * Means over the questions of a kind; null where there was none.
 * @typedef {{ readonly psnrDb: number, readonly ssim: number } | null} Score
 *
 * `colourShift` is the largest over the questions, in 1/255; `secondsPerMegapixel` what a processor worked for as many
 * source pixels, in the quickest run.
 * @typedef {object} Figures
 * @property {Score} clean
 * @property {Score} jpeg
 * @property {Score} drawing
 * @property {number} colourShift
 * @property {number} secondsPerMegapixel
 *
 * @typedef {object} Answers
 * @property {string} name
 * @property {Candidate['kind']} kind
 * @property {number | null} bytes
 * @property {readonly string[]} pictures one for each question, as addresses
 * @property {Figures} figures
 */

/**
 * Null for a network of another scale.
 * @param {Candidate} candidate @param {number} scale @param {readonly Question[]} questions
 * @returns {Promise<Answers | null>} rejects where the network cannot be run
 */
export async function answersOf(candidate, scale, questions) {
  const network = await candidate.open(scale);
  try {
    if ((await network.enlarge(blank(PROBE_PX))).width !== PROBE_PX * scale) return null;
    const shown = [];
    let secondsPerMegapixel = Number.POSITIVE_INFINITY;
    for (const { input } of questions) {
      const before = process.cpuUsage();
      const answer = await network.enlarge(input);
      const { user, system } = process.cpuUsage(before);
      const megapixels = (input.width * input.height) / 1e6;
      secondsPerMegapixel = Math.min(secondsPerMegapixel, (user + system) / 1e6 / megapixels);
      shown.push(rounded(cropped(answer, panel(CONTEXT_PX * scale, PANEL_PX))));
    }
    const { name, kind, file } = candidate;
    const figures = { ...figuresOf(questions, shown, scale), secondsPerMegapixel };
    return { name, kind, bytes: file?.bytes ?? null, pictures: shown.map(dataUri), figures };
  } finally {
    await network.close();
  }
}

/** @param {readonly Question[]} questions @param {readonly Picture[]} shown @param {number} scale */
export function figuresOf(questions, shown, scale) {
  const pairs = questions.map((question, i) => ({ question, answer: /** @type {Picture} */ (shown[i]) }));
  const score = (/** @type {Question['kind']} */ kind) => {
    const scores = pairs.flatMap(({ question, answer }) =>
      question.kind === kind && question.truth ? [fidelity(answer, question.truth)] : [],
    );
    return scores.length === 0
      ? null
      : { psnrDb: mean(scores.map(({ psnrDb }) => psnrDb)), ssim: mean(scores.map((each) => each.ssim)) };
  };
  const shifts = pairs.map(({ question: { input }, answer }) =>
    colourShift(answer, cropped(input, panel(CONTEXT_PX, PANEL_PX / scale))),
  );
  return {
    clean: score('clean'),
    jpeg: score('jpeg'),
    drawing: score('drawing'),
    colourShift: Math.max(...shifts),
  };
}

/** @param {number} side @returns {Picture} */
function blank(side) {
  return { width: side, height: side, planes: new Float32Array(3 * side * side) };
}

/** What of a picture with context is shown. @param {number} context @param {number} side */
function panel(context, side) {
  return { x: context, y: context, width: side, height: side };
}

/** @param {readonly number[]} values */
function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
