import type { WireError } from '../../base/errors.ts';
import { pictureOf } from '../../state/job.ts';
import { chosenScale } from '../../state/settings.ts';
import { useActions, useApp } from '../app-context.ts';
import { useOpenDialog } from '../intake/open-dialog.tsx';
import { type ErrorAction, wordsFor } from './error-words.ts';

/** The heading and the buttons for the failure of what is chosen now. */
export function useFailureWords(error: WireError) {
  const { settings, catalog, job } = useApp((state) => state);
  const size = pictureOf(job)?.inspection;
  return wordsFor(error, {
    width: size?.width ?? 1,
    height: size?.height ?? 1,
    scale: chosenScale(settings, catalog),
    format: settings.format,
  });
}

/** Does what an error's button says. A changed setting starts again at once: that is what the button is for. */
export function useErrorAction(): (action: ErrorAction) => void {
  const { choose, start } = useActions();
  const openDialog = useOpenDialog();
  return (action) => {
    switch (action.kind) {
      case 'retry':
        return start();
      case 'choose':
        choose(action.changes);
        return start();
      case 'open':
        return openDialog();
      case 'reload':
        return window.location.reload();
    }
  };
}
