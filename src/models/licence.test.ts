import { describe, expect, it } from 'vitest';
import { licenceTerms } from './licence.ts';

describe('licenceTerms', () => {
  it.each([
    ['CC0-1.0', 'yes'],
    ['MIT', 'yes'],
    ['CC-BY-4.0', 'with-credit'],
    ['CC-BY-SA-4.0', 'share-alike'],
    ['CC-BY-NC-SA-4.0', 'no'],
    ['', 'unknown'],
    ['Somebody’s own', 'unknown'],
    ['constructor', 'unknown'],
  ])('knows what “%s” means for commercial work: %s', (licence, commercialUse) => {
    const terms = licenceTerms(licence);
    expect(terms.commercialUse).toBe(commercialUse);
    expect(terms.sentence).toMatch(/^[A-Z].*\.$/);
  });

  it('says “not” only of licences that forbid it', () => {
    expect(licenceTerms('CC-BY-NC-4.0').sentence).toContain('Not for commercial');
    expect(licenceTerms('CC-BY-4.0').sentence).not.toContain('Not');
  });
});
