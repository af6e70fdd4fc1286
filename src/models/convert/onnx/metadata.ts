import type { MetadataEntry } from '../../onnx/model.ts';
import type { NetworkForm } from '../../picture-network.ts';

type Declared = {
  readonly white: NetworkForm['white'] | null;
  readonly channelOrder: NetworkForm['channelOrder'] | null;
};

/** Keys as exporters write them, whatever their case and separators. */
const RANGE_KEYS: ReadonlySet<string> = new Set(['range', 'inputrange', 'valuerange', 'pixelrange']);
const ORDER_KEYS: ReadonlySet<string> = new Set([
  'channelorder',
  'colororder',
  'colourorder',
  'colorformat',
  'colorspace',
  'inputformat',
]);

/** What a model's metadata says of its values; there is no standard for it, so what is not understood is left out. */
export function declaredIn(metadata: readonly MetadataEntry[]): Declared {
  const said = (keys: ReadonlySet<string>) =>
    metadata.find(({ key }) => keys.has(key.toLowerCase().replaceAll(/[^a-z]/g, '')))?.value.toLowerCase();
  const top = Number(/(\d+(?:\.\d+)?)\D*$/.exec(said(RANGE_KEYS) ?? '')?.[1]);
  const order = /^\W*(rgb|bgr)a?\W*$/.exec(said(ORDER_KEYS) ?? '')?.[1];
  return {
    white: top === 1 || top === 255 ? top : null,
    channelOrder: order === 'rgb' || order === 'bgr' ? order : null,
  };
}
