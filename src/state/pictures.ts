import { PartialPicture } from './partial-picture.ts';
import { Registry } from './registry.ts';

/** What a person gave: the file as it goes to the worker, and its pixels for the viewer. */
export type SourceEntry = { readonly file: Blob; readonly bitmap: ImageBitmap };

/** What a job gave back: the file, its one object URL, and its pixels for the viewer. */
export type ResultEntry = { readonly file: Blob; readonly url: string; readonly bitmap: ImageBitmap };

/** A part of a picture, in its own pixels. */
export type Region = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

/** Every pixel and every object URL of the page. Nothing else creates or frees one. */
export type Pictures = {
  readonly sources: Registry<SourceEntry>;
  readonly results: Registry<ResultEntry>;
  readonly partials: Registry<PartialPicture>;
  /** What models made of a region, to be compared. */
  readonly samples: Registry<ImageBitmap>;
  /** How a file becomes pixels for the viewer: the browser's decoder, upright; rejects as the browser does. */
  readonly decode: (file: Blob) => Promise<ImageBitmap>;
  /** The region as a picture file without loss. */
  readonly crop: (bitmap: ImageBitmap, region: Region) => Promise<Blob>;
  readonly urlOf: (file: Blob) => string;
  readonly newPartial: () => PartialPicture;
};

/** The owner of pixels in a real browser. */
export function createPictures(): Pictures {
  return {
    sources: new Registry((entry) => entry.bitmap.close()),
    results: new Registry((entry) => {
      entry.bitmap.close();
      URL.revokeObjectURL(entry.url);
    }),
    partials: new Registry((partial) => partial.free()),
    samples: new Registry((bitmap) => bitmap.close()),
    decode: (file) => createImageBitmap(file),
    crop(bitmap, { x, y, width, height }) {
      const canvas = new OffscreenCanvas(width, height);
      canvas.getContext('2d')?.drawImage(bitmap, x, y, width, height, 0, 0, width, height);
      return canvas.convertToBlob({ type: 'image/png' });
    },
    urlOf: (file) => URL.createObjectURL(file),
    newPartial: () => new PartialPicture((width, height) => new OffscreenCanvas(width, height)),
  };
}
