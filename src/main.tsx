import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { defined } from './base/assert.ts';
import { messageOf } from './base/errors.ts';
import { CATALOG_PATH, loadCatalog } from './models/catalog.ts';
import type { Catalog } from './models/descriptor.ts';
import { type LibraryModel, listModels } from './models/library/library.ts';
import { REGISTRY_PATH } from './models/registry.ts';
import { installPageApi } from './page-api.ts';
import { watchInstallPrompt } from './pwa/install.ts';
import { registerServiceWorker } from './pwa/registration.ts';
import { createPictures } from './state/pictures.ts';
import { type App as AppObject, createAppStore } from './state/store.ts';
import { App } from './ui/app.tsx';
import { FailureBoundary, PageFailure } from './ui/page-failure.tsx';
import { createUpscaleClient } from './worker/client.ts';
import { createModelsClient } from './worker/models-client.ts';
import type { UpscalePort } from './worker/protocol.ts';

const catalogUrl = new URL(CATALOG_PATH, document.baseURI).href;
const port = createUpscaleClient(catalogUrl);
const models = createModelsClient({
  catalog: catalogUrl,
  registry: new URL(REGISTRY_PATH, document.baseURI).href,
});
installPageApi(port, models);
const root = createRoot(defined(document.getElementById('root'), 'the root element'));
Promise.all([loadCatalog(catalogUrl), listModels()]).then(
  ([catalog, library]) => startPage(catalog, library),
  (error: unknown) => root.render(<PageFailure heading="Tessera could not start" error={error} />),
);

function startPage(catalog: Catalog, library: readonly LibraryModel[]): void {
  const app = createAppStore({
    port,
    models,
    catalog,
    library,
    storage: deviceStorage(),
    address: {
      search: () => location.search,
      fragment: () => location.hash,
      replaceSearch: (search) => {
        const fragment = location.hash.startsWith('#sha256=') ? '' : location.hash;
        history.replaceState(history.state, '', location.pathname + search + fragment);
      },
    },
    pictures: createPictures(),
    now: () => performance.now(),
    previewSidePx: () => Math.ceil(Math.max(screen.width, screen.height) * devicePixelRatio),
  });
  root.render(
    <StrictMode>
      <FailureBoundary>
        <App app={app} />
      </FailureBoundary>
    </StrictMode>,
  );
  watchInstallPrompt((prompt) => app.actions.tell({ install: prompt }));
  void prepareOffline(app, catalog, port);
}

/** Keeps what upscaling without a network needs, when nothing else wants the time and the person pays no extra for data. */
async function prepareOffline(app: AppObject, catalog: Catalog, upscaler: UpscalePort): Promise<void> {
  await registerServiceWorker({ onUpdateWaiting: (apply) => app.actions.tell({ applyUpdate: apply }) });
  if (savesData()) return;
  await idle();
  try {
    await upscaler.prepareOffline(catalog.models);
    app.actions.tell({ offline: { kind: 'ready' } });
  } catch (error) {
    app.actions.tell({ offline: { kind: 'failed', message: messageOf(error) } });
  }
}

/** Chromium's wish to save data; no library of types has it. */
function savesData(): boolean {
  const { connection } = navigator as Navigator & { readonly connection?: { readonly saveData?: boolean } };
  return connection?.saveData === true;
}

function idle(): Promise<void> {
  return new Promise((resolve) => {
    // Safari has no idle callbacks.
    if ('requestIdleCallback' in window) requestIdleCallback(() => resolve(), { timeout: 5000 });
    else setTimeout(resolve, 1000);
  });
}

/** Reading `localStorage` itself throws where storage is forbidden: settings then live as long as the page. */
function deviceStorage(): Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> {
  try {
    return localStorage;
  } catch {
    return { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };
  }
}
