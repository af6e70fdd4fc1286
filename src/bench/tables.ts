import { asSentence } from '../base/shown-text.ts';
import {
  type BenchResult,
  type CaseFigures,
  type CaseResult,
  type HalvingFigures,
  median,
  type Variant,
  type VariantResult,
} from './result.ts';

/** A table as text; every row has as many cells as the head. */
export type Table = {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What the columns mean, one sentence each. */
  readonly notes: readonly string[];
};

/** What the result says about where it was measured, as one line. */
export function summaryLine(result: BenchResult): string {
  const { date, machine, cores, browser, adapter, softwareAdapter, isolated, rounds } = result;
  return [
    `${date.slice(0, 10)}`,
    machine || 'machine not named',
    `${cores} logical cores`,
    browser,
    `WebGPU: ${adapter}${softwareAdapter ? ' (software: its times say nothing about graphics cards)' : ''}`,
    ...(isolated ? [] : ['one thread only: the page is not cross-origin isolated']),
    `medians of ${rounds} ${rounds === 1 ? 'round' : 'rounds'}`,
  ].join(' · ');
}

/** How a run ended: a table alone would say in a cell far to the right that nothing was measured. */
export function endLine({ cases }: BenchResult): string {
  const problems = cases.flatMap((one) => ('problem' in one ? [one.problem] : []));
  const [first] = problems;
  if (first === undefined) return 'Done.';
  const what =
    problems.length === cases.length
      ? 'Nothing could be measured'
      : `Done, but ${problems.length} of ${cases.length} cases could not be measured`;
  return `${what}: ${asSentence(first)}`;
}

/** The tables that have something to say, in the order of reading. */
export function tablesOf(result: BenchResult): readonly Table[] {
  return [
    jobsTable(result),
    insideTable(result),
    cardTable(result),
    halvingTable(result),
    variantsTable(result),
  ].filter(({ rows }) => rows.length > 0);
}

/** The whole result as Markdown. */
export function markdownOf(result: BenchResult): string {
  const parts = tablesOf(result).map(({ title, head, rows, notes }) =>
    [`**${title}**`, aligned([head, ...rows]), ...(notes.length > 0 ? [notes.join(' ')] : [])].join('\n\n'),
  );
  return [summaryLine(result), ...parts, ''].join('\n\n');
}

function jobsTable({ cases }: BenchResult): Table {
  return {
    title: 'Whole jobs',
    head: [
      ...['backend', 'model', 'picture', 'result', 'tiles', 'job'],
      ...['ms per result MP', 'network alone', 'job ÷ network', 'spread', 'warm-up'],
    ],
    rows: cases.map((one) => [
      ...nameCells(one),
      ...('problem' in one ? problemCells(one, 8) : jobCells(one.measured)),
    ]),
    notes: [
      'A job goes from a PNG file to a PNG file.',
      '“Network alone” is the bare runtime over the same tiles, in ms per megapixel of the result; “job ÷ network” is the median of the rounds’ ratios, “spread” the smallest and the largest of them.',
      '“Warm-up” is how much longer the first job took than later ones.',
    ],
  };
}

function jobCells(figures: CaseFigures): string[] {
  const ratios = figures.samples.map(({ jobMs, bareMs }) => jobMs / bareMs);
  return [
    `${figures.output.width} × ${figures.output.height}`,
    `${figures.tiles} of ${figures.paddedTile.width} × ${figures.paddedTile.height}`,
    seconds(figures.jobMs),
    figures.jobMsPerOutputMegapixel.toFixed(0),
    figures.bareMsPerOutputMegapixel.toFixed(0),
    figures.overhead.toFixed(3),
    `${Math.min(...ratios).toFixed(3)} to ${Math.max(...ratios).toFixed(3)}`,
    seconds(figures.warmUpMs),
  ];
}

function insideTable({ cases }: BenchResult): Table {
  const stage = ({ samples }: CaseFigures, name: 'reading' | 'tiles' | 'network' | 'encoding') =>
    seconds(median(samples.map((sample) => sample[name])));
  return {
    title: 'Where a job’s time goes',
    head: [
      'backend',
      'model',
      'picture',
      'threads',
      'precision',
      'reading',
      'tiles',
      'network in them',
      'encoding',
    ],
    rows: measuredOf(cases).map(([one, figures]) => [
      ...nameCells(one),
      ...[String(figures.threads), figures.precision],
      ...(['reading', 'tiles', 'network', 'encoding'] as const).map((name) => stage(figures, name)),
    ]),
    notes: [],
  };
}

