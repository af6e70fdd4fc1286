/** Where a key takes the divider; null where the key is not one of its own. */
export function splitAfterKey(key: string, shift: boolean, split: number): number | null {
  const step = shift ? 0.1 : 0.01;
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return between01(split - step);
    case 'ArrowRight':
    case 'ArrowUp':
      return between01(split + step);
    case 'PageDown':
      return between01(split - 0.1);
    case 'PageUp':
      return between01(split + 0.1);
    case 'Home':
      return 0;
    case 'End':
      return 1;
    default:
      return null;
  }
}

/** The nearest number from 0 to 1. */
export function between01(value: number): number {
  return Math.min(1, Math.max(0, value));
}
