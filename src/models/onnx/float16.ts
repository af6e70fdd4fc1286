/**
 * float32 to float16, rounded to the nearest and to even in the middle, subnormal numbers included. Above 65519 the
 * answer is an infinity; NaN stays NaN.
 */
export function toFloat16(values: Float32Array): Uint16Array<ArrayBuffer> {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < words.length; i++) halves[i] = halfOf(words[i] as number);
  return halves;
}

/** IEEE 754: 1 sign, 8 exponent (bias 127) and 23 fraction bits become 1, 5 (bias 15) and 10. */
function halfOf(word: number): number {
  const sign = (word >>> 16) & 0x8000;
  const size = word & 0x7fffffff;
  if (size > 0x7f800000) return sign | 0x7e00;
  // From 65520 on, which is nearer to 65536 than to the largest half.
  if (size >= 0x477ff000) return sign | 0x7c00;
  // From the smallest normal half, 2⁻¹⁴, on: 13 bits of the fraction go, and the exponent's bias shrinks by 112.
  if (size >= 0x38800000) return sign | rounded(size - (112 << 23), 13);
  // Below 2⁻²⁵, and 2⁻²⁵ itself (the middle, and zero is even): zero.
  if (size <= 0x33000000) return sign;
  // Subnormal: units of 2⁻²⁴, with the leading one written out.
  return sign | rounded((size & 0x7fffff) | 0x800000, 126 - (size >>> 23));
}

/** `value / 2^bits` to the nearest whole number, to even in the middle. */
function rounded(value: number, bits: number): number {
  const half = (1 << (bits - 1)) - 1 + ((value >>> bits) & 1);
  return (value + half) >>> bits;
}

/** float16 to float32: exact. */
export function fromFloat16(halves: Uint16Array): Float32Array<ArrayBuffer> {
  return Float32Array.from(halves, (half) => {
    const exponent = (half >>> 10) & 0x1f;
    const fraction = half & 0x3ff;
    const sign = half & 0x8000 ? -1 : 1;
    if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
    return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
  });
}
