/** More would hide the others; the library has all. */
const OWN_SHOWN = 4;

/**
 * The models that can be named, for a sentence: the ids of those that are built in, then a few of the person's own, by the
 * name that they know and the id that an address or the command line takes.
 */
export function modelList(
  builtIn: readonly { readonly id: string }[],
  own: readonly { readonly id: string; readonly name: string }[],
): string {
  const ids = builtIn.map(({ id }) => id).join(', ');
  if (own.length === 0) return ids;
  const shown = own.slice(0, OWN_SHOWN).map(({ id, name }) => `“${name}” (${id})`);
  const more = own.length > OWN_SHOWN ? [`${own.length - OWN_SHOWN} more in the library`] : [];
  return `${ids}; on this device ${[...shown, ...more].join(', ')}`;
}
