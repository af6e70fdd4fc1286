/**
 * Holds a Web Lock for as long as this worker lives: whoever waits for the same lock learns of its death at once, of which
 * no message tells. False where there are no locks.
 */
export async function holdLifeLock(name: string): Promise<boolean> {
  if (!navigator.locks) return false;
  return new Promise((resolve) => {
    void navigator.locks.request(name, () => {
      resolve(true);
      return new Promise(() => undefined);
    });
  });
}
