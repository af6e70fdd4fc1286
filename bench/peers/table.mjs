/** The figures as text that is also Markdown: for a terminal, and for `docs/benchmarks.md`. */

/**
 * @param {Awaited<ReturnType<typeof import('./measure.mjs').measurePeers>>} result
 * @returns {string}
 */
export function peersTable({ date, machine, browser, loadBefore, rounds, rows, same, absent }) {
  const cells = rows.map(({ ratios, ...row }) => [
    `${row.scale}x`,
    `${row.side} px`,
    row.who,
    row.what,
    row.problem || ms(row.medianMs) + (row.firstRunOnly ? ' (first run)' : ''),
    ms(row.fastestMs),
    times(ratios.best),
    times(ratios.tiled),
    times(ratios.file),
    ms(row.networkMs),
    times(ratios.networkBest),
    times(ratios.networkTiled),
    row.detail,
  ]);
  const head = [
    ...['scale', 'picture', 'who', 'what', 'median', 'fastest', '× best', '× patches', '× PNG'],
    ...['network', '× best', '× patches', 'tiles'],
  ];
  return [
    `${date}, ${machine}, ${browser}, load ${loadBefore.toFixed(2)} before, ${rounds} rounds`,
    '',
    ...aligned([head, ...cells]),
    '',
    'UpscalerJS and ORT go from pixels to pixels, but for "PNG to PNG"; Tessera goes from a PNG to a PNG, and "network" is its runs alone.',
    'How many times as fast as UpscalerJS of that scale and picture: "× best" its best from pixels to pixels, "× patches" its best in patches, "× PNG" its best from a PNG to a PNG.',
    'What it was "made to" is not in these: tfjs takes half of the cores it is told of, and was told of twice as many.',
    ...absent.map(({ backend, problem }) => `UpscalerJS on ${backend} does not start here: ${problem}`),
    ...same.map(
      ({ scale, side, network, largest, differing }) =>
        `${scale}x, ${side} px, ${network}: largest difference from UpscalerJS ${largest} of 255, ${(100 * differing).toFixed(2)} % of values differ`,
    ),
  ].join('\n');
}

/** @param {number | null} of */
function ms(of) {
  return of === null ? '' : `${Math.round(of)} ms`;
}

/** @param {number | null} of */
function times(of) {
  return of === null ? '' : of.toFixed(2);
}

/** @param {readonly (readonly string[])[]} rows the first is the head */
function aligned(rows) {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const lines = rows.map((row) => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`);
  return [lines[0] ?? '', `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...lines.slice(1)];
}
