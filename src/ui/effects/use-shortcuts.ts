import { useEffect, useRef } from 'react';
import { useApp } from '../app-context.ts';

/**
 * Keys and what they do. They rest while a person types and in an open dialog; those that are a character also where
 * single keys are switched off. Escape is none, and always gets out.
 */
export type Shortcuts = Readonly<Record<string, () => void>>;

export function useShortcuts(shortcuts: Shortcuts): void {
  const enabled = useApp((state) => state.settings.singleKeys);
  const current = useRef(shortcuts);
  useEffect(() => {
    current.current = shortcuts;
  });
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent) {
      if (!enabled && event.key.length === 1) return;
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || keepsKeys(event))
        return;
      const action = current.current[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!action) return;
      event.preventDefault();
      action();
    }
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [enabled]);
}

/** Whether the focused element uses keys itself, or a dialog is open over the page. */
function keepsKeys(event: KeyboardEvent): boolean {
  if (document.querySelector('dialog[open]')) return true;
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLSelectElement) return true;
  if (target instanceof HTMLInputElement) return target.type !== 'radio' && target.type !== 'checkbox';
  return false;
}
