/**
 * Gives an array's memory back at once; the array is empty afterwards. Megabytes that come and go with every tile would
 * otherwise call for a collection of all garbage time and again, and stay until then. Without effect in browsers before
 * 2024, which collect them.
 */
export function letGo({ buffer }: { readonly buffer: ArrayBufferLike }): void {
  if (buffer instanceof ArrayBuffer) (buffer as Partial<ArrayBuffer>).transfer?.(0);
}
