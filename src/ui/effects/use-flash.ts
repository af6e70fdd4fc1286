import { useCallback, useEffect, useRef, useState } from 'react';

const SHOWN_MS = 2000;

/** A word that stays for two seconds, such as "Copied" on the button that copied. */
export function useFlash(): readonly [string | null, (text: string) => void] {
  const [text, setText] = useState<string | null>(null);
  const timer = useRef(0);
  const flash = useCallback((next: string) => {
    window.clearTimeout(timer.current);
    setText(next);
    timer.current = window.setTimeout(() => setText(null), SHOWN_MS);
  }, []);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  return [text, flash];
}
