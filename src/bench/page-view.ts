import { defined } from '../base/assert.ts';
import type { BenchResult } from './result.ts';
import { summaryLine, type Table, tablesOf } from './tables.ts';

/** The element of `bench.html` with that id. */
export function element<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = defined(document.getElementById(id), `#${id}`);
  if (!(found instanceof kind)) throw new Error(`#${id} is of another kind.`);
  return found;
}

export function showState(words: string, part: number | null): void {
  element('state', HTMLParagraphElement).textContent = words;
  const progress = element('progress', HTMLProgressElement);
  progress.hidden = part === null;
  progress.value = part ?? 0;
}

export function showResult(result: BenchResult): void {
  element('summary', HTMLParagraphElement).textContent = summaryLine(result);
  element('tables', HTMLDivElement).replaceChildren(...tablesOf(result).flatMap(tableElements));
  element('result', HTMLElement).hidden = false;
}

function tableElements({ title, head, rows, notes }: Table): HTMLElement[] {
  const heading = Object.assign(document.createElement('h2'), { textContent: title });
  const table = document.createElement('table');
  const headRow = table.createTHead().insertRow();
  for (const text of head) {
    headRow.append(Object.assign(document.createElement('th'), { textContent: text, scope: 'col' }));
  }
  const body = table.createTBody();
  for (const cells of rows) {
    const row = body.insertRow();
    for (const text of cells) row.insertCell().textContent = text;
  }
  const scroll = document.createElement('div');
  scroll.className = 'scroll';
  // So that it can be moved without a pointer.
  scroll.tabIndex = 0;
  scroll.setAttribute('role', 'region');
  scroll.setAttribute('aria-label', title);
  scroll.append(table);
  const note = Object.assign(document.createElement('p'), {
    textContent: notes.join(' '),
    className: 'note',
  });
  return notes.length > 0 ? [heading, scroll, note] : [heading, scroll];
}
