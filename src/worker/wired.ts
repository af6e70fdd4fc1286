import { toWire } from '../base/errors.ts';
import type { Wired } from './protocol.ts';

/** What `work` gives, or the error in its place, in a form that crosses to the page. */
export async function wired<T>(work: () => Promise<T>): Promise<Wired<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, error: toWire(error) };
  }
}
