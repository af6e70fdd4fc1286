import type { PlanSummary } from '../worker/protocol.ts';

/** The rows of the picture that one plan covers, until a plan with smaller tiles takes over. Source pixels. */
export type MosaicBand = {
  readonly top: number;
  /** Exclusive. */
  readonly bottom: number;
  readonly columns: number;
  readonly rows: number;
  readonly tile: number;
  /** Tiles finished, row by row. */
  readonly done: number;
};

/** The bands after `plan` took over: what lies above its first row counts as finished. */
export function withPlan(
  bands: readonly MosaicBand[],
  plan: PlanSummary,
  pictureHeight: number,
): MosaicBand[] {
  const kept = bands
    .filter((band) => band.top < plan.fromRow)
    .map((band) => cutAt(band, Math.min(band.bottom, plan.fromRow)));
  const { columns, rows, tile } = plan;
  return [...kept, { top: plan.fromRow, bottom: pictureHeight, columns, rows, tile, done: 0 }];
}

/** The bands with `done` tiles of the last one finished; the count never goes back. */
export function withTilesDone(bands: readonly MosaicBand[], done: number): readonly MosaicBand[] {
  const last = bands.at(-1);
  if (!last) return bands;
  const count = Math.min(last.columns * last.rows, Math.max(last.done, done));
  return [...bands.slice(0, -1), { ...last, done: count }];
}

/** The bands with every tile finished. */
export function completed(bands: readonly MosaicBand[]): readonly MosaicBand[] {
  return bands.map((band) => ({ ...band, done: band.columns * band.rows }));
}

function cutAt(band: MosaicBand, bottom: number): MosaicBand {
  const rows = Math.max(1, Math.round((band.rows * (bottom - band.top)) / (band.bottom - band.top)));
  return { ...band, bottom, rows, done: rows * band.columns };
}
