import { corrupt } from './wire-reader.ts';

/** Twice what the largest networks of super-resolution need, transformers of 12,000 nodes. */
const MOST = 4_194_304;
/** A node, an attribute or a tensor takes some 300 bytes of memory, a name or number some 80. */
const MESSAGE = 16;
const FIELD = 4;

/** How much a file may still hold: an empty node is five bytes of the file, and three hundred of memory. */
export class ReadBudget {
  #left = MOST;

  message(offset: number): void {
    this.#spend(MESSAGE, offset);
  }

  field(offset: number): void {
    this.#spend(FIELD, offset);
  }

  #spend(cost: number, offset: number): void {
    this.#left -= cost;
    if (this.#left < 0) throw corrupt('it has more parts than any network', offset);
  }
}
