/** Whether a model may be used for work that is paid for. `with-credit` and `share-alike` are a yes with a condition. */
export type CommercialUse = 'yes' | 'with-credit' | 'share-alike' | 'no' | 'unknown';

/** What a licence means for the person who uses the model, in words that need no lawyer. No legal advice. */
export type LicenceTerms = { readonly commercialUse: CommercialUse; readonly sentence: string };

const FREE: LicenceTerms = {
  commercialUse: 'yes',
  sentence: 'Free for any use, commercial work included.',
};
const NOTICE: LicenceTerms = {
  commercialUse: 'yes',
  sentence:
    'Free for any use, commercial work included; whoever passes the model file on keeps its licence with it.',
};
const UNKNOWN: LicenceTerms = {
  commercialUse: 'unknown',
  sentence: 'Whether it may be used for commercial work is not known: ask its author.',
};

/** By SPDX identifier. The licences that `models/registry.json` and OpenModelDB know. */
const TERMS: Readonly<Record<string, LicenceTerms>> = {
  'CC0-1.0': FREE,
  WTFPL: FREE,
  Unlicense: FREE,
  MIT: NOTICE,
  'BSD-3-Clause': NOTICE,
  'Apache-2.0': NOTICE,
  'CC-BY-4.0': {
    commercialUse: 'with-credit',
    sentence: 'Free for any use, commercial work included, if you name its author.',
  },
  'CC-BY-SA-4.0': {
    commercialUse: 'share-alike',
    sentence:
      'Commercial work included, if you name its author and pass on what you derive from it under the same licence.',
  },
  'CC-BY-NC-4.0': { commercialUse: 'no', sentence: 'Not for commercial work; name its author.' },
  'CC-BY-NC-SA-4.0': {
    commercialUse: 'no',
    sentence:
      'Not for commercial work; name its author, and pass on what you derive from it under the same licence.',
  },
};

/** @param licence SPDX identifier; any other text counts as unknown. */
export function licenceTerms(licence: string): LicenceTerms {
  return (Object.hasOwn(TERMS, licence) ? TERMS[licence] : undefined) ?? UNKNOWN;
}
