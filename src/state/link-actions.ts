import type { StoreApi } from 'zustand/vanilla';
import { TesseraError, toWire, type WireError } from '../base/errors.ts';
import { shownText } from '../base/shown-text.ts';
import type { CatalogOffer } from '../models/offer.ts';
import type {
  DownloadRequest,
  GivenFile,
  LibraryModel,
  ModelsPort,
  RegistryEntry,
} from '../worker/models-protocol.ts';
import { ignored, type PageAddress } from './address.ts';
import { whenAtRest } from './at-rest.ts';
import { type LinkedFile, type LinkedModel, type ModelLink, readLink, withIds } from './link.ts';
import { modelFault } from './model-fault.ts';
import type { ModelActions } from './models.ts';
import { withNotice } from './notices.ts';
import { chosenModel, SETTINGS, type Settings } from './settings.ts';
import type { AppState } from './store.ts';

/** What a person is told of a model before anybody is asked for it. */
export type AskedModel = {
  readonly name: string;
  readonly hosts: readonly string[];
  readonly files: readonly (LinkedFile & { readonly name: string; readonly bytes: number | null })[];
  /** Empty where it is not known. */
  readonly author: string;
  /** SPDX identifier; empty where it is not known. */
  readonly licence: string;
};

type PendingLink = {
  readonly link: ModelLink;
  /** As it stood in the address; it is judged by the model. */
  readonly scale: string | null;
  /** What is not here yet. */
  readonly models: readonly AskedModel[];
};

/** The link that the page was opened with, as far as its models are not here. */
export type LinkState =
  | { readonly kind: 'none' }
  | (PendingLink & { readonly kind: 'asking' | 'arriving' })
  | (PendingLink & { readonly kind: 'failed'; readonly error: WireError });

export type LinkActions = {
  /** Downloads what the link names, and chooses it. */
  readonly agreeToLink: () => Promise<void>;
  /** Leaves the link: the page goes on with the model that it had. */
  readonly leaveLink: () => void;
};

/** The model of the library that is made of these very files; null also where a hash is not known. */
export function modelHere(files: LinkedModel, library: readonly LibraryModel[]): LibraryModel | null {
  const isPartOf = ({ origin }: LibraryModel) =>
    files.every(({ sha256 }) => sha256 !== null && origin.files.some((file) => file.sha256 === sha256));
  return library.find(isPartOf) ?? null;
}

/** What the page was opened with. */
export type OpenedAddress = {
  /** With ids of models that are here in the place of their files. */
  readonly search: string;
  readonly link: LinkState;
  /** Why a link is not followed, in one or two sentences; null where it is, or there is none. */
  readonly problem: string | null;
};

/** What the address asks for: models that are here are used at once, the others are asked for. */
export function openAddress(
  address: PageAddress,
  { catalog, own }: Pick<AppState, 'catalog' | 'own'>,
): OpenedAddress {
  const search = address.search();
  const reading = readLink(search, address.fragment());
  const none: LinkState = { kind: 'none' };
  if (reading.kind === 'none') return { search, link: none, problem: null };
  if (reading.kind === 'refused') return { search, link: none, problem: reading.problem };
  const { link } = reading;
  const fault = modelFault(link.recipe, catalog.models, link.models.length);
  if (fault !== null)
    return { search, link: none, problem: shownText(`The link was not followed: ${fault}.`) };
  const here = link.models.map((files) => modelHere(files, own.list));
  if (here.every((model) => model !== null)) {
    const recipe = withIds(
      link,
      here.map(({ id }) => id),
    );
    return { search: withModel(search, recipe), link: none, problem: null };
  }
  const missing = link.models.filter((_, i) => here[i] === null);
  const models = missing.map((files) => asked(files, catalog.offers));
  const scale = new URLSearchParams(search).get('scale');
  return { search, link: { kind: 'asking', link, scale, models }, problem: null };
}

function withModel(search: string, recipe: string): string {
  const rest = search
    .replace(/^\?/, '')
    .split('&')
    .filter((part) => !/^(?:model|file|sha256)=/.test(part));
  return `?${[`model=${recipe}`, ...rest].join('&')}`;
}

/** The verbs of a link, bound to one store. What is on public record is looked up at once, without asking any other host. */
export function createLinkActions(
  port: ModelsPort,
  store: StoreApi<AppState>,
  models: Pick<ModelActions, 'download' | 'dismissArrival'>,
  choose: (changes: Partial<Settings>) => void,
): LinkActions {
  void lookUp(port, store);

  function fail(error: WireError): void {
    const { link } = store.getState();
    models.dismissArrival();
    if (link.kind === 'arriving') store.setState({ link: { ...link, kind: 'failed', error } });
  }

  /** The id of the model once it is here; null where it did not come. */
  async function bring(model: AskedModel): Promise<string | null> {
    const here = modelHere(model.files, store.getState().own.list);
    if (here) return here.id;
    const outcome = await models.download(requestOf(model));
    if (outcome.kind === 'added') return outcome.model.id;
    if (outcome.kind === 'failed') fail(outcome.error);
    if (outcome.kind === 'unpacked') fail(toWire(notOne(model, outcome.files)));
    return null;
  }

  return {
    async agreeToLink() {
      const { link: state } = store.getState();
      if (state.kind !== 'asking' && state.kind !== 'failed') return;
      const { link, scale, models: wanted } = state;
      store.setState({ link: { kind: 'arriving', link, scale, models: wanted } });
      const brought = new Map<string, string>();
      for (const model of wanted) {
        const id = await bring(model);
        if (id === null) return leaveUnlessFailed(store, choose);
        brought.set(keyOf(model.files), id);
      }
      const { list } = store.getState().own;
      const ids = link.models.map((files) => brought.get(keyOf(files)) ?? modelHere(files, list)?.id ?? '');
      whenAtRest(store, () => {
        store.setState({ link: { kind: 'none' } });
        choose({ model: withIds(link, ids), scale: null });
        if (scale !== null) chooseScale(store, choose, scale);
      });
    },
    leaveLink() {
      if (store.getState().link.kind === 'arriving') return;
      store.setState({ link: { kind: 'none' } });
      choose({});
    },
  };
}

