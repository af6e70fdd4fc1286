/** Names of the Web Locks that keep the tabs of this browser from each other's files. */
export const modelLock = (sha256: string): string => `tessera-model-${sha256}`;
export const partLock = (sha256: string): string => `tessera-part-${sha256}`;

/** Runs `work` when the lock is free, `otherwise` at once when it is not. */
export function whenFree<T>(
  name: string,
  work: () => Promise<T>,
  otherwise: () => T | Promise<T>,
): Promise<T> {
  return navigator.locks.request(name, { ifAvailable: true }, (lock) => (lock ? work() : otherwise()));
}
