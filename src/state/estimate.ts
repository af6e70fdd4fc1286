import type { ModelDescriptor } from '../models/descriptor.ts';
import type { Backend, JobReport, OutputFormat } from '../worker/protocol.ts';

/** Multiply-accumulates a millisecond, measured on this device; a backend that never ran is left out. */
export type Rates = { readonly [Name in Backend]?: number };

/** What a start would cost. */
export type Estimate = {
  readonly ms: number;
  /** Whether `ms` comes from a job that ran here, not from a default. */
  readonly measured: boolean;
  readonly fileBytes: number;
  readonly memoryBytes: number;
};

/** What the estimate is made for; the size is that of the source, in source pixels. */
export type EstimateInput = {
  readonly width: number;
  readonly height: number;
  readonly scale: number;
  readonly model: ModelDescriptor;
  readonly backend: Backend;
  readonly threads: number;
  readonly format: OutputFormat;
  readonly quality: number;
  readonly rates: Rates;
};

/** What tiles read twice, because each reads context around what it keeps. */
const CONTEXT_FACTOR = 1.3;
/** Bytes a pixel of upscaled photographs, which are smoother than camera files. */
const PNG_BYTES_PER_PX = 1.4;
const WASM_MACS_PER_MS_PER_THREAD = 10e6 / 2;
const WEBGPU_MACS_PER_MS = 500e6;

/** Time, file size and memory of a job, before it starts. */
export function estimate(input: EstimateInput): Estimate {
  const { width, height, scale, model, backend, rates } = input;
  const rate = rates[backend];
  const macs = model.macsPerSourcePx * width * height * CONTEXT_FACTOR;
  const outputPixels = width * height * scale * scale;
  return {
    ms: macs / (rate ?? defaultRate(backend, input.threads)),
    measured: rate !== undefined,
    fileBytes: outputPixels * bytesPerPixel(input.format, input.quality),
    // The source, the finished canvas, and what the encoder and the viewer hold of it, four bytes a pixel each.
    memoryBytes: width * height * 4 + outputPixels * 4 * 2,
  };
}

/** The rate that a finished job shows, in multiply-accumulates a millisecond; null where it is too short to tell. */
export function measuredRate(report: JobReport, model: ModelDescriptor): number | null {
  // On the card the first tile belongs to the warm-up.
  const timed = report.backend === 'webgpu' ? report.tilesRun - 1 : report.tilesRun;
  const pixels = timed * report.paddedTile.width * report.paddedTile.height;
  if (report.ms.tiles < 50 || pixels <= 0) return null;
  return (model.macsPerSourcePx * pixels) / report.ms.tiles;
}

function defaultRate(backend: Backend, threads: number): number {
  return backend === 'webgpu' ? WEBGPU_MACS_PER_MS : WASM_MACS_PER_MS_PER_THREAD * Math.max(1, threads);
}

function bytesPerPixel(format: OutputFormat, quality: number): number {
  if (format === 'png') return PNG_BYTES_PER_PX;
  // Both lossy formats grow slowly up to about 80 and steeply above it.
  const weight = 0.25 + 0.75 * (quality / 100) ** 6;
  return (format === 'jpeg' ? 0.5 : 0.35) * weight;
}
