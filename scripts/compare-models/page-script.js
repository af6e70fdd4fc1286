// The page's own script: stands in the page as it is, so it is plain JavaScript without imports.

/** @import { Answers } from './answers.mjs' */
/** @import { Candidates, PageData } from './page.mjs' */

const LARGEST_ZOOM = 3;

/** @type {PageData} */
const data = JSON.parse(element('data').textContent ?? '');
/** For each trial the candidate that was voted for. @type {(number | null)[]} */
const votes = data.trials.map(() => null);
/** Null until the vote has ended. @type {Candidates[] | null} */
let revealed = null;
let current = 0;
let zoom = 2;

/** @param {string} id @returns {HTMLElement} */
function element(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no ${id}.`);
  return found;
}

/** @param {string} id @param {boolean} disabled */
function disable(id, disabled) {
  element(id).toggleAttribute('disabled', disabled);
}

/** @returns {PageData['trials'][number]} */
function trial() {
  const found = data.trials[current];
  if (!found) throw new Error(`There is no trial ${current}.`);
  return found;
}

/** @param {number} index */
function letter(index) {
  return String.fromCharCode(65 + index);
}

/** @param {PageData['trials'][number]} trial */
function titleOf({ title, scale }) {
  return `${title}, ${scale} times larger`;
}

function votedCount() {
  return votes.filter((vote) => vote !== null).length;
}

function show() {
  const { panels } = trial();
  element('position').textContent =
    `${titleOf(trial())} · ${current + 1} of ${data.trials.length}, ${votedCount()} voted`;
  element('zoom').textContent = `${zoom}×`;
  // In pixels of the device, which are what an eye sees.
  const side = (data.panelPx * zoom) / Math.max(1, Math.round(devicePixelRatio));
  document.body.style.setProperty('--side', `${side}px`);
  disable('back', current === 0);
  disable('next', current === data.trials.length - 1);
  disable('reveal', revealed !== null);
  element('panels').replaceChildren(...panels.map(panelButton));
}

/** @param {{ candidate: number, picture: string }} panel @param {number} index */
function panelButton({ candidate, picture }, index) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'panel';
  button.disabled = revealed !== null;
  button.ariaPressed = String(votes[current] === candidate);
  const image = document.createElement('img');
  image.src = picture;
  image.alt = `Panel ${letter(index)}`;
  const label = document.createElement('span');
  const name = revealed?.[trial().group]?.candidates[candidate]?.name;
  label.textContent = name ? `${letter(index)} · ${name}` : letter(index);
  button.append(image, label);
  button.addEventListener('click', () => vote(index));
  return button;
}

/** For that panel; a second time takes the vote back. @param {number} index */
function vote(index) {
  const panel = trial().panels[index];
  if (!panel || revealed) return;
  votes[current] = votes[current] === panel.candidate ? null : panel.candidate;
  show();
  element('panels').querySelectorAll('button')[index]?.focus();
}

/** @param {number} step */
function go(step) {
  const next = Math.min(data.trials.length - 1, Math.max(0, current + step));
  if (next === current) return;
  current = next;
  show();
  scrollTo(0, 0);
}

/** @param {number} wanted */
function setZoom(wanted) {
  zoom = Math.min(LARGEST_ZOOM, Math.max(1, wanted));
  show();
}

function reveal() {
  if (revealed) return;
  const missing = data.trials.length - votedCount();
  const question = `${missing} of ${data.trials.length} pictures have no vote yet. Show the names and end the vote?`;
  if (missing > 0 && !confirm(question)) return;
  const bytes = Uint8Array.from(atob(data.secret), (char) => char.charCodeAt(0));
  revealed = /** @type {Candidates[]} */ (JSON.parse(new TextDecoder().decode(bytes)));
  element('tables').replaceChildren(...revealed.flatMap(resultOf));
  element('result').hidden = false;
  show();
  element('result').focus();
  element('result').scrollIntoView();
}

/** @typedef {Candidates['candidates'][number] & { votes: number }} Row */

/** @param {Answers['figures']['clean']} score */
function scoreText(score) {
  return score ? `${score.psnrDb.toFixed(2)} / ${score.ssim.toFixed(3)}` : '–';
}

/** @type {readonly { head: string, text: (row: Row) => string }[]} */
const COLUMNS = [
  { head: 'model', text: ({ name }) => name },
  { head: 'votes', text: ({ votes }) => String(votes) },
  { head: 'size', text: ({ bytes }) => (bytes === null ? '–' : `${Math.round(bytes / 1000)} KB`) },
  { head: 'processor, s per megapixel', text: ({ figures }) => figures.secondsPerMegapixel.toFixed(1) },
  { head: 'clean photo, dB / SSIM', text: ({ figures }) => scoreText(figures.clean) },
  { head: 'JPEG photo', text: ({ figures }) => scoreText(figures.jpeg) },
  { head: 'drawing', text: ({ figures }) => scoreText(figures.drawing) },
  { head: 'colour shift, 1/255', text: ({ figures }) => figures.colourShift.toFixed(2) },
];

/** A heading and a table. @param {Candidates} candidates @param {number} group @returns {HTMLElement[]} */
function resultOf({ scale, candidates }, group) {
  const heading = document.createElement('h3');
  heading.textContent = `${scale} times larger`;
  const table = document.createElement('table');
  table.role = 'table';
  const head = table.createTHead().insertRow();
  head.role = 'row';
  head.append(...COLUMNS.map((column) => cellOf('columnheader', column.head)));
  const body = table.createTBody();
  for (const row of rowsOf(candidates, group)) {
    const line = body.insertRow();
    line.role = 'row';
    for (const [index, { head: label, text }] of COLUMNS.entries()) {
      const cell = cellOf(index === 0 ? 'rowheader' : 'cell', text(row));
      cell.dataset['head'] = label;
      line.append(cell);
    }
  }
  return [heading, table];
}

/** With its role said, as on a phone no cell is laid out as one. @param {string} role @param {string} text */
function cellOf(role, text) {
  const cell = document.createElement(role === 'cell' ? 'td' : 'th');
  cell.role = role;
  cell.textContent = text;
  return cell;
}

/** Most votes first. @param {Candidates['candidates']} candidates @param {number} group @returns {Row[]} */
function rowsOf(candidates, group) {
  const rows = candidates.map((candidate, index) => ({
    ...candidate,
    votes: votes.filter((vote, at) => vote === index && data.trials[at]?.group === group).length,
  }));
  return rows.sort((a, b) => b.votes - a.votes);
}

/** What was voted for, picture by picture; null where nothing was. @returns {{ picture: string, best: string | null }[]} */
function choices() {
  return data.trials.map((each, index) => ({
    picture: titleOf(each),
    best: revealed?.[each.group]?.candidates[votes[index] ?? -1]?.name ?? null,
  }));
}

/** Cells between tabs, as tables take them from the clipboard. */
function asText() {
  const lines = [['picture', 'best'], ...choices().map(({ picture, best }) => [picture, best ?? 'no vote'])];
  for (const [group, { scale, candidates }] of (revealed ?? []).entries()) {
    lines.push([], [`${scale} times larger`, ...COLUMNS.slice(1).map(({ head }) => head)]);
    lines.push(...rowsOf(candidates, group).map((row) => COLUMNS.map(({ text }) => text(row))));
  }
  return lines.map((line) => line.join('\t')).join('\n');
}

async function copy() {
  try {
    await navigator.clipboard.writeText(asText());
    element('kept').textContent = 'Copied.';
  } catch {
    element('kept').textContent = 'The browser does not allow copying here: save it instead.';
  }
}

function save() {
  const rounds = (revealed ?? []).map(({ scale, candidates }, group) => ({
    scale,
    models: rowsOf(candidates, group),
  }));
  const json = JSON.stringify({ choices: choices(), rounds }, null, 2);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([json], { type: 'application/json' }));
  link.download = 'models-compared.json';
  link.click();
  URL.revokeObjectURL(link.href);
  element('kept').textContent = `Saved as ${link.download}.`;
}

/** @param {KeyboardEvent} event */
function onKey({ key, ctrlKey, metaKey, altKey }) {
  if (ctrlKey || metaKey || altKey) return;
  if (key === 'ArrowLeft') go(-1);
  else if (key === 'ArrowRight') go(1);
  else if (key === '+') setZoom(zoom + 1);
  else if (key === '-') setZoom(zoom - 1);
  else if (key === '0') reveal();
  else if (/^[a-z]$/i.test(key)) vote(key.toUpperCase().charCodeAt(0) - 65);
}

element('back').addEventListener('click', () => go(-1));
element('next').addEventListener('click', () => go(1));
element('size').addEventListener('click', () => setZoom(zoom === LARGEST_ZOOM ? 1 : zoom + 1));
element('reveal').addEventListener('click', reveal);
element('copy').addEventListener('click', copy);
element('save').addEventListener('click', save);
document.addEventListener('keydown', onKey);
show();
