import { createStore, type StoreApi } from 'zustand/vanilla';
import type { WireError } from '../base/errors.ts';
import { shownText } from '../base/shown-text.ts';
import type { Catalog } from '../models/descriptor.ts';
import type { GivenFile, LibraryModel, ModelsPort } from '../worker/models-protocol.ts';
import type { Environment, UpscalePort } from '../worker/protocol.ts';
import { type PageAddress, searchFor, settingsFromAddress } from './address.ts';
import { carriedModel } from './carried-model.ts';
import { type CompareActions, type Comparison, createCompareActions } from './compare.ts';
import { type DeviceStorage, storedRates, storedSettings, storeSettings } from './device-storage.ts';
import type { Rates } from './estimate.ts';
import type { JobState } from './job.ts';
import { createJobActions, type JobActions } from './job-actions.ts';
import { createLearnedActions, type Learned, type LearnedActions, NOTHING_ASKED } from './learned.ts';
import { linkParts } from './link.ts';
import { createLinkActions, type LinkActions, type LinkState, openAddress } from './link-actions.ts';
import { createModelActions, type ModelActions, type OwnModels, ownModels, withOwn } from './models.ts';
import { type Notice, type NoticeTopic, withNotice, withoutTopic } from './notices.ts';
import type { Pictures } from './pictures.ts';
import { watchRecipe } from './recipe-check.ts';
import { consistent, type Settings } from './settings.ts';

/** Whether the page would work without a network. */
export type OfflineState =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly message: string };

/** All that the page shows, as plain data. Pixels, files and URLs are behind tickets of `Pictures`. */
export type AppState = {
  /** What is built in and what is offered; its `models` hold the person's own, too. */
  readonly catalog: Catalog;
  readonly own: OwnModels;
  readonly link: LinkState;
  readonly comparison: Comparison;
  readonly settings: Settings;
  /** Why the models of the chosen recipe do not go together; null where they do, or nobody knows yet. */
  readonly recipeProblem: WireError | null;
  readonly job: JobState;
  /** Null until the worker has answered. */
  readonly environment: Environment | null;
  /** Why the worker could not say what runs here; null where it could. */
  readonly environmentProblem: string | null;
  readonly rates: Rates;
  readonly learned: Learned;
  readonly notices: readonly Notice[];
  readonly offline: OfflineState;
  /** Puts the waiting version in place; null where none waits. */
  readonly applyUpdate: (() => void) | null;
  /** Shows the browser's install prompt; null where it has none to show. */
  readonly install: (() => Promise<void>) | null;
};

/** What the composition root gives; tests give fakes. */
export type AppDeps = {
  readonly port: UpscalePort;
  readonly models: ModelsPort;
  /** As it is shipped. */
  readonly catalog: Catalog;
  /** What the library holds when the page begins. */
  readonly library: readonly LibraryModel[];
  readonly storage: DeviceStorage;
  readonly address: PageAddress;
  readonly pictures: Pictures;
  /** Milliseconds on a clock that never goes back. */
  readonly now: () => number;
  /** Longest side, in device pixels, that a preview can use on this screen. */
  readonly previewSidePx: () => number;
};

/** What a person, or the composition root, can make happen. */
export type AppActions = JobActions &
  CompareActions &
  LearnedActions &
  LinkActions &
  ModelActions & {
    /** Changes settings, and with them the address and what the device remembers. */
    readonly choose: (changes: Partial<Settings>) => void;
    /** Takes files that were dropped, pasted or chosen: models into the library, the first picture onto the page. */
    readonly take: (files: readonly GivenFile[]) => Promise<void>;
    readonly notify: (notice: Notice) => void;
    readonly dismiss: (topic: NoticeTopic) => void;
    readonly tell: (facts: Partial<Pick<AppState, 'offline' | 'applyUpdate' | 'install'>>) => void;
  };

/** The page's memory, its verbs and the owner of its pixels. */
export type App = {
  readonly store: StoreApi<AppState>;
  readonly actions: AppActions;
  readonly pictures: Pictures;
};

