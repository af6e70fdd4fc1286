import { type CommercialUse, licenceTerms } from '../../models/licence.ts';
import type { KnownBy, KnownField } from '../../models/picture-network.ts';
import type { LibraryModel } from '../../worker/models-protocol.ts';
import { bytesText, sizeText } from '../words.ts';

/** `4×`; a model that restores and does not enlarge is said to be one. */
export function scaleText(scale: number): string {
  return scale === 1 ? '1×, restores' : `${scale}×`;
}

/** As `scaleText`, of a model of the library; where it might be another one, that it is assumed. */
export function ownScaleText({ scale, form }: Pick<LibraryModel, 'scale' | 'form'>): string {
  return isScaleAssumed(form) ? `${scaleText(scale)} (assumed)` : scaleText(scale);
}

/** Weights of 2× and of 3× can be alike; the file's name is then asked, and may not say. */
export function isScaleAssumed({ knownBy }: LibraryModel['form']): boolean {
  return knownBy.scale === 'assumed';
}

/** The family without its measures: “ESRGAN” of “ESRGAN, 64 features, 23 blocks”. */
export function familyOf(architecture: string): string {
  return architecture.split(',', 1)[0]?.trim() ?? '';
}

/** `CC-BY-4.0`, or that it is not known. */
export function licenceName(licence: string): string {
  return licence || 'Licence not known';
}

/** How freely a model may be used, as the dot beside its licence shows it. */
export type LicenceTone = 'free' | 'conditions' | 'limited' | 'unknown';

const TONES: Readonly<Record<CommercialUse, LicenceTone>> = {
  yes: 'free',
  'with-credit': 'conditions',
  'share-alike': 'conditions',
  no: 'limited',
  unknown: 'unknown',
};

export function licenceTone(licence: string): LicenceTone {
  return TONES[licenceTerms(licence).commercialUse];
}

/** The facts of a model that is being read about, with a dot between each. */
export function factsText(facts: readonly (string | null)[]): string {
  return facts.filter(Boolean).join(' · ');
}

/** The first half of a hash is enough to tell two files apart; people compare the beginning. */
export function shortHash(sha256: string): string {
  return `${sha256.slice(0, 12)}…`;
}

export const FORMAT_NAMES: Readonly<Record<LibraryModel['origin']['format'], string>> = {
  onnx: 'ONNX',
  torch: 'PyTorch',
  safetensors: 'safetensors',
  ncnn: 'ncnn',
};

/** Ends “Scale: 4×, …”. */
export const KNOWN_BY: Readonly<Record<KnownBy, string>> = {
  declared: 'declared in the file',
  metadata: 'from the file’s metadata',
  name: 'from the file’s name',
  probed: 'found by running it',
  architecture: 'follows from its architecture',
  assumed: 'assumed: the file does not say',
  unknown: 'not known',
};

/** One property of a model: what it is, its value, and how that is known. */
export type KnownLine = { readonly name: string; readonly value: string; readonly how: string };

/** What is known of how the network works, in the order in which people ask. */
export function knownLines(model: LibraryModel): readonly KnownLine[] {
  const { form, sizeRule, receptiveFieldPx, dependsOnTileSize } = model;
  const line = (field: KnownField, name: string, value: string): KnownLine => ({
    name,
    value,
    how: KNOWN_BY[form.knownBy[field]],
  });
  return [
    line('scale', 'Scale', scaleText(model.scale)),
    line('channels', 'Channels', channelsText(form.inputChannels, form.outputChannels)),
    line('layout', 'Layout', form.layout.toUpperCase()),
    line('white', 'Values', form.white === 1 ? '0 to 1' : '0 to 255'),
    line('channelOrder', 'Order', form.channelOrder.toUpperCase()),
    line('sizeRule', 'Sizes', sizesText(sizeRule)),
    line('receptiveField', 'Reach', receptiveFieldPx === null ? 'Not known' : `${receptiveFieldPx} px`),
    line('dependsOnTileSize', 'Tiles', dependsOnTileSize ? 'Large, of one size' : 'Any size'),
  ];
}

function channelsText(input: 1 | 3 | 4, output: 1 | 3 | 4): string {
  const words = { 1: 'brightness', 3: 'colour', 4: 'colour and alpha' };
  return input === output ? `${input}, ${words[input]}` : `${input} in, ${output} out`;
}

function sizesText({ multipleOf, minimumPx, fixed }: LibraryModel['sizeRule']): string {
  if (fixed) return `${sizeText(fixed.width, fixed.height)} only`;
  const rules = [
    multipleOf > 1 ? `multiples of ${multipleOf}` : '',
    minimumPx > 1 ? `from ${minimumPx} px` : '',
  ];
  return rules.filter(Boolean).join(', ') || 'Any';
}

/** What a file of a model is, to be agreed to or recognised: `4xNomos8kSC.pth, 67 MB`. */
export function fileText(name: string, bytes: number): string {
  return `${name}, ${bytesText(bytes)}`;
}
