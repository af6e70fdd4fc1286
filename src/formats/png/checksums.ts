const ADLER_MODULUS = 65_521;
/** Words after which the sums of Adler-32 have to be reduced: RFC 1950's 5552 bytes, in whole runs of eight words. */
const ADLER_WORDS = 1376;
const EVEN_BYTES = 0x00ff00ff;

/** Adler-32 (RFC 1950 section 8.2) of the first `length` bytes; `bytes` begins at a multiple of 4 in its buffer. */
export function adler32(bytes: Uint8Array, length: number): number {
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, length >>> 2);
  let a = 1;
  let b = 0;
  let word = 0;
  while (word + 8 <= words.length) {
    const end = Math.min(words.length & ~7, word + ADLER_WORDS);
    for (; word < end; word += 8) {
      // Two 16-bit lanes each: sums of the bytes, and sums of those sums before each word.
      let even = 0;
      let odd = 0;
      let evenBefore = 0;
      let oddBefore = 0;
      for (let i = word; i < word + 8; i++) {
        const four = words[i] as number;
        evenBefore = (evenBefore + even) | 0;
        oddBefore = (oddBefore + odd) | 0;
        even = (even + (four & EVEN_BYTES)) | 0;
        odd = (odd + ((four >>> 8) & EVEN_BYTES)) | 0;
      }
      const [sum0, sum1, sum2, sum3] = [even & 0xffff, odd & 0xffff, even >>> 16, odd >>> 16];
      const before = (evenBefore & 0xffff) + (evenBefore >>> 16) + (oddBefore & 0xffff) + (oddBefore >>> 16);
      b = (b + (a << 5) + (before << 2) + (sum0 << 2) + 3 * sum1 + (sum2 << 1) + sum3) | 0;
      a = (a + sum0 + sum1 + sum2 + sum3) | 0;
    }
    a %= ADLER_MODULUS;
    b = (b >>> 0) % ADLER_MODULUS;
  }
  for (let i = 4 * word; i < length; i++) {
    a += bytes[i] as number;
    b += a;
  }
  return joined(a, b);
}

/** Adler-32 of two runs of bytes put together, from theirs and the second one's length. */
export function joinAdler32(first: number, second: number, secondLength: number): number {
  // The low half begins with 1, and each byte of the second adds the low half to the high one: what stands in the first's
  // beyond that 1, counted so often. Not below zero, for `%`.
  const before = (first & 0xffff) - 1 + ADLER_MODULUS;
  return joined(
    before + (second & 0xffff),
    (first >>> 16) + (second >>> 16) + before * (secondLength % ADLER_MODULUS),
  );
}

function joined(a: number, b: number): number {
  return (((b % ADLER_MODULUS) << 16) | (a % ADLER_MODULUS)) >>> 0;
}

const CRC_TABLE = crcTable();

/** Eight tables of 256 in one: number k goes on for a byte that has k more behind it. */
function crcTable(): Int32Array {
  const table = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    table[byte] = crc;
  }
  for (let i = 256; i < table.length; i++) {
    const crc = table[i - 256] as number;
    table[i] = (crc >>> 8) ^ (table[crc & 255] as number);
  }
  return table;
}

/** CRC-32 of PNG (third edition) annex D, eight bytes at a time. */
export function crc32(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const table = CRC_TABLE;
  let crc = -1;
  let i = 0;
  for (; i + 8 <= bytes.length; i += 8) {
    const low = crc ^ view.getInt32(i, true);
    const high = view.getInt32(i + 4, true);
    crc =
      (table[1792 + (low & 255)] as number) ^
      (table[1536 + ((low >>> 8) & 255)] as number) ^
      (table[1280 + ((low >>> 16) & 255)] as number) ^
      (table[1024 + (low >>> 24)] as number) ^
      (table[768 + (high & 255)] as number) ^
      (table[512 + ((high >>> 8) & 255)] as number) ^
      (table[256 + ((high >>> 16) & 255)] as number) ^
      (table[high >>> 24] as number);
  }
  for (; i < bytes.length; i++) crc = (crc >>> 8) ^ (table[(crc ^ (bytes[i] as number)) & 255] as number);
  return ~crc >>> 0;
}
