/** How often an open page asks whether there is a new version. */
const UPDATE_CHECK_MS = 60 * 60 * 1000;

export type UpdateListener = {
  /** A new version is waiting. `apply` starts it and reloads the page once: call it only when no job runs. */
  onUpdateWaiting(apply: () => void): void;
};

/**
 * Registers the service worker of a production build. Resolves when one is active or when there cannot be one
 * (development, no support, not a secure context, registration refused): Tessera works without it. Never rejects.
 */
export async function registerServiceWorker(listener: UpdateListener): Promise<void> {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator) || !window.isSecureContext) return;
  try {
    const registration: ServiceWorkerRegistration | undefined = await navigator.serviceWorker.register(
      './service-worker.js',
      { scope: './' },
    );
    // What blocks service workers, as Playwright does, may resolve with nothing.
    if (!registration) return;
    watchForUpdate(registration, listener);
    checkRegularly(registration);
    await firstActivation(registration);
  } catch (error) {
    console.warn('Tessera will not work offline: the service worker could not be registered.', error);
  }
}

/** Tells the listener of a version that waits already, and of each that comes to wait later. */
function watchForUpdate(registration: ServiceWorkerRegistration, listener: UpdateListener): void {
  const tell = (waiting: ServiceWorker) => listener.onUpdateWaiting(() => applyUpdate(waiting));
  if (registration.waiting && registration.active) tell(registration.waiting);
  registration.addEventListener('updatefound', () => {
    const installing = registration.installing;
    installing?.addEventListener('statechange', () => {
      // Without an active one this is the first installation, not an update.
      if (installing.state === 'installed' && registration.active) tell(installing);
    });
  });
}

/** Lets the waiting version take over, then reloads once: only here, so that a claim never reloads a page. */
function applyUpdate(waiting: ServiceWorker): void {
  navigator.serviceWorker.addEventListener('controllerchange', () => window.location.reload(), {
    once: true,
  });
  waiting.postMessage({ type: 'SKIP_WAITING' });
}

/** Asks for a new version every hour and whenever the page is looked at again. */
function checkRegularly(registration: ServiceWorkerRegistration): void {
  // A failed check (no network) is not worth a word: the next one comes.
  const check = () => void registration.update().catch(() => undefined);
  window.setInterval(check, UPDATE_CHECK_MS);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') check();
  });
}

/** Resolves when a worker is active, or when the installing one gave up. */
function firstActivation(registration: ServiceWorkerRegistration): Promise<void> {
  const first = registration.installing;
  if (registration.active || !first) return Promise.resolve();
  return new Promise((resolve) => {
    first.addEventListener('statechange', () => {
      if (first.state === 'activated' || first.state === 'redundant') resolve();
    });
  });
}
