import type { ErrorCode, ErrorDetails, WireError } from '../../base/errors.ts';
import type { Intent } from '../../state/preflight.ts';
import { fixesFor } from '../../state/preflight.ts';
import type { Settings } from '../../state/settings.ts';

/** What a button under an error does. */
export type ErrorAction =
  | { readonly kind: 'retry'; readonly label: string }
  | { readonly kind: 'choose'; readonly label: string; readonly changes: Partial<Settings> }
  | { readonly kind: 'open'; readonly label: string }
  | { readonly kind: 'reload'; readonly label: string };

type ErrorWords = {
  readonly heading: string;
  /** The buttons that can help, given what was about to be made and what came of it. */
  readonly actions: (intent: Intent, details: ErrorDetails) => readonly ErrorAction[];
};

const RETRY: ErrorAction = { kind: 'retry', label: 'Try again' };
const OPEN: ErrorAction = { kind: 'open', label: 'Open another picture' };
const RELOAD: ErrorAction = { kind: 'reload', label: 'Reload the page' };
const SMALL_TILES: ErrorAction = { kind: 'choose', label: 'Use the smallest tiles', changes: { tile: 32 } };
const PROCESSOR: ErrorAction = { kind: 'choose', label: 'Use the processor', changes: { backend: 'wasm' } };
const AUTOMATIC: ErrorAction = { kind: 'choose', label: 'Use automatic', changes: { backend: null } };
const FIRST_MODEL: ErrorAction = {
  kind: 'choose',
  label: 'Use the standard model',
  changes: { model: null, scale: null },
};
const DEFAULTS: ErrorAction = {
  kind: 'choose',
  label: 'Use the defaults',
  changes: { scale: null, tile: null, context: null, feather: null, quality: 92 },
};

const always =
  (...actions: ErrorAction[]) =>
  () =>
    actions;

/** One heading and the helpful buttons for each way in which a request can end badly. */
export const ERROR_WORDS: { readonly [Code in ErrorCode]: ErrorWords } = {
  'empty-file': { heading: 'The file is empty', actions: always(OPEN) },
  'not-a-picture': { heading: 'This is not a picture', actions: always(OPEN) },
  'unsupported-format': { heading: 'This browser cannot read the picture', actions: always(OPEN) },
  'picture-broken': { heading: 'The picture is damaged', actions: always(OPEN) },
  'picture-too-large': { heading: 'The picture is too large', actions: always(OPEN) },
  'output-too-large': { heading: 'The result would be too large', actions: fixesAsActions },
  'bad-option': { heading: 'A setting is out of range', actions: always(DEFAULTS) },
  'unknown-model': { heading: 'That model is not here', actions: always(FIRST_MODEL) },
  'model-missing': { heading: 'The model could not be loaded', actions: always(RETRY) },
  'model-corrupt': { heading: 'The model arrived damaged', actions: always(RETRY) },
  'model-unsuitable': { heading: 'The model does not fit', actions: always(FIRST_MODEL) },
  'model-unsupported': { heading: 'Tessera cannot run this model', actions: always(FIRST_MODEL) },
  'download-failed': { heading: 'The download did not arrive', actions: always(RETRY) },
  'storage-full': { heading: 'No room on this device', actions: always(RETRY) },
  'backend-unavailable': { heading: 'The chosen backend is not available', actions: always(AUTOMATIC) },
  'runtime-unavailable': { heading: 'A part of Tessera could not be loaded', actions: always(RETRY, RELOAD) },
  'out-of-memory': { heading: 'Not enough memory', actions: memoryActions },
  'device-lost': { heading: 'The graphics card stopped answering', actions: always(RETRY, PROCESSOR) },
  'worker-lost': { heading: 'The work was stopped by the browser', actions: always(RETRY, SMALL_TILES) },
  'bad-output': { heading: 'The model came out wrong', actions: outputActions },
  'run-failed': { heading: 'The model could not be run', actions: always(RETRY, PROCESSOR) },
  busy: { heading: 'Another picture is being worked on', actions: always(RETRY) },
  'encode-failed': { heading: 'The file could not be written', actions: encodeActions },
  internal: { heading: 'Something went wrong inside Tessera', actions: always(RETRY, RELOAD) },
};

/** The words and buttons for one error: first the button most likely to help, and trying again is always among them. */
export function wordsFor(
  error: WireError,
  intent: Intent,
): { heading: string; actions: readonly [ErrorAction, ...ErrorAction[]] } {
  const { heading, actions } = ERROR_WORDS[error.code];
  const [first = RETRY, ...others] = actions(intent, error.details);
  const retries = [first, ...others].some(({ kind }) => kind === 'retry');
  return { heading, actions: retries ? [first, ...others] : [first, ...others, RETRY] };
}

function fixesAsActions(intent: Intent): readonly ErrorAction[] {
  return fixesFor(intent).map(({ label, format, scale }) => ({
    kind: 'choose',
    label,
    changes: { ...(format && { format }), ...(scale && { scale }) },
  }));
}

function memoryActions(intent: Intent): readonly ErrorAction[] {
  const smaller = intent.scale > 2 ? ([atScale(2)] as const) : [];
  return [...smaller, RETRY];
}

/** A graphics card that computes a model wrong does so again. */
function outputActions(_intent: Intent, { backend }: ErrorDetails): readonly ErrorAction[] {
  return backend === 'webgpu' ? [PROCESSOR, RETRY] : [RETRY, FIRST_MODEL];
}

function encodeActions(intent: Intent): readonly ErrorAction[] {
  if (intent.format === 'png') return intent.scale > 2 ? [atScale(2), RETRY] : [RETRY];
  return [{ kind: 'choose', label: 'Use PNG', changes: { format: 'png' } }, RETRY];
}

function atScale(scale: number): ErrorAction {
  return { kind: 'choose', label: `Use ${scale}×`, changes: { scale } };
}
