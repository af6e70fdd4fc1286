import { messageOf } from '../base/errors.ts';
import { CATALOG_PATH, loadCatalog } from '../models/catalog.ts';
import type { Backend } from '../worker/protocol.ts';
import { BenchJobs } from './bench-jobs.ts';
import { chosenSearch, offerChoice, showBeside } from './choice-form.ts';
import { isOwnPath, type Request, readRequest } from './options.ts';
import { element, showResult, showState } from './page-view.ts';
import type { BenchResult } from './result.ts';
import { runSuite } from './suite.ts';
import { endLine, markdownOf } from './tables.ts';

/** What a run ends with. */
export type BenchEnd =
  | { readonly result: BenchResult; readonly markdown: string }
  | { readonly problem: string };

/** What a server gets that asked for it: after each case what is known by then, and in the end all of it. */
export type Posted = BenchEnd | { readonly result: BenchResult; readonly unfinished: true };

declare global {
  /** The end of the run that the page began by itself; never rejects. For scripts that drive the page. */
  var tesseraBench: Promise<BenchEnd>;
}

const catalogUrl = new URL(CATALOG_PATH, document.baseURI).href;
const places = { catalogUrl, pendingGlueUrl: new URL('bench/pending-glue.mjs', document.baseURI).href };
const form = element('choice', HTMLFormElement);
const start = element('start', HTMLButtonElement);
const stop = element('stop', HTMLButtonElement);
let last: BenchResult | null = null;

globalThis.tesseraBench = begin();
form.addEventListener('submit', (event) => {
  event.preventDefault();
  void runChosen();
});
offerCopies();

/** Sets the page up as its address says, and runs where that is asked for. */
async function begin(): Promise<BenchEnd> {
  try {
    const request = readRequest(location.search, await defaultBackend());
    offerChoice({ preset: request.preset, backends: request.options.backends });
    showBeside(location.search);
    return request.auto ? await runAndSend(request) : { problem: 'The page waits for a person.' };
  } catch (error) {
    offerChoice({ preset: 'quick', backends: ['wasm'] });
    showState(messageOf(error), null);
    const end = { problem: messageOf(error) };
    // Also of an address that cannot be obeyed: whoever waits is told at once.
    const post = new URLSearchParams(location.search).get('post');
    if (post !== null && isOwnPath(post)) await send(post, end).catch(() => undefined);
    return end;
  }
}

/** What the form says, and the address beside it. */
async function runChosen(): Promise<void> {
  try {
    await runAndSend(readRequest(chosenSearch(location.search), 'wasm'));
  } catch (error) {
    showState(messageOf(error), null);
  }
}

async function runAndSend(request: Request): Promise<BenchEnd> {
  const end = await run(request);
  if (request.post !== null) await send(request.post, end);
  return end;
}

async function defaultBackend(): Promise<Backend> {
  const jobs = new BenchJobs(catalogUrl);
  try {
    return (await jobs.port.environment()).defaultBackend;
  } finally {
    jobs.end();
  }
}

async function run({ options, machine, post }: Request): Promise<BenchEnd> {
  const abort = new AbortController();
  const onStop = () => abort.abort(new Error('Stopped.'));
  stop.addEventListener('click', onStop);
  start.disabled = true;
  stop.hidden = false;
  try {
    const catalog = await loadCatalog(catalogUrl);
    const result = await runSuite({
      ...{ options, machine, catalog, places, signal: abort.signal },
      tell: (what, part) => showState(what, part),
      onCase: async (soFar) => {
        showResult(soFar);
        if (post !== null) await send(post, { result: soFar, unfinished: true });
      },
    });
    last = result;
    showResult(result);
    showState(endLine(result), null);
    return { result, markdown: markdownOf(result) };
  } catch (error) {
    showState(messageOf(error), null);
    return { problem: messageOf(error) };
  } finally {
    stop.removeEventListener('click', onStop);
    start.disabled = false;
    stop.hidden = true;
  }
}

async function send(path: string, posted: Posted): Promise<void> {
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(posted) });
  if (!response.ok) throw new Error(`The server took no result: it answered ${response.status}.`);
}

function offerCopies(): void {
  const copied = element('copied', HTMLParagraphElement);
  const offer = (id: string, text: (result: BenchResult) => string) => {
    element(id, HTMLButtonElement).addEventListener('click', async () => {
      if (!last) return;
      try {
        await navigator.clipboard.writeText(text(last));
        copied.textContent = 'Copied.';
      } catch (error) {
        copied.textContent = `The browser did not copy it: ${messageOf(error)}`;
      }
    });
  };
  offer('copy-markdown', markdownOf);
  offer('copy-json', (result) => `${JSON.stringify(result, null, 2)}\n`);
}
