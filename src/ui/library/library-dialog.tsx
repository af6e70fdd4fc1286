import { useState } from 'react';
import { useApp } from '../app-context.ts';
import { Arrival } from '../arrival/arrival.tsx';
import { Dialog } from '../controls/dialog.tsx';
import { Segmented } from '../controls/segmented.tsx';
import { LiveRegion } from '../effects/live-region.tsx';
import { PictureNotice } from '../intake/notices.tsx';
import { BuiltInPart } from './built-in-part.tsx';
import { GetPart } from './get-part.tsx';
import type { LibraryPart } from './open-library.tsx';
import { OwnPart } from './own-part.tsx';
import { LibraryProblem } from './problem.tsx';

type LibraryDialogProps = { readonly first: LibraryPart; readonly onClose: () => void };

/** The models of this device, those that are built in, and those that can be had. */
export function LibraryDialog({ first, onClose }: LibraryDialogProps) {
  const count = useApp((state) => state.own.list.length);
  // Whoever has none yet came to get one.
  const [part, setPart] = useState<LibraryPart>(first === 'own' && count === 0 ? 'get' : first);
  const parts = (
    <Segmented
      legend="Models"
      legendHidden
      segments={[
        { value: 'own', label: count === 0 ? 'On this device' : `On this device (${count})` },
        { value: 'built-in', label: 'Built in' },
        { value: 'get', label: 'Get more' },
      ]}
      value={part}
      onChoose={setPart}
    />
  );
  return (
    <Dialog size="list" title="Model library" head={parts} onClose={onClose}>
      {/* The page below is out of reach while this is open, and with it what is shown and said there. */}
      <Arrival />
      <PictureNotice />
      <LiveRegion />
      <LibraryProblem />
      {part === 'own' && <OwnPart onGetMore={() => setPart('get')} />}
      {part === 'built-in' && <BuiltInPart />}
      {part === 'get' && <GetPart />}
    </Dialog>
  );
}
