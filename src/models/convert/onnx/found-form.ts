import type { KnownBy, KnownField, NetworkForm, SizeRule } from '../../picture-network.ts';
import type { PictureForm } from './ports.ts';
import { unsuitable } from './refusals.ts';

/** How pictures lie in one end of a network. */
export type EndForm = PictureForm & {
  readonly white: NetworkForm['white'];
  readonly channelOrder: NetworkForm['channelOrder'];
};

/** Pixels at each side of a picture. */
export type Border = {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
};

/** Everything that has to be known of a described model for it to become a `PictureNetwork`. */
export type FoundForm = {
  readonly input: EndForm;
  readonly output: EndForm;
  readonly scale: number;
  /** Output pixels that the answer lacks, and that are to be put back; negative where it has too many. */
  readonly lacking: Border;
  readonly sizeRule: SizeRule;
  /** As measured, for graphs that do not tell; null where it was not. */
  readonly receptiveFieldPx: number | null;
  readonly dependsOnTileSize: boolean;
  readonly knownBy: Readonly<Record<KnownField, KnownBy>>;
};

/** Which channels may come out of which that go in. */
const PAIRS: readonly (readonly [input: number, output: number])[] = [
  [1, 1],
  [3, 3],
  [3, 4],
  [4, 3],
  [4, 4],
];

/** @throws TesseraError `model-unsuitable` where the answer has other colours than the picture */
export function checkChannels(input: number, output: number): void {
  if (PAIRS.some(([from, to]) => from === input && to === output)) return;
  const kind = output > input ? 'it invents colours' : 'its answer is a mask or a map';
  throw unsuitable(
    `its input has ${input} ${input === 1 ? 'channel' : 'channels'} and its output ${output}: ${kind}, where the same picture was expected`,
    { inputChannels: input, outputChannels: output },
  );
}
