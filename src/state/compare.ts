import type { StoreApi } from 'zustand/vanilla';
import { toWire, type WireError } from '../base/errors.ts';
import type { JobHandle } from '../worker/protocol.ts';
import { type Picture, pictureOf } from './job.ts';
import type { Region } from './pictures.ts';
import { recipeModel } from './recipe-model.ts';
import type { Ticket } from './registry.ts';
import { optionsOf } from './settings.ts';
import type { AppDeps, AppState } from './store.ts';

/** What one model made of the region. */
export type Sample = {
  /** A recipe. */
  readonly model: string;
  readonly made:
    | { readonly kind: 'waiting' | 'running' }
    /** `ms` is the time of its tiles: what is loaded once does not tell models apart. */
    | { readonly kind: 'done'; readonly bitmap: Ticket; readonly ms: number }
    | { readonly kind: 'failed'; readonly error: WireError };
};

/** The same region of the picture, made by several models; null where nothing was compared yet. */
export type Comparison = { readonly region: Region; readonly samples: readonly Sample[] } | null;

/** Longest side of the region, in source pixels. */
export const REGION_SIDE_PX = 256;

export type CompareActions = {
  /** Runs the models on the region, one after the other; what was compared before is put away. */
  readonly compare: (region: Region, models: readonly string[]) => Promise<void>;
  /** Cancels what runs and puts everything away. */
  readonly endComparison: () => void;
};

/** The square in the middle, as large as is allowed. */
export function middleRegion({ inspection: { width, height } }: Picture): Region {
  const size = { width: Math.min(REGION_SIDE_PX, width), height: Math.min(REGION_SIDE_PX, height) };
  return {
    x: Math.floor((width - size.width) / 2),
    y: Math.floor((height - size.height) / 2),
    ...size,
  };
}

/** `region` moved by whole source pixels, as far as the picture goes. */
export function movedRegion(region: Region, dx: number, dy: number, { inspection }: Picture): Region {
  const within = (value: number, most: number) => Math.min(Math.max(Math.round(value), 0), most);
  return {
    ...region,
    x: within(region.x + dx, inspection.width - region.width),
    y: within(region.y + dy, inspection.height - region.height),
  };
}

/** The verbs of comparing, bound to one store. */
export function createCompareActions(deps: AppDeps, store: StoreApi<AppState>): CompareActions {
  let handle: JobHandle | null = null;
  /** Ends when the last job has: one that is cancelled takes a moment. */
  let last: Promise<unknown> = Promise.resolve();
  /** A comparison that is not the newest has ended. */
  let turn = 0;

  function put(index: number, made: Sample['made']): void {
    store.setState(({ comparison }) => ({
      comparison: comparison && {
        ...comparison,
        samples: comparison.samples.map((sample, i) => (i === index ? { ...sample, made } : sample)),
      },
    }));
  }

  function endComparison(): void {
    turn++;
    handle?.cancel();
    handle = null;
    const { comparison } = store.getState();
    store.setState({ comparison: null });
    for (const { made } of comparison?.samples ?? []) {
      if (made.kind === 'done') deps.pictures.samples.release(made.bitmap);
    }
  }

  async function make(file: Blob, model: string, isOurs: () => boolean): Promise<Sample['made'] | null> {
    const { settings, catalog } = store.getState();
    const scale = recipeModel(model, catalog)?.scale ?? 1;
    const options = optionsOf({ ...settings, model, scale, format: 'png' }, catalog);
    handle = deps.port.start({ file, name: 'region.png', options, previewSidePx: 0 }, (event) => {
      if (event.kind === 'rows') event.preview.close();
    });
    last = handle.outcome.catch(() => undefined);
    const outcome = await handle.outcome;
    if (outcome.kind === 'done') outcome.picture.close();
    if (!isOurs() || outcome.kind === 'cancelled') return null;
    if (outcome.kind === 'failed') return { kind: 'failed', error: outcome.error };
    const bitmap = await deps.pictures.decode(outcome.file);
    if (isOurs())
      return { kind: 'done', bitmap: deps.pictures.samples.add(bitmap), ms: outcome.report.ms.tiles };
    bitmap.close();
    return null;
  }

  return {
    endComparison,
    async compare(region, models) {
      endComparison();
      const mine = turn;
      const isOurs = () => mine === turn;
      const picture = pictureOf(store.getState().job);
      if (!picture || store.getState().job.kind === 'running') return;
      const samples = models.map((model): Sample => ({ model, made: { kind: 'waiting' } }));
      store.setState({ comparison: { region, samples } });
      const file = await deps.pictures.crop(deps.pictures.sources.get(picture.source).bitmap, region);
      await last;
      for (const [i, model] of models.entries()) {
        if (!isOurs()) return;
        put(i, { kind: 'running' });
        const made = await make(file, model, isOurs).catch((error: unknown): Sample['made'] => ({
          kind: 'failed',
          error: toWire(error),
        }));
        if (!made || !isOurs()) return;
        put(i, made);
      }
    },
  };
}
