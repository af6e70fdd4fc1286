import type { StateDict } from '../convert/state-dict.ts';
import type { PictureNetwork } from '../picture-network.ts';
import type { Architecture } from './architecture.ts';
import { COMPACT } from './compact.ts';
import { DAT } from './dat.ts';
import { ESRGAN } from './esrgan.ts';
import { knownName } from './known-signatures.ts';
import { MOSR } from './mosr.ts';
import { OMNI_SR } from './omni-sr.ts';
import { PLKSR } from './plksr.ts';
import { listed, unsupported } from './refusals.ts';
import { withRgbEnds } from './rgb-ends.ts';
import { SAFMN } from './safmn.ts';
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

/**
 * The network that the weights are of, known by their names and shapes, as a graph of its own. Every weight of the file
 * is used, or known not to be needed; nothing is run on a guess.
 * @throws TesseraError `model-unsupported` for an architecture or a variant that is not built; `model-corrupt` where a
 * weight is missing or of the wrong shape
 */
export function networkFromWeights(dict: StateDict): PictureNetwork {
  const architecture = ARCHITECTURES.find((one) => one.recognises(dict));
  if (architecture) return withRgbEnds(architecture.build(dict));
  const keys = [...dict.weights.keys()];
  if (keys.length === 0) throw unsupported('The file holds no weights.');
  const known = knownName(keys);
  const built = ARCHITECTURES.map(({ name }) => name).join(', ');
  const what = known
    ? `These are the weights of ${known}, for which Tessera has no builder`
    : 'These weights are of no architecture that Tessera knows';
  throw unsupported(`${what} (it builds ${built}). They begin with ${listed(keys)}.`, keys);
}
