/**
 * Lengths in bits of a Huffman code for symbols of these counts, at most `limit` (at least log2 of the symbols in use); 0
 * for a symbol that does not occur. Complete, as RFC 1951 section 3.2.2 needs it, when two symbols or more occur.
 */
export function codeLengths(counts: Uint32Array, limit: number): Uint8Array {
  const symbols: number[] = [];
  counts.forEach((count, symbol) => {
    if (count > 0) symbols.push(symbol);
  });
  const countOf = (symbol: number) => counts[symbol] as number;
  symbols.sort((a, b) => countOf(a) - countOf(b));
  const ofLength = limited(depths(symbols.map(countOf)), limit);
  const lengths = new Uint8Array(counts.length);
  // The rarest symbols get the longest codes.
  let next = 0;
  for (let length = limit; length > 0; length--) {
    for (let i = ofLength[length] as number; i > 0; i--) lengths[symbols[next++] as number] = length;
  }
  return lengths;
}

/** Depth of each leaf of the Huffman tree over ascending weights; a lone leaf has depth 1. */
function depths(weights: readonly number[]): number[] {
  const leaves = weights.length;
  if (leaves < 2) return weights.map(() => 1);
  // Nodes after the leaves are made in ascending weight, so that the two lightest always head one of two queues.
  const weight = [...weights];
  const parent: number[] = [];
  let leaf = 0;
  let inner = leaves;
  const lightest = () => {
    const isLeaf = leaf < leaves && (inner === weight.length || at(weight, leaf) <= at(weight, inner));
    return isLeaf ? leaf++ : inner++;
  };
  while (weight.length < 2 * leaves - 1) {
    const a = lightest();
    const b = lightest();
    parent[a] = weight.length;
    parent[b] = weight.length;
    weight.push(at(weight, a) + at(weight, b));
  }
  const depth = weight.map(() => 0);
  for (let node = depth.length - 2; node >= 0; node--) depth[node] = at(depth, at(parent, node)) + 1;
  return depth.slice(0, leaves);
}

/**
 * How many codes have each length, none above `limit`. Codes that are too long are cut to the limit; for each that there
 * are then too many, a shorter code gives up its place to two of one bit more. That is close to the best and exact.
 */
function limited(depths: readonly number[], limit: number): number[] {
  const ofLength = new Array<number>(limit + 1).fill(0);
  // In units of the longest code's share of all codes, RFC 1951 section 3.2.2: the shares must add up to one.
  let share = 0;
  for (const depth of depths) {
    const length = Math.min(depth, limit);
    ofLength[length] = at(ofLength, length) + 1;
    share += 2 ** (limit - length);
  }
  for (; share > 2 ** limit; share--) {
    let length = limit - 1;
    while (at(ofLength, length) === 0) length--;
    ofLength[length] = at(ofLength, length) - 1;
    ofLength[length + 1] = at(ofLength, length + 1) + 2;
    ofLength[limit] = at(ofLength, limit) - 1;
  }
  return ofLength;
}

/** The codes of RFC 1951 section 3.2.2 for these lengths, first bit lowest, as they go into the stream. */
export function codesOf(lengths: Uint8Array): Uint16Array {
  const codes = new Uint16Array(lengths.length);
  let code = 0;
  for (let length = 1; length <= 15; length++) {
    code <<= 1;
    lengths.forEach((own, symbol) => {
      if (own === length) codes[symbol] = reversed(code++, length);
    });
  }
  return codes;
}

function reversed(code: number, length: number): number {
  let result = 0;
  for (let bit = 0; bit < length; bit++) result |= ((code >> bit) & 1) << (length - 1 - bit);
  return result;
}

function at(list: readonly number[], index: number): number {
  return list[index] as number;
}
