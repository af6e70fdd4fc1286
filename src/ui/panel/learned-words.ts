import type { JobReport, ModelDescriptor, TuningSummary } from '../../state/contracts.ts';

/** What one adapter was found to do with one model, in words. */
export type LearnedLine = { readonly model: string; readonly adapter: string; readonly found: string };

/** In the order of the models; those that are not in the catalog any more come last. Lines that say the same are one. */
export function learnedLines(
  tunings: readonly TuningSummary[],
  models: readonly ModelDescriptor[],
): readonly LearnedLine[] {
  const place = new Map(models.map(({ id }, index) => [id, index]));
  const placeOf = ({ modelId }: TuningSummary) => place.get(modelId) ?? models.length;
  const inOrder = [...tunings].sort((a, b) => placeOf(a) - placeOf(b) || (a.adapter < b.adapter ? -1 : 1));
  const lines = inOrder.map((tuning) => {
    const model = models.find(({ id }) => id === tuning.modelId);
    const name = model ? `${model.name} ${model.scale}×` : tuning.modelId;
    return { model: name, adapter: tuning.adapter, found: foundText(tuning) };
  });
  return [...new Map(lines.map((line) => [Object.values(line).join(), line])).values()];
}

/** How half precision was judged; empty where there was no choice. */
export function halfText({
  precision,
  precisionReason,
}: Pick<TuningSummary | JobReport, 'precision' | 'precisionReason'>): string {
  if (precision === null || precisionReason === '') return '';
  return `half precision ${precision === 'float16' ? 'used' : 'not used'}: ${precisionReason}`;
}

function foundText(tuning: TuningSummary): string {
  const { knownTile, tile, failedTile } = tuning;
  if (knownTile === 'wrong') return 'Computed wrong: runs on the processor';
  const parts = [
    tile === null ? 'Tile not measured yet' : `Tile ${tile} px`,
    failedTile !== null && `memory ran out at ${failedTile} px`,
    halfText(tuning),
    knownTile === 'right' && 'checked against the processor',
  ];
  return parts.filter(Boolean).join(' · ');
}
