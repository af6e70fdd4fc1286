/** The BroadcastChannel on which all tabs and workers hear that the library of models changed. */
export const LIBRARY_CHANNEL = 'tessera-library';
