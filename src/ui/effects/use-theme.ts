import { useEffect } from 'react';
import { useApp } from '../app-context.ts';

/** Keeps the page and the browser's own bars in the chosen theme; a script in `index.html` did it before the first paint. */
export function useTheme(): void {
  const theme = useApp((state) => state.settings.theme);
  useEffect(() => {
    const root = document.documentElement;
    if (theme === 'system') root.removeAttribute('data-theme');
    else root.setAttribute('data-theme', theme);
    for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
      const own = meta.media.includes('dark') ? 'dark' : 'light';
      meta.content = (theme === 'system' ? own : theme) === 'dark' ? '#1b1b1b' : '#f7f7f7';
    }
  }, [theme]);
}
