/** Interleaved rounds of all contenders on one picture, and what they say. */

/**
 * @typedef {import('./contenders.mjs').Contender} Contender
 * @typedef {import('./contenders.mjs').Sample} Sample
 *
 * @typedef {object} Ratios how many times as fast as the peer, of the same scale and picture; null where one is not known
 * @property {number | null} best whole row against the peer's best configuration, pixels to pixels
 * @property {number | null} tiled the same against its best in patches
 * @property {number | null} file whole row against the peer's best from a PNG to a PNG
 * @property {number | null} networkBest the row's network alone against the peer's best configuration
 * @property {number | null} networkTiled the same against its best in patches
 *
 * @typedef {object} Row
 * @property {Contender['who']} who
 * @property {string} what
 * @property {number} scale
 * @property {number} side
 * @property {boolean} tiled
 * @property {boolean} isFile whether it goes from a PNG to a PNG
 * @property {boolean} sameNetwork
 * @property {boolean} asPublished
 * @property {string} detail tiles and threads
 * @property {number[]} samplesMs
 * @property {number | null} medianMs
 * @property {number | null} fastestMs what a moment of quiet gave; far below the median the machine was busy
 * @property {number | null} networkMs median, of what tells it
 * @property {boolean} firstRunOnly it was too slow to be run again
 * @property {string} problem empty where there is none
 * @property {Ratios} ratios
 */

/** A first run longer than this is the only one. */
const SLOW_MS = 20_000;

/** @typedef {{ contender: Contender, samples: Sample[], firstMs: number, problem: string }} Measured */

/**
 * @param {readonly Contender[]} contenders
 * @param {number} side
 * @param {number} rounds
 * @param {(line: string) => void} log
 * @returns {Promise<Row[]>} in the order of the contenders
 */
export async function measureSide(contenders, side, rounds, log) {
  const fast = await measureInRounds(
    contenders.filter((one) => !one.slow),
    side,
    rounds,
    log,
  );
  // Apart: a graphics card in software keeps all cores busy, also a while after its run.
  const slow = await measureInRounds(
    contenders.filter((one) => one.slow),
    side,
    1,
    log,
  );
  const inOrder = [...fast, ...slow].sort(
    (a, b) => contenders.indexOf(a.contender) - contenders.indexOf(b.contender),
  );
  return withRatios(
    inOrder.map(({ contender, samples, firstMs, problem }) => {
      const { who, what, scale, tiled, isFile, sameNetwork, asPublished } = contender;
      return {
        ...{ who, what, scale, side, tiled, isFile, sameNetwork, asPublished },
        detail: samples.at(-1)?.detail ?? '',
        samplesMs: samples.map((one) => one.ms),
        medianMs: median(samples.map((one) => one.ms)),
        fastestMs: samples.length === 0 ? null : Math.min(...samples.map((one) => one.ms)),
        networkMs: median(samples.flatMap((one) => one.networkMs ?? [])),
        firstRunOnly: firstMs > SLOW_MS,
        problem,
      };
    }),
  );
}

/**
 * @param {readonly Contender[]} contenders
 * @param {number} side
 * @param {number} rounds
 * @param {(line: string) => void} log
 */
async function measureInRounds(contenders, side, rounds, log) {
  /** @type {Measured[]} */
  const measured = [];
  for (const contender of contenders) {
    /** @type {Measured} */
    const entry = { contender, samples: [], firstMs: 0, problem: '' };
    measured.push(entry);
    try {
      await contender.open();
      // For nothing: what is loaded and compiled once. Of what is very slow it is the figure.
      const sample = await contender.run(side);
      entry.firstMs = sample.ms;
      if (sample.ms > SLOW_MS) entry.samples.push(sample);
    } catch (error) {
      entry.problem = firstLine(error);
    }
    const said = entry.problem || `${Math.round(entry.firstMs)} ms at first`;
    log(`${contender.scale}x, ${side} px, ${contender.who} ${contender.what}: ${said}`);
  }
  for (let round = 0; round < rounds; round++) {
    for (const entry of measured) {
      if (entry.problem || entry.firstMs > SLOW_MS) continue;
      try {
        entry.samples.push(await entry.contender.run(side));
      } catch (error) {
        entry.problem = firstLine(error);
      }
    }
    if (measured.length > 0) log(`round ${round + 1} of ${rounds} done`);
  }
  return measured;
}

/**
 * @param {readonly Omit<Row, 'ratios'>[]} rows of one scale and side
 * @returns {Row[]}
 */
function withRatios(rows) {
  const peers = rows.filter((row) => row.who === 'UpscalerJS' && row.asPublished && !row.problem);
  const fastest = (/** @type {(row: Omit<Row, 'ratios'>) => boolean} */ which) =>
    Math.min(...peers.filter(which).map((row) => row.medianMs ?? Infinity));
  const best = fastest((row) => !row.isFile);
  const tiled = fastest((row) => !row.isFile && row.tiled);
  const file = fastest((row) => row.isFile);
  const ratio = (/** @type {number} */ peerMs, /** @type {number | null} */ ms) =>
    ms === null || !Number.isFinite(peerMs) ? null : peerMs / ms;
  return rows.map((row) => ({
    ...row,
    ratios: {
      best: ratio(best, row.medianMs),
      tiled: ratio(tiled, row.medianMs),
      file: row.isFile ? ratio(file, row.medianMs) : null,
      networkBest: ratio(best, row.networkMs),
      networkTiled: ratio(tiled, row.networkMs),
    },
  }));
}

/**
 * @param {readonly number[]} values
 * @returns {number | null} null of none
 */
function median(values) {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = Number(sorted[middle]);
  return sorted.length % 2 === 1 ? upper : (Number(sorted[middle - 1]) + upper) / 2;
}

/**
 * @param {unknown} error
 * @returns {string} what Playwright puts before it left out
 */
export function firstLine(error) {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split('\n')[0] ?? '').replace(/^page\.evaluate: (Error: )?/, '');
}
