import type { Brand } from './brand.ts';

/** A length or position in pixels of the picture that the person gave, upright. */
export type SourcePx = Brand<number, 'SourcePx'>;
/** A length or position in pixels of the finished picture: source pixels times the output scale. */
export type OutputPx = Brand<number, 'OutputPx'>;
/** A length or position in source pixels, counted from the top left corner of one tile's read rectangle. */
export type TilePx = Brand<number, 'TilePx'>;

export const sourcePx = (value: number): SourcePx => value as SourcePx;
export const outputPx = (value: number): OutputPx => value as OutputPx;
export const tilePx = (value: number): TilePx => value as TilePx;

/** Width and height in whole pixels of one space. */
export type Size<Px extends number> = { readonly width: Px; readonly height: Px };

/** A rectangle in one space; `x + width` and `y + height` are exclusive. */
export type Rect<Px extends number> = Size<Px> & { readonly x: Px; readonly y: Px };

/** The place in the finished picture of a length in the source; `scale` is output pixels per source pixel. */
export const toOutput = (value: SourcePx, scale: number): OutputPx => outputPx(value * scale);
