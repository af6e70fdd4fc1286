import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { pictureOf } from '../../state/job.ts';
import { useApp } from '../app-context.ts';
import { useShortcuts } from '../effects/use-shortcuts.ts';
import { LibraryDialog } from './library-dialog.tsx';

/** The parts of the library's dialog. */
export type LibraryPart = 'own' | 'built-in' | 'get';

type Library = { readonly isOpen: boolean; readonly open: (part: LibraryPart) => void };

const LibraryContext = createContext<Library>({ isOpen: false, open: () => undefined });

/** Whether the model library is open, and what opens it. */
export function useLibrary(): Library {
  return useContext(LibraryContext);
}

/** Holds the page's one library dialog, which several buttons open. */
export function LibraryProvider({ children }: { readonly children: ReactNode }) {
  const [part, setPart] = useState<LibraryPart | null>(null);
  const open = useCallback((wanted: LibraryPart) => setPart(wanted), []);
  const library = useMemo(() => ({ isOpen: part !== null, open }), [part, open]);
  const picked = useApp(({ job }) => pictureOf(job)?.source ?? null);
  useEffect(() => {
    // A picture that is dropped onto the library is what the person wants to see.
    if (picked !== null) setPart(null);
  }, [picked]);
  useShortcuts({ m: () => open('own') });
  return (
    <LibraryContext value={library}>
      {children}
      {part && <LibraryDialog first={part} onClose={() => setPart(null)} />}
    </LibraryContext>
  );
}
