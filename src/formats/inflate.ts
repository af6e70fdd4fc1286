/** Enough for the tags of every matrix profile; a longer one has tables, which sRGB has not. */
const MAX_INFLATED_BYTES = 256 * 1024;

/** The first `MAX_INFLATED_BYTES` of zlib data, so that a packed bomb stays harmless; empty when it is damaged. */
export async function inflateStart(zlib: Uint8Array): Promise<Uint8Array> {
  const inflated = new Uint8Array(MAX_INFLATED_BYTES);
  let length = 0;
  const reader = new Blob([zlib.slice()])
    .stream()
    .pipeThrough(new DecompressionStream('deflate'))
    .getReader();
  try {
    while (length < MAX_INFLATED_BYTES) {
      const { done, value } = await reader.read();
      if (done) break;
      const part = value.subarray(0, MAX_INFLATED_BYTES - length);
      inflated.set(part, length);
      length += part.length;
    }
    await reader.cancel();
  } catch {
    return new Uint8Array(0);
  }
  return inflated.subarray(0, length);
}
