/** The command line cannot be obeyed as it stands; the program ends with 2. */
export class UsageError extends Error {
  /** @override */
  name = 'UsageError';
}
