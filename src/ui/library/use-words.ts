import type { Use } from '../../models/offer.ts';

export const USE_WORDS: Readonly<Record<Use, string>> = {
  photo: 'Photographs',
  anime: 'Anime',
  denoise: 'Noise',
  text: 'Text',
  faces: 'Faces',
  jpeg: 'JPEG damage',
  texture: 'Textures of games',
  general: 'Any picture',
};
