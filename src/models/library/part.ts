/** The bytes of a file that is on its way, from its beginning. */
export interface Part {
  /** How many there are, those of an earlier attempt included. */
  bytes(): number;
  /** @throws whatever the platform's storage throws; what was there before is still there, or less of it */
  append(chunk: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Throws away what is there. */
  clear(): Promise<void>;
  readAll(): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Lends the part of the file of that hash to `work`, to nobody else meanwhile, and takes it back however that ends: what
 * is in it is there the next time. A store may keep nothing; then a download that was cut starts again.
 *
 * @throws TesseraError `download-failed` (`elsewhere`) when somebody has the part already.
 */
export interface PartStore {
  borrow<T>(sha256: string, work: (part: Part) => Promise<T>): Promise<T>;
  /** Throws away the part, when its file is where it belongs. */
  remove(sha256: string): Promise<void>;
}

/** A part that lives as long as its download. */
export function memoryPart(): Part {
  let chunks: Uint8Array<ArrayBuffer>[] = [];
  let count = 0;
  return {
    bytes: () => count,
    async append(chunk) {
      chunks.push(chunk);
      count += chunk.length;
    },
    async clear() {
      chunks = [];
      count = 0;
    },
    async readAll() {
      const all = new Uint8Array(count);
      let at = 0;
      for (const chunk of chunks) {
        all.set(chunk, at);
        at += chunk.length;
      }
      return all;
    },
  };
}
