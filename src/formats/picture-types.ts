/** The picture formats that are told apart by their bytes. */
export type PictureFormat =
  | 'png'
  | 'jpeg'
  | 'webp'
  | 'avif'
  | 'gif'
  | 'bmp'
  | 'jxl'
  | 'tiff'
  | 'heic'
  | 'ico'
  | 'svg';

/** The formats that a browser decodes for us. */
export type DecodableFormat = Exclude<PictureFormat, 'tiff' | 'heic' | 'ico' | 'svg'>;

/** The formats that a result can be saved in. */
export type OutputFormat = 'png' | 'jpeg' | 'webp';

/** What a file's header says, before any pixel is decoded. */
export type PictureHeader = {
  readonly format: DecodableFormat;
  /** Upright, in source pixels; null where only decoding tells (some AVIF and JPEG XL). */
  readonly width: number | null;
  /** Upright, in source pixels; null exactly when `width` is. */
  readonly height: number | null;
  /** Bits per channel as stored, 1..32. Palettes count as the 8 bits of their colours. */
  readonly bitDepth: number;
  /** All its 16 bits can be decoded, and a PNG keeps them; else a decoded picture has 8. */
  readonly keepsDepth: boolean;
  /** Size of the file in bytes. */
  readonly bytes: number;
  /** A colour profile (ICC, cICP, nclx, …) other than sRGB: decoding changes the numbers. */
  readonly hasProfile: boolean;
  readonly frames: 'one' | 'many';
  /** EXIF, XMP, IPTC, comments or other text. Pixel density and profiles do not count. */
  readonly hasMetadata: boolean;
};

/** Something about a picture that a person should know, though the work goes on. */
export type FormatWarning = {
  readonly code:
    | 'depth-reduced'
    | 'profile-converted'
    | 'first-frame-only'
    | 'metadata-dropped'
    | 'alpha-flattened';
  /** One sentence. */
  readonly message: string;
};

/** What one format's parser hands to `readHeader`: sizes as stored, before turning. */
export type StoredHeader = Omit<PictureHeader, 'format' | 'bytes' | 'keepsDepth'> & {
  /** Left out by the formats of which only the browser knows how to decode them. */
  readonly keepsDepth?: boolean;
  /** The picture is shown turned by a quarter, so width and height change places. */
  readonly quarterTurned: boolean;
};

/** How people call each format. */
export const FORMAT_NAMES: Readonly<Record<PictureFormat, string>> = {
  png: 'PNG',
  jpeg: 'JPEG',
  webp: 'WebP',
  avif: 'AVIF',
  gif: 'GIF',
  bmp: 'BMP',
  jxl: 'JPEG XL',
  tiff: 'TIFF',
  heic: 'HEIC',
  ico: 'ICO',
  svg: 'SVG',
};
