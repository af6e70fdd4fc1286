/**
 * One line on a terminal, redrawn; nothing where there is no terminal.
 */

/** @typedef {{ stage: string, fraction: number, tile: number, tiles: number, message?: string }} Progress */

/** @type {Readonly<Record<string, string>>} */
const STAGE_WORDS = {
  reading: 'reading the picture',
  'loading-runtime': 'loading the runtime',
  'loading-model': 'loading the model',
  'warming-up': 'warming up',
  tiles: 'upscaling',
  encoding: 'writing the file',
};
const BAR_CELLS = 24;
/** Faster than this the eye sees only flicker. */
const REDRAW_MS = 100;

/**
 * The line for a moment.
 * @param {string} name of the picture
 * @param {Progress} progress
 * @param {number} elapsedMs since the tiles began
 * @returns {string}
 */
export function progressLine(name, progress, elapsedMs) {
  const words = STAGE_WORDS[progress.stage] ?? progress.stage;
  if (progress.stage !== 'tiles') return `${name}: ${words} …`;
  const done = Math.round(progress.fraction * BAR_CELLS);
  const bar = '█'.repeat(done) + '░'.repeat(BAR_CELLS - done);
  const tiles = progress.tiles > 0 ? ` · tile ${progress.tile} of ${progress.tiles}` : '';
  return `${name}: ${bar} ${Math.floor(progress.fraction * 100)} %${tiles}${remaining(progress.fraction, elapsedMs)}`;
}

/** @param {number} fraction @param {number} elapsedMs */
function remaining(fraction, elapsedMs) {
  // The first tiles say little about the rest.
  if (fraction < 0.02 || fraction >= 1 || elapsedMs < 1000) return '';
  const seconds = Math.ceil((elapsedMs * (1 - fraction)) / fraction / 1000);
  return seconds < 90 ? ` · ${seconds} s left` : ` · ${Math.ceil(seconds / 60)} min left`;
}

/** Draws on `stream` while a picture is worked on. */
export class ProgressBar {
  #stream;
  #name = '';
  #tilesSince = 0;
  #drawn = 0;
  #message = '';

  /** @param {NodeJS.WriteStream} stream such as `process.stderr` */
  constructor(stream) {
    this.#stream = stream;
  }

  /** @param {string} name */
  begin(name) {
    this.#name = name;
    this.#tilesSince = 0;
    this.#message = '';
  }

  /** @param {Progress} progress */
  update(progress) {
    if (!this.#stream.isTTY) return;
    const now = Date.now();
    if (progress.stage === 'tiles' && this.#tilesSince === 0) this.#tilesSince = now;
    if (progress.message) this.#note(progress.message);
    if (now - this.#drawn < REDRAW_MS && progress.fraction < 1) return;
    this.#drawn = now;
    const line = progressLine(this.#name, progress, now - this.#tilesSince);
    this.#stream.write(`\r\x1b[K${line.slice(0, Math.max(20, (this.#stream.columns || 80) - 1))}`);
  }

  /** Takes the line away, so that what follows stands at the beginning of one. */
  end() {
    if (this.#stream.isTTY) this.#stream.write('\r\x1b[K');
  }

  /** @param {string} message stays, above the line; said once, however often it is told */
  #note(message) {
    if (message === this.#message) return;
    this.#message = message;
    this.#stream.write(`\r\x1b[K${message}\n`);
  }
}
