import type { Warning } from '../state/contracts.ts';

/** True of every such job on this device, or of every photo: told with the result for those who look, not each time. */
const QUIET: ReadonlySet<Warning['code']> = new Set(['webgpu-absent', 'metadata-dropped']);

/** Whether a warning is said where the person is looking, or waits in the details of the result. */
export function isWorthAWord({ code }: Warning): boolean {
  return !QUIET.has(code);
}
