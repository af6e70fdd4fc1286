import { TesseraError } from '../../../base/errors.ts';
import type { NcnnLayer, Place } from './layer.ts';

const GET_BOTH_AGAIN = 'Download or export the .param and the .bin file again, both from the same place.';

/** That the `.param` file cannot be read. */
export function corruptParam(what: string, place: Place): TesseraError {
  return new TesseraError(
    'model-corrupt',
    `The .param file is not a readable ncnn network: ${what}, in ${placeText(place)}.`,
    GET_BOTH_AGAIN,
    { [place.unit]: place.at },
  );
}

/** That a layer's own numbers do not fit each other or what it is given. */
export function corruptLayer(layer: NcnnLayer, what: string): TesseraError {
  return corruptParam(`layer ${called(layer)} ${what}`, layer.place);
}

/** That the `.bin` file is not the one that the `.param` file describes: the weights of another network, or cut off. */
export function corruptBin(what: string, details: Readonly<Record<string, number>>): TesseraError {
  return new TesseraError(
    'model-unsupported',
    `The .param and the .bin file do not fit each other: ${what}. They may not belong together.`,
    `Choose the two that came together, or, if they did, download or export both again: one may be cut off.`,
    details,
  );
}

/** That a layer means something which is not converted. */
export function unsupportedLayer(
  layer: NcnnLayer,
  why: string,
  nextStep = 'Export the model as ONNX instead, or choose another one.',
): TesseraError {
  return new TesseraError(
    'model-unsupported',
    `Layer ${called(layer)} (${layer.type}, ${placeText(layer.place)}) ${why}.`,
    nextStep,
    { layer: layer.name, type: layer.type, [layer.place.unit]: layer.place.at },
  );
}

function called({ name }: NcnnLayer): string {
  return `“${name.length > 60 ? `${name.slice(0, 60)}…` : name}”`;
}

function placeText({ unit, at }: Place): string {
  return `${unit} ${at}`;
}
