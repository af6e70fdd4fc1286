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

function show() {
  const { title, scale, panels } = trial();
  element('title').textContent = `${title}, ${scale} times larger`;
  const voted = votes.filter((vote) => vote !== null).length;
  element('position').textContent = `Picture ${current + 1} of ${data.trials.length}, ${voted} voted`;
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
  current = Math.min(data.trials.length - 1, Math.max(0, current + step));
  show();
}

/** @param {number} wanted */
function setZoom(wanted) {
  zoom = Math.min(LARGEST_ZOOM, Math.max(1, wanted));
  show();
}

function reveal() {
  if (revealed) return;
  const bytes = Uint8Array.from(atob(data.secret), (char) => char.charCodeAt(0));
  revealed = /** @type {Candidates[]} */ (JSON.parse(new TextDecoder().decode(bytes)));
  element('result').replaceChildren(...revealed.flatMap(resultOf));
  element('result').hidden = false;
  show();
}

/** @typedef {Candidates['candidates'][number] & { votes: number }} Row */

/** @param {Answers['figures']['clean']} score */
function scoreText(score) {
  return score ? `${score.psnrDb.toFixed(2)} / ${score.ssim.toFixed(3)}` : '–';
}

/** @type {readonly { head: string, text: (row: Row) => string }[]} */
const COLUMNS = [
  { head: '', text: ({ name }) => name },
  { head: 'votes', text: ({ votes }) => String(votes) },
  { head: 'size', text: ({ bytes }) => (bytes === null ? '–' : `${Math.round(bytes / 1000)} KB`) },
  { head: 'processor, s per megapixel', text: ({ figures }) => figures.secondsPerMegapixel.toFixed(1) },
  { head: 'clean photo, dB / SSIM', text: ({ figures }) => scoreText(figures.clean) },
  { head: 'JPEG photo', text: ({ figures }) => scoreText(figures.jpeg) },
  { head: 'drawing', text: ({ figures }) => scoreText(figures.drawing) },
  { head: 'colour shift, 1/255', text: ({ figures }) => figures.colourShift.toFixed(2) },
];

/** A heading and a table, most votes first. @param {Candidates} candidates @param {number} group @returns {HTMLElement[]} */
function resultOf({ scale, candidates }, group) {
  const heading = document.createElement('h2');
  heading.textContent = `${scale} times larger`;
  const table = document.createElement('table');
  const head = table.createTHead().insertRow();
  for (const column of COLUMNS) {
    const cell = document.createElement('th');
    cell.textContent = column.head;
    head.append(cell);
  }
  const rows = candidates.map((candidate, index) => ({
    ...candidate,
    votes: votes.filter((vote, at) => vote === index && data.trials[at]?.group === group).length,
  }));
  const body = table.createTBody();
  for (const row of rows.sort((a, b) => b.votes - a.votes)) {
    const line = body.insertRow();
    for (const { text } of COLUMNS) line.insertCell().textContent = text(row);
  }
  return [heading, table];
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
document.addEventListener('keydown', onKey);
show();
