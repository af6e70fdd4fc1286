import type { Backend } from '../worker/protocol.ts';
import { addressBeside, type PresetName, withChoice } from './options.ts';
import { element } from './page-view.ts';

/** What the form is set to. */
export type Choice = { readonly preset: PresetName; readonly backends: readonly Backend[] };

const form = element('choice', HTMLFormElement);

/** Sets the form and lets it be used. Not before it is known what to propose: a choice that changes by itself is nobody's. */
export function offerChoice({ preset, backends }: Choice): void {
  for (const radio of boxes('preset')) radio.checked = radio.value === preset;
  for (const box of boxes('backends')) box.checked = backends.some((name) => name === box.value);
  for (const fieldset of form.querySelectorAll('fieldset')) fieldset.disabled = false;
  element('start', HTMLButtonElement).disabled = false;
}

/** Says what the form has no field for, but its run obeys all the same. */
export function showBeside(search: string): void {
  const words = addressBeside(search);
  const line = element('beside', HTMLParagraphElement);
  line.textContent = words === '' ? '' : `As the address of this page says: ${words}.`;
  line.hidden = words === '';
}

/**
 * The page's address with what the form is set to.
 *
 * @throws Error when no backend is chosen.
 */
export function chosenSearch(search: string): string {
  const data = new FormData(form);
  const backends = (['webgpu', 'wasm'] as const).filter((name) => data.getAll('backends').includes(name));
  if (backends.length === 0) throw new Error('Choose first what is to run the networks.');
  return withChoice(search, { preset: data.get('preset') === 'full' ? 'full' : 'quick', backends });
}

function boxes(name: string): NodeListOf<HTMLInputElement> {
  return form.querySelectorAll<HTMLInputElement>(`input[name="${name}"]`);
}
