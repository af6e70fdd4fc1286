import { useShortcuts } from '../effects/use-shortcuts.ts';
import type { ViewMove } from './use-view.ts';
import { ZOOM_STEP } from './zoom-bar.tsx';

/** The viewer's single keys: 0 and F fit, 1 is 100 %, + and - zoom. */
export function useViewKeys(move: (step: ViewMove) => void): void {
  useShortcuts({
    '0': () => move({ kind: 'fit' }),
    f: () => move({ kind: 'fit' }),
    '1': () => move({ kind: 'actual' }),
    '+': () => move({ kind: 'zoom', factor: ZOOM_STEP }),
    '=': () => move({ kind: 'zoom', factor: ZOOM_STEP }),
    '-': () => move({ kind: 'zoom', factor: 1 / ZOOM_STEP }),
  });
}
