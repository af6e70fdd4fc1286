import { TesseraError } from '../../base/errors.ts';

const ANOTHER_FILE =
  'Download the file again. If it is still refused, ask its author for an ONNX export and open that.';
const ONNX_EXPORT = 'Look for an ONNX export of this model and open that, or choose another model.';
/** So many names fit into a message that people read. */
const NAMES_SHOWN = 5;
const LONGEST_NAME = 80;

/** A network that is what it says, but not one that is built here. */
export function unsupported(message: string, names: readonly string[] = []): TesseraError {
  return new TesseraError('model-unsupported', message, ONNX_EXPORT, detailsOf(names));
}

/** A network that is not whole, or not what its names say. */
export function corrupt(message: string, names: readonly string[] = []): TesseraError {
  return new TesseraError('model-corrupt', message, ANOTHER_FILE, detailsOf(names));
}

/** The first of the names, and how many there are: `“a”, “b” … (217 in all)`. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).map((name) => `“${shortened(name)}”`);
  return names.length > NAMES_SHOWN ? `${shown.join(', ')} … (${names.length} in all)` : shown.join(', ');
}

/** `1 channel`, `12 channels`. */
export function counted(count: number, what: string): string {
  return `${count} ${count === 1 ? what : `${what}s`}`;
}

function shortened(name: string): string {
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;
}

function detailsOf(names: readonly string[]): { readonly weights?: string } {
  return names.length === 0
    ? {}
    : {
        weights: names
          .slice(0, 4 * NAMES_SHOWN)
          .map(shortened)
          .join(', '),
      };
}
