import type { TesseraError } from '../../base/errors.ts';
import type { IsNetwork, Shapes, StateDict } from '../convert/state-dict.ts';
import type { PictureNetwork } from '../picture-network.ts';
import type { Architecture } from './architecture.ts';
import { COMPACT } from './compact.ts';
import { DAT } from './dat.ts';
import { ESRGAN } from './esrgan.ts';
import { knownName } from './known-signatures.ts';
import { MOSR } from './mosr.ts';
import { OMNI_SR } from './omni-sr.ts';
import { underEachPrefix } from './own-names.ts';
import { PLKSR } from './plksr.ts';
import { listed, unsupported } from './refusals.ts';
import { withRgbEnds } from './rgb-ends.ts';
import { SAFMN } from './safmn.ts';
import { scaleInName } from './scale-in-name.ts';
import { SPAN } from './span.ts';
import { SWINIR } from './swinir.ts';

/** Those that are built, in the order in which they are tried. */
export const ARCHITECTURES: readonly Architecture[] = [
  COMPACT,
  ESRGAN,
  SPAN,
  PLKSR,
  SAFMN,
  MOSR,
  OMNI_SR,
  SWINIR,
  DAT,
];

/** Whether the weights are of an architecture that is built here, also below prefixes. */
export const isBuilt: IsNetwork = (weights) => underEachPrefix(weights).some(hasArchitecture);

function hasArchitecture(weights: Shapes): boolean {
  return ARCHITECTURES.some((one) => one.recognises({ weights }));
}

/**
 * The network that the weights are of, known by their names and shapes, as a graph of its own. Every weight of the file
 * is used, or known not to be needed; nothing is run on a guess, but for a scale that is then said to be assumed.
 * @param fileName asked where weights do not tell a scale; people write it there
 * @throws TesseraError `model-unsupported` for an architecture or a variant that is not built; `model-corrupt` where a
 * weight is missing or of the wrong shape
 */
export function networkFromWeights({ weights, metadata }: StateDict, fileName = ''): PictureNetwork {
  const own = underEachPrefix(weights).find(hasArchitecture);
  if (!own) throw unknownArchitecture(weights);
  const dict = { weights: own, metadata };
  const architecture = ARCHITECTURES.find((one) => one.recognises(dict)) as Architecture;
  return withRgbEnds(architecture.build(dict, scaleInName(fileName)));
}

function unknownArchitecture(weights: Shapes): TesseraError {
  if (weights.size === 0) return unsupported('The file holds no weights.');
  const named = underEachPrefix(weights).findLast((some) => knownName([...some.keys()]) !== null);
  const keys = [...(named ?? weights).keys()];
  const known = named && knownName(keys);
  const built = ARCHITECTURES.map(({ name }) => name).join(', ');
  const what = known
    ? `These are weights of ${known}, an architecture that Tessera cannot run yet`
    : 'These weights are of no architecture that Tessera knows';
  return unsupported(`${what} (it runs ${built}). The first of them are ${listed(keys)}.`, keys);
}
