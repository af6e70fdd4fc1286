import type { TesseraError } from '../../base/errors.ts';
import { damaged } from './weight-errors.ts';

/**
 * Reads JSON token by token, for headers of one known shape. `JSON.parse` would keep the last of two equal keys without a word,
 * round numbers above 2⁵³ and build objects of whatever the file says.
 */
export class JsonCursor {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Whether the next character is this one; if so, it is passed over. */
  skips(character: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  expect(character: string): void {
    if (!this.skips(character)) throw this.damaged(`its header has no ${character} where one has to be`);
  }

  /** The rest is white space. */
  expectEnd(): void {
    if (this.#text.slice(this.#at).trim() !== '') throw this.damaged('its header goes on after its end');
  }

  string(): string {
    this.expect('"');
    const from = this.#at;
    for (let escaped = false; ; this.#at++) {
      const character = this.#text[this.#at];
      if (character === undefined) throw this.damaged('a text in its header has no end');
      if (character === '"' && !escaped) break;
      escaped = character === '\\' && !escaped;
    }
    this.#at++;
    try {
      return JSON.parse(this.#text.slice(from - 1, this.#at));
    } catch {
      throw this.damaged('a text in its header is not JSON');
    }
  }

  /** A whole number of 0 or more, exact. */
  whole(): number {
    this.#skipSpace();
    const digits = /\d{1,17}/y;
    digits.lastIndex = this.#at;
    const found = digits.exec(this.#text)?.[0] ?? '';
    const value = Number(found);
    if (found === '' || !Number.isSafeInteger(value) || (found.length > 1 && found.startsWith('0')))
      throw this.damaged(`${this.#wordHere()} is no size or place`);
    this.#at += found.length;
    return value;
  }

  /** What stands where a number should, up to what ends one, for a message. */
  #wordHere(): string {
    const word = /[^,\]}\s]{0,24}/y;
    word.lastIndex = this.#at;
    return `“${word.exec(this.#text)?.[0] ?? ''}”`;
  }

  /** A list of whole numbers. @param most refuses longer ones */
  wholes(most: number): number[] {
    const values: number[] = [];
    this.expect('[');
    if (this.skips(']')) return values;
    do {
      if (values.length === most) throw this.damaged(`a list in its header is longer than ${most}`);
      values.push(this.whole());
    } while (this.skips(','));
    this.expect(']');
    return values;
  }

  /** An object: `read` is given each key, of which none may occur twice, with the cursor before the value. */
  object(most: number, read: (key: string) => void): void {
    const keys = new Set<string>();
    this.expect('{');
    if (this.skips('}')) return;
    do {
      const key = this.string();
      if (keys.has(key))
        throw this.damaged(`the name ${JSON.stringify(key.slice(0, 80))} occurs twice in its header`);
      if (keys.size === most) throw this.damaged(`an object in its header has more than ${most} entries`);
      keys.add(key);
      this.expect(':');
      read(key);
    } while (this.skips(','));
    this.expect('}');
  }

  #skipSpace(): void {
    while (' \n\r\t'.includes(this.#text[this.#at] ?? '\0')) this.#at++;
  }

  damaged(what: string): TesseraError {
    // The header begins after 8 bytes; where it holds other letters than ASCII, the place is a little further.
    return damaged('safetensors file', what, 8 + this.#at);
  }
}