function cardTable({ cases }: BenchResult): Table {
  return {
    title: 'What a job asks of the graphics card',
    head: [
      'backend',
      'model',
      'picture',
      'peak of buffers',
      'up',
      'down',
      'dispatches a tile',
      'submits a tile',
    ],
    rows: measuredOf(cases).flatMap(([one, { card }]) =>
      card
        ? [
            [
              ...nameCells(one),
              ...[card.peakBytes, card.upBytes, card.downBytes].map(mebibytes),
              ...[card.dispatchesPerTile, card.submitsPerTile].map((count) => count.toFixed(1)),
            ],
          ]
        : [],
    ),
    notes: ['Counted in one warm job, from outside of the product.'],
  };
}

function halvingTable({ cases }: BenchResult): Table {
  const cells = ({ failedTile, ofTiles, tileSizesTried, tilesRun, tilesRedone, extraMs }: HalvingFigures) => [
    `${failedTile} of ${ofTiles}`,
    tileSizesTried.join(', '),
    String(tilesRun),
    String(tilesRedone),
    seconds(extraMs),
  ];
  return {
    title: 'When memory runs short once',
    head: ['backend', 'model', 'picture', 'at tile', 'sizes tried', 'tiles run', 'thrown away', 'longer by'],
    rows: measuredOf(cases).flatMap(([one, { halving }]) =>
      halving === null
        ? []
        : [[...nameCells(one), ...('problem' in halving ? problemCells(halving, 5) : cells(halving))]],
    ),
    notes: ['At the last tile of the first row, where most has to be thrown away.'],
  };
}

function variantsTable({ variants }: BenchResult): Table {
  return {
    title: 'The networks alone on the graphics card',
    head: [
      'model',
      'picture',
      'precision',
      'layout',
      'graph capture',
      'tensors',
      'pending',
      'ms per result MP',
      'submits a tile',
      'opening',
    ],
    rows: variants.map((one) => [
      ...[one.model, `${one.megapixels} MP`],
      ...variantCells(one.variant),
      ...variantFigures(one),
    ]),
    notes: [
      '“Through memory” hands float tensors to the runtime and takes them back; the others stay in buffers of the card.',
      '“Pending” is how many dispatches the runtime collects before it submits them.',
    ],
  };
}

function variantCells({ precision, layout, graphCapture, tensors, pendingDispatches }: Variant): string[] {
  return [
    precision,
    layout,
    graphCapture ? 'on' : 'off',
    tensors === 'on-card' ? 'on the card' : 'through memory',
    pendingDispatches === null ? '16' : String(pendingDispatches),
  ];
}

function variantFigures(one: VariantResult): string[] {
  if ('problem' in one) return problemCells(one, 3);
  return [one.msPerOutputMegapixel.toFixed(1), one.submitsPerTile.toFixed(1), seconds(one.openMs)];
}

function nameCells({ backend, model, megapixels }: CaseResult): string[] {
  return [backend === 'wasm' ? 'WASM' : 'WebGPU', model, `${megapixels} MP`];
}

/** The first cell says what was wrong, and the rest are empty. */
function problemCells({ problem }: { readonly problem: string }, cells: number): string[] {
  return Array.from({ length: cells }, (_, i) => (i === 0 ? problem : ''));
}

function measuredOf(cases: readonly CaseResult[]): (readonly [CaseResult, CaseFigures])[] {
  return cases.flatMap((one) => ('measured' in one ? [[one, one.measured] as const] : []));
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(Math.abs(ms) < 10_000 ? 2 : 1)} s`;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

function aligned(rows: readonly (readonly string[])[]): string {
  // A bar would end the cell.
  const cells = rows.map((row) => row.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')));
  const widths = (cells[0] ?? []).map((_, i) => Math.max(3, ...cells.map((row) => row[i]?.length ?? 0)));
  const lines = cells.map((row) => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`);
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [lines[0] ?? '', rule, ...lines.slice(1)].join('\n');
}
