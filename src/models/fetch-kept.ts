import { RUNTIME_CACHE } from '../base/cache-names.ts';

/** Called as bytes arrive; `totalBytes` is 0 where the server does not say. */
export type DownloadProgress = (loadedBytes: number, totalBytes: number) => void;

/**
 * The bytes at `url`, from the cache that keeps what working offline needs, or from the network and then kept there.
 * A cache that is missing or full is no error: the bytes come from the network and `onNotKept` is told.
 * Rejects as `fetch` does, or with an `Error` that names the HTTP status.
 */
export async function fetchKept(
  url: string,
  onProgress: DownloadProgress,
  onNotKept: (reason: unknown) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const kept = await openCache();
  const hit = await kept?.match(url);
  if (hit) return new Uint8Array(await hit.arrayBuffer());
  const response = await fetchFile(url);
  const bytes = await readAll(response.clone(), onProgress);
  await kept?.put(url, response).catch(onNotKept);
  return bytes;
}

/** Puts what is at `url` into the same cache, unless it is there. */
export async function keep(url: string): Promise<void> {
  const kept = await openCache();
  if (!kept || (await kept.match(url))) return;
  await kept.put(url, await fetchFile(url));
}

/** Takes `url` out of the cache again: its bytes turned out to be bad. */
export async function forget(url: string): Promise<void> {
  const kept = await openCache();
  await kept?.delete(url);
}

/** A sign-in page or a single-page host answers any address with a page, which must not be kept as the file. */
async function fetchFile(url: string): Promise<Response> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`the server answered ${response.status} ${response.statusText}`.trim());
  if (response.headers.get('content-type')?.startsWith('text/html')) {
    throw new Error('the server answered a web page in place of the file');
  }
  return response;
}

/** Null where the browser gives no cache: insecure origin, some private windows. */
async function openCache(): Promise<Cache | null> {
  try {
    return await caches.open(RUNTIME_CACHE);
  } catch {
    return null;
  }
}

async function readAll(response: Response, onProgress: DownloadProgress): Promise<Uint8Array<ArrayBuffer>> {
  const total = Number(response.headers.get('content-length') ?? 0);
  if (!response.body) return new Uint8Array(await response.arrayBuffer());
  const chunks: Uint8Array[] = [];
  let loaded = 0;
  // By a reader: Safari's streams cannot be iterated.
  const reader = response.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    chunks.push(part.value);
    loaded += part.value.length;
    onProgress(loaded, Math.max(total, loaded));
  }
  const bytes = new Uint8Array(loaded);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
