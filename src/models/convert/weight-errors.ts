import { type ErrorDetails, TesseraError } from '../../base/errors.ts';

/** The form of a file of weights, as it is called in messages. */
export type Form = 'PyTorch file' | 'zip archive' | 'pickle' | 'safetensors file';

/** What a person can do about nearly every file that is not plain weights. */
export const SAVE_WEIGHTS =
  'In PyTorch, save the weights alone, with torch.save(model.state_dict(), "weights.pth") or as safetensors, and choose that file.';

/** That the file is damaged: what is wrong, and at which byte. */
export function damaged(form: Form, what: string, offset: number): TesseraError {
  return new TesseraError(
    'model-corrupt',
    `The file of weights is damaged: as a ${form}, ${what}, at byte ${offset}.`,
    'Download or save the file again.',
    { offset },
  );
}

/** That the file is of a known kind which cannot be used: why, and what to do instead. */
export function unsupported(what: string, nextStep = SAVE_WEIGHTS, details: ErrorDetails = {}): TesseraError {
  return new TesseraError('model-unsupported', what, nextStep, details);
}

/** Foreign text for a message: no line breaks, and not longer than one wants to read. */
export function quoted(text: string): string {
  const MAX_SHOWN = 80;
  const shown = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
  return `“${shown.replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '\uFFFD')}”`;
}
