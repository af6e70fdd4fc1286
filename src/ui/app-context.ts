import { createContext, useContext, useSyncExternalStore } from 'react';
import { defined } from '../base/assert.ts';
import type { App, AppActions, AppState } from '../state/store.ts';

/** Where every component finds the page's memory, verbs and pixels. */
export const AppContext = createContext<App | null>(null);

export function useAppObject(): App {
  return defined(useContext(AppContext), 'the app context');
}

/** A part of the state; `select` must give the same object while nothing changed. */
export function useApp<T>(select: (state: AppState) => T): T {
  const { store } = useAppObject();
  return useSyncExternalStore(store.subscribe, () => select(store.getState()));
}

export function useActions(): AppActions {
  return useAppObject().actions;
}
