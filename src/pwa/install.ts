/** Chromium's event for an installable page; no library of types has it. */
type BeforeInstallPromptEvent = Event & { prompt(): Promise<unknown> };

/**
 * Calls back when the browser would install Tessera, with a function that opens its dialog: the page offers it as a
 * quiet menu item. The function works once, for so does the browser's event. Firefox and Safari never call.
 */
export function watchInstallPrompt(onAvailable: (prompt: () => Promise<void>) => void): void {
  window.addEventListener('beforeinstallprompt', (event) => {
    // Else some browsers show a banner of their own.
    event.preventDefault();
    onAvailable(async () => {
      await (event as BeforeInstallPromptEvent).prompt();
    });
  });
}
