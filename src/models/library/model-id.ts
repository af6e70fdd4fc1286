const NAME_LENGTH = 40;

/**
 * An id that goes into addresses and file names: what is left of the name in a–z, 0–9 and hyphens, and the beginning of
 * the hash, which tells models of one name apart.
 *
 * @param digits of the hash: 8, or more where two models share those
 */
export function libraryId(name: string, sha256: string, digits = 8): string {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    // Accents, which the normal form has set apart, go without a trace.
    .replace(/\p{Mark}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, NAME_LENGTH)
    .replace(/^-|-$/g, '');
  return `${slug || 'model'}-${sha256.slice(0, digits)}`;
}
