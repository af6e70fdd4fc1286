import { messageOf, TesseraError } from '../../base/errors.ts';
import { sizeText } from './size-text.ts';

/** What the browser gives Tessera of this device, all that it keeps taken together. */
export type StorageUsage = {
  readonly usedBytes: number;
  readonly quotaBytes: number;
  /** Whether the browser promised not to clear it when the device runs full. */
  readonly persisted: boolean;
};

/**
 * Zeros where the browser does not say. Chrome since 138 reports a quota of `usedBytes` and at most 10 GiB more, whatever
 * it will really give (https://chromestatus.com/feature/4977371751645184).
 */
export async function storageUsage(): Promise<StorageUsage> {
  try {
    const { usage = 0, quota = 0 } = await navigator.storage.estimate();
    return { usedBytes: usage, quotaBytes: quota, persisted: await navigator.storage.persisted() };
  } catch {
    return { usedBytes: 0, quotaBytes: 0, persisted: false };
  }
}

/**
 * Asks the browser not to clear what is kept when the device runs full; Firefox asks the person. For the page only: a
 * worker cannot ask. To be called when the person keeps a model, not before.
 */
export async function persistStorage(): Promise<boolean> {
  try {
    const storage: StorageManager & { readonly persist?: () => Promise<boolean> } = navigator.storage;
    return (await storage.persist?.()) ?? false;
  } catch {
    return false;
  }
}

/**
 * The error for whatever the platform's storage threw, with the numbers of the moment.
 *
 * @param wantedBytes what was to be kept
 */
export async function storageError(error: unknown, wantedBytes: number): Promise<TesseraError> {
  if (error instanceof TesseraError) return error;
  const { usedBytes, quotaBytes } = await storageUsage();
  const freeBytes = Math.max(0, quotaBytes - usedBytes);
  const details = { wantedBytes, usedBytes, quotaBytes, freeBytes };
  // A disk that is full makes itself felt under other names, too.
  if (isQuotaError(error) || (quotaBytes > 0 && freeBytes < wantedBytes)) {
    const why =
      freeBytes < wantedBytes
        ? `the browser gives Tessera ${sizeText(quotaBytes)} on this device, and ${sizeText(freeBytes)} of it are free`
        : `the browser stopped at it, though it reckons with ${sizeText(freeBytes)} for Tessera: the disk itself is probably full`;
    return new TesseraError(
      'storage-full',
      `There is no room for ${sizeText(wantedBytes)}: ${why}. Tessera uses ${sizeText(usedBytes)} already.`,
      'Delete models that you do not use, or make room on the device, then try again.',
      { reason: 'full', ...details },
      { cause: error },
    );
  }
  return new TesseraError(
    'storage-full',
    `The browser does not let Tessera keep ${sizeText(wantedBytes)} on this device (${messageOf(error)}).`,
    'Private windows often keep nothing: use an ordinary one, or allow storage for this site.',
    { reason: 'refused', ...details },
    { cause: error },
  );
}

function isQuotaError(error: unknown): boolean {
  return error instanceof Error && error.name === 'QuotaExceededError';
}