/** What the link's model allows; what it does not is said. */
function chooseScale(
  store: StoreApi<AppState>,
  choose: (changes: Partial<Settings>) => void,
  text: string,
): void {
  const { catalog, settings } = store.getState();
  const model = chosenModel(settings, catalog);
  const scale = SETTINGS.scale.parse(text, { catalog, model });
  if (scale !== undefined) {
    choose({ scale });
    return;
  }
  const lines = [ignored('scale', text, SETTINGS.scale.fault(text, { catalog, model }))];
  store.setState(({ notices }) => ({
    notices: withNotice(notices, { topic: 'address', tone: 'note', lines }),
  }));
}

/** A cancelled download is the person's "not now". */
function leaveUnlessFailed(store: StoreApi<AppState>, choose: (changes: Partial<Settings>) => void): void {
  if (store.getState().link.kind !== 'arriving') return;
  store.setState({ link: { kind: 'none' } });
  choose({});
}

async function lookUp(port: ModelsPort, store: StoreApi<AppState>): Promise<void> {
  const { link } = store.getState();
  if (link.kind !== 'asking') return;
  const found = await Promise.all(link.models.map((model) => onRecord(port, model)));
  const now = store.getState().link;
  if (now.kind === 'asking') store.setState({ link: { ...now, models: found } });
}

async function onRecord(port: ModelsPort, model: AskedModel): Promise<AskedModel> {
  const hash = model.files.find(({ sha256 }) => sha256 !== null)?.sha256;
  if (model.licence !== '' || !hash) return model;
  const entry = await port.recognise(hash).catch(() => null);
  return entry ? withRecord(model, entry) : model;
}

function withRecord(model: AskedModel, { name, author, licence, files }: RegistryEntry): AskedModel {
  const bytesOf = (sha256: string | null) =>
    files.find(({ sha256Start }) => sha256?.startsWith(sha256Start))?.bytes ?? null;
  return {
    ...model,
    name,
    author,
    licence,
    files: model.files.map((file) => ({ ...file, bytes: bytesOf(file.sha256) })),
  };
}

function asked(files: LinkedModel, offers: readonly CatalogOffer[]): AskedModel {
  const isOffered = ({ files: offered }: CatalogOffer) =>
    files.every(({ sha256 }) => sha256 !== null && offered.some((file) => file.sha256 === sha256));
  const offer = offers.find(isOffered);
  const named = files.map((file) => {
    const bytes = offer?.files.find(({ sha256 }) => sha256 === file.sha256)?.bytes ?? null;
    return { ...file, bytes, name: fileName(file.url) };
  });
  return {
    name: offer?.name ?? (named[0]?.name ?? '').replace(/\.[a-z]+$/i, ''),
    hosts: [...new Set(files.map(({ url }) => new URL(url).host))],
    files: named,
    author: offer?.author ?? '',
    licence: offer?.licence ?? '',
  };
}

function fileName(url: string): string {
  const { pathname, host } = new URL(url);
  const last = pathname.split('/').at(-1) || host;
  try {
    return shownText(decodeURIComponent(last));
  } catch {
    return last;
  }
}

function requestOf({ name, author, licence, files }: AskedModel): DownloadRequest {
  return {
    name,
    author,
    licence,
    source: files.map(({ url }) => url).join(','),
    files: files.map(({ url, bytes, sha256 }) => ({ url, bytes, sha256 })),
  };
}

function keyOf(files: LinkedModel): string {
  return files.map(({ url }) => url).join(',');
}

function notOne({ name, files }: AskedModel, inside: readonly GivenFile[]): TesseraError {
  const [file, another] = inside;
  if (file && !another && files.length === 1)
    return new TesseraError(
      'model-unsupported',
      `“${file.name}” is half of an ncnn model, and the link names no other half.`,
      'Ask whoever gave you the link for one that names its .param and its .bin; or get both and drop them here.',
    );
  return new TesseraError(
    'model-unsupported',
    `“${files[0]?.name ?? name}” holds not one model but ${inside.length} files: ${listed(inside)}.`,
    'Download it yourself and drop it here: all of its models are brought in then.',
    { files: inside.length },
  );
}

function listed(files: readonly GivenFile[]): string {
  const MOST = 4;
  const names = files.slice(0, MOST).map(({ name }) => name.slice(0, 60));
  return [...names, ...(files.length > MOST ? ['…'] : [])].join(', ');
}