/** Makes the one store of the page: device memory first, then the address, which beats it. */
export function createAppStore(deps: AppDeps): App {
  const store = createStore<AppState>(() => initialState(deps));
  const { address, storage, pictures } = deps;
  keepInStep(address, store.getState());
  void askEnvironment(deps.port, store);
  watchRecipe(deps.models, store);

  function choose(changes: Partial<Settings>): void {
    const before = store.getState();
    const settings = consistent({ ...before.settings, ...changes }, before.catalog);
    store.setState({ settings });
    storeSettings(storage, settings);
    keepInStep(address, store.getState());
  }
  const job = createJobActions(deps, store);
  const models = createModelActions(deps.models, store, choose);
  async function take(given: readonly GivenFile[]): Promise<void> {
    // What was said of earlier files would be taken for a word on these.
    models.forgetFailures();
    store.setState(({ notices }) => ({ notices: withoutTopic(notices, 'picture') }));
    const files = given.map(({ name, blob }) => ({ name: shownText(name), blob }));
    // What the system calls a picture need not be looked at twice.
    const isPicture = files.every(({ blob }) => blob.type.startsWith('image/'));
    const pictures = isPicture ? files : await models.takeModels(files);
    const [first] = pictures;
    if (!first) return;
    await job.open(first.blob, first.name);
    if (pictures.length === 1) return;
    const lines = [`Tessera opened the first of ${pictures.length} files. It takes one at a time.`];
    store.setState((state) => ({
      notices: withNotice(state.notices, { topic: 'picture', tone: 'note', lines }),
    }));
  }
  const actions: AppActions = {
    ...job,
    ...createCompareActions(deps, store),
    ...createLearnedActions(deps.port, store),
    ...models,
    ...createLinkActions(deps.models, store, models, choose),
    start() {
      // Said and read: it would stand over the picture that fills in.
      if (store.getState().own.arrival.kind === 'added') models.dismissArrival();
      job.start();
    },
    take,
    choose,
    notify: (notice) => store.setState((state) => ({ notices: withNotice(state.notices, notice) })),
    dismiss: (topic) => store.setState((state) => ({ notices: withoutTopic(state.notices, topic) })),
    tell: (facts) => store.setState(facts),
  };
  return { store, actions, pictures };
}

/** Safari refuses more than a hundred replacements in half a minute, and a slider makes that many. */
function keepInStep(address: PageAddress, state: AppState): void {
  const before = address.search();
  const after = searchFor(before, state.settings, modelParts(state));
  if (after !== before) address.replaceSearch(after);
}

/** How the address names the model: where it can be had, so that the address is a link for others, too. */
function modelParts({ link, settings, own, catalog }: AppState): readonly (readonly [string, string])[] {
  if (link.kind !== 'none') return [...linkParts(link.link), ['scale', link.scale ?? '']];
  if (settings.model === null) return [];
  return carriedModel(settings.model, own.list, catalog.offers).parts ?? [];
}

function initialState({ catalog: shipped, library, storage, address }: AppDeps): AppState {
  const catalog = withOwn(shipped, library);
  const own = ownModels(library);
  const stored = storedSettings(storage, catalog);
  const { search, link, problem } = openAddress(address, { catalog, own });
  const isJudgedLater = link.kind !== 'none' || problem !== null;
  const except = isJudgedLater ? (['model', 'scale'] as const) : [];
  const { settings, problems } = settingsFromAddress(search, stored, catalog, except);
  const lines = problem === null ? problems : [problem, ...problems];
  return {
    catalog,
    own,
    link,
    comparison: null,
    settings,
    recipeProblem: null,
    job: { kind: 'idle' },
    environment: null,
    environmentProblem: null,
    rates: storedRates(storage),
    learned: NOTHING_ASKED,
    notices: lines.length > 0 ? [{ topic: 'address', tone: 'note', lines }] : [],
    offline: { kind: 'unknown' },
    applyUpdate: null,
    install: null,
  };
}

async function askEnvironment(port: UpscalePort, store: StoreApi<AppState>): Promise<void> {
  try {
    store.setState({ environment: await port.environment() });
  } catch (error) {
    store.setState({ environmentProblem: error instanceof Error ? error.message : String(error) });
  }
}
