/**
 * What makes the second visit work without a network: the application itself is precached as one piece, and the
 * runtime and the models, which are large and of which one browser needs few, are kept when first used.
 */
import { clientsClaim } from 'workbox-core';
import {
  addPlugins,
  cleanupOutdatedCaches,
  createHandlerBoundToURL,
  matchPrecache,
  type PrecacheEntry,
  precacheAndRoute,
} from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';
import { RUNTIME_CACHE } from '../base/cache-names.ts';
import { RUNTIME_LIST_FILE, runtimeKey, staleUrls } from './runtime-files.ts';

declare const self: ServiceWorkerGlobalScope & { readonly __WB_MANIFEST: (PrecacheEntry | string)[] };

const scope = new URL(self.registration.scope);

// A host that cannot set headers still gives an isolated page, from the second visit on; without the second
// header a worker script from the cache is blocked by an isolated page.
addPlugins([{ handlerWillRespond: async ({ response }) => isolated(response) }]);
cleanupOutdatedCaches();
precacheAndRoute(self.__WB_MANIFEST);
// Any query (`?model=…`) is the same page.
registerRoute(
  new NavigationRoute(createHandlerBoundToURL('index.html'), { allowlist: [/\/(index\.html)?(\?|$)/] }),
);
registerRoute(
  ({ url, request }) => request.method === 'GET' && runtimeKey(url, scope) !== null,
  ({ request, event }) => keptOrFetched(request, event as ExtendableEvent),
);

// The first visit's fetches of runtime and models already pass through here.
clientsClaim();
self.addEventListener('activate', (event) => event.waitUntil(dropStale()));
// A new version waits until the person agrees: `skipWaiting` while a job runs would mix two builds.
self.addEventListener('message', (event) => {
  if (isSkipWaiting(event.data)) event.waitUntil(self.skipWaiting());
});

/** From the runtime cache, else from the network and then kept; a full or absent store never costs the answer. */
async function keptOrFetched(request: Request, event: ExtendableEvent): Promise<Response> {
  const cache = await caches.open(RUNTIME_CACHE).catch(() => null);
  const kept = await cache?.match(request, { ignoreVary: true }).catch(() => undefined);
  if (kept) return isolated(kept);
  const response = await fetch(request);
  // Only whole answers of our own origin: neither 206 nor opaque ones.
  if (cache && response.status === 200 && response.type === 'basic') {
    const copy = response.clone();
    event.waitUntil(cache.put(request, copy).catch(() => undefined));
  }
  return isolated(response);
}

/** The response with the headers of cross-origin isolation, unless it has them or cannot carry any. */
function isolated(response: Response): Response {
  if (response.type === 'opaque' || response.status === 0) return response;
  if (response.headers.get('Cross-Origin-Embedder-Policy')) return response;
  const headers = new Headers(response.headers);
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp');
  headers.set('Cross-Origin-Resource-Policy', 'same-origin');
  const { status, statusText } = response;
  return new Response(response.body, { status, statusText, headers });
}

/** Deletes what an older build kept. Reads the list of this build from the precache, so it needs no network. */
async function dropStale(): Promise<void> {
  const list = await matchPrecache(RUNTIME_LIST_FILE);
  // Without the list nothing is known to be stale, and what is kept may be needed offline.
  if (!list) return;
  const listed = (await list.json()) as readonly string[];
  const cache = await caches.open(RUNTIME_CACHE);
  const urls = (await cache.keys()).map((request) => request.url);
  await Promise.all(staleUrls(urls, scope, listed).map((url) => cache.delete(url, { ignoreVary: true })));
}

function isSkipWaiting(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === 'SKIP_WAITING';
}
