import type { Brand } from './brand.ts';

/** A length or position in pixels of the picture that the person gave, upright. */
export type SourcePx = Brand<number, 'SourcePx'>;
/** A length or position in pixels of the finished picture: source pixels times the output scale. */
export type OutputPx = Brand<number, 'OutputPx'>;

export const sourcePx = (value: number): SourcePx => value as SourcePx;
export const outputPx = (value: number): OutputPx => value as OutputPx;

/** Width and height in whole pixels of one space. */
export type Size<Px extends number> = { readonly width: Px; readonly height: Px };

/** A rectangle in one space; `x + width` and `y + height` are exclusive. */
export type Rect<Px extends number> = Size<Px> & { readonly x: Px; readonly y: Px };
