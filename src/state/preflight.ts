import { MAX_CANVAS_PIXELS, MAX_OUTPUT_SIDE_PX } from '../base/output-limits.ts';
import type { OutputFormat } from '../worker/protocol.ts';

/** A change of the set-up that a button can offer. */
export type Fix = {
  readonly label: string;
  readonly format?: OutputFormat;
  readonly scale?: number;
  /** Takes its own scale with it. */
  readonly model?: string;
};

/** Why a start would be refused, with numbers, and what would help. */
export type Refusal = {
  readonly heading: string;
  readonly message: string;
  /** What the person can do that no button does; empty where a button is there. */
  readonly nextStep: string;
  readonly fixes: readonly Fix[];
};

/** What is about to be started; the size is that of the source, in source pixels. */
export type Intent = {
  readonly width: number;
  readonly height: number;
  readonly scale: number;
  readonly format: OutputFormat;
};

const FORMAT_NAMES: Record<OutputFormat, string> = { png: 'PNG', jpeg: 'JPEG', webp: 'WebP' };

/** The early word on a result that cannot be made; null where nothing is in the way. The worker checks again. */
export function preflight(intent: Intent): Refusal | null {
  const problem = problemOf(intent);
  if (problem === null) return null;
  const fixes = fixesFor(intent);
  const nextStep = fixes.length === 0 ? 'Make the picture smaller first, or cut it into parts.' : '';
  return { heading: 'Too large to make here', message: problem, nextStep, fixes };
}

/** The fixes that really would let `intent` start: another format first, then the largest scale that fits. */
export function fixesFor(intent: Intent): Fix[] {
  const fixes: Fix[] = [];
  if (intent.format !== 'png' && problemOf({ ...intent, format: 'png' }) === null) {
    fixes.push({ label: 'Use PNG', format: 'png' });
  }
  for (let scale = intent.scale - 1; scale >= 2; scale--) {
    if (problemOf({ ...intent, scale }) !== null) continue;
    fixes.push({ label: `Use ${scale}×`, scale });
    break;
  }
  return fixes;
}

function problemOf({ width, height, scale, format }: Intent): string | null {
  const outWidth = width * scale;
  const outHeight = height * scale;
  const side = Math.max(outWidth, outHeight);
  const size = `${grouped(outWidth)} × ${grouped(outHeight)} pixels`;
  if (side > MAX_OUTPUT_SIDE_PX.png) {
    return `The result would be ${size}. A browser can hold ${grouped(MAX_OUTPUT_SIDE_PX.png)} pixels a side.`;
  }
  if (outWidth * outHeight > MAX_CANVAS_PIXELS) {
    return `The result would be ${size}, ${megapixels(outWidth * outHeight)}. A browser can hold ${megapixels(MAX_CANVAS_PIXELS)}.`;
  }
  if (side > MAX_OUTPUT_SIDE_PX[format]) {
    return `The result would be ${size}. ${FORMAT_NAMES[format]} can hold ${grouped(MAX_OUTPUT_SIDE_PX[format])} pixels a side.`;
  }
  return null;
}

function grouped(value: number): string {
  return value.toLocaleString('en');
}

function megapixels(pixels: number): string {
  return `${Math.floor(pixels / 1e6)} megapixels`;
}
