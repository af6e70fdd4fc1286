import { defined } from '../../base/assert.ts';
import type { Rect, Size, SourcePx } from '../../base/geometry.ts';
import type { BitDepth, Samples } from '../../base/samples.ts';
import { risingWeights } from '../../tiling/feather.ts';
import type { Tile, TilePlan } from '../../tiling/plan.ts';
import { type ColumnSpan, type RowSpan, rowSpan } from '../../tiling/spans.ts';
import type { GpuDevice } from '../gpu-device.ts';
import { BufferSet } from './buffers.ts';
import type { Carries } from './carries.ts';
import { type Kernel, kernelOf } from './kernels.ts';
import { Reduction } from './reduction.ts';
import { MEASURE_GROUPS } from './shaders.ts';
import { STATS_BYTES } from './stats-words.ts';

export type PlanSettings = {
  /** Output pixels per source pixel. */
  readonly scale: number;
  readonly modelScale: number;
  /** Of the pixels that go up, and of those that come back. */
  readonly sourceDepth: BitDepth;
  readonly bitDepth: BitDepth;
};

/** A tile on its way back: as many bytes of the buffer as this tile has. */
export type ReadBack = { readonly staging: GPUBuffer; readonly bytes: number };

/** The kernels that run for every tile. */
type Kernels = Readonly<Record<'pack' | 'measure' | 'tally' | 'finish', Kernel>>;

/** Tiles under way at once: each has a staging buffer. */
const STAGING_BUFFERS = 2;

/** All that the tiles of one plan need on the device, and the kernels' work before and after the network's. */
export class PlanBuffers {
  /** The network's input and output tensors, NCHW. */
  readonly input: GPUBuffer;
  readonly output: GPUBuffer;
  readonly #device: GPUDevice;
  readonly #kernels: Kernels;
  readonly #plan: TilePlan;
  readonly #settings: PlanSettings;
  readonly #carries: Carries;
  readonly #set: BufferSet;
  readonly #reduction: Reduction | null;
  readonly #pixelsIn: GPUBuffer;
  readonly #pixelsOut: GPUBuffer;
  readonly #sides: readonly [GPUBuffer, GPUBuffer];
  readonly #rising: GPUBuffer;
  readonly #totals: GPUBuffer;
  readonly #tileWords: GPUBuffer;
  readonly #finishWords: GPUBuffer;
  readonly #packBound: GPUBindGroup;
  readonly #measureBound: readonly GPUBindGroup[];
  readonly #tallyBound: GPUBindGroup;
  readonly #staging: GPUBuffer[];

  constructor(gpu: GpuDevice, plan: TilePlan, carries: Carries, settings: PlanSettings) {
    this.#device = gpu.device;
    this.#kernels = {
      pack: kernelOf(gpu.device, `pack${settings.sourceDepth}`),
      measure: kernelOf(gpu.device, 'measure'),
      tally: kernelOf(gpu.device, 'tally'),
      finish: kernelOf(gpu.device, `finish${settings.bitDepth}`),
    };
    this.#plan = plan;
    this.#carries = carries;
    this.#settings = settings;
    const set = new BufferSet(gpu);
    this.#set = set;
    const { width, height } = plan.padded;
    const { modelScale, scale, sourceDepth, bitDepth } = settings;
    const values = 3 * width * height;
    this.input = set.storage('network input', 4 * values);
    this.output = set.storage('network output', 4 * values * modelScale ** 2);
    this.#pixelsIn = set.storage('tile pixels', pixelBytes(sourceDepth) * width * height);
    const largest = largestSpans(plan, scale, carries.zone);
    this.#pixelsOut = set.storage('finished pixels', pixelBytes(bitDepth) * largest.finishedPixels);
    const side = (n: number) => set.storage(`zone beside a tile ${n}`, 12 * carries.zone * largest.rows);
    this.#sides = [side(0), side(1)];
    this.#rising = set.filled('feather', risingWeights(carries.zone));
    const partials = set.storage('partial figures', 2 * 16 * MEASURE_GROUPS);
    this.#totals = set.storage('figures', STATS_BYTES);
    this.#tileWords = set.uniform('tile', 10);
    this.#finishWords = set.uniform('finish', 14);
    this.#reduction =
      scale === modelScale ? null : new Reduction(gpu, set, this.output, plan.padded, modelScale, scale);
    this.#packBound = this.#kernels.pack.bind(this.#tileWords, this.#pixelsIn, this.input);
    this.#measureBound = [
      { tensor: this.input, count: values },
      { tensor: this.output, count: values * modelScale ** 2 },
    ].map(({ tensor, count }, slot) => {
      const words = set.uniform(`measure ${slot}`, 2);
      this.#device.queue.writeBuffer(words, 0, new Uint32Array([count, slot]));
      return this.#kernels.measure.bind(words, tensor, partials);
    });
    this.#tallyBound = this.#kernels.tally.bind(partials, this.#totals);
    this.#staging = Array.from({ length: STAGING_BUFFERS }, (_, n) =>
      set.staging(`read-back ${n}`, STATS_BYTES + pixelBytes(bitDepth) * largest.finishedPixels),
    );
  }

  /** Queues the way up: `rgba` are the pixels of `clip`, what `read` needs of the picture. */
  upload(read: Rect<SourcePx>, clip: Rect<SourcePx>, rgba: Samples, picture: Size<SourcePx>): void {
    const { queue } = this.#device;
    const values = 3 * read.width * read.height;
    // Rows of workgroups, because a single one may be too long for the device.
    const rowValues = 256 * Math.min(Math.ceil(values / 256), 4096);
    queue.writeBuffer(this.#pixelsIn, 0, rgba);
    const tile = [
      ...[read.x, read.y, read.width, read.height, picture.width, picture.height],
      ...[clip.x, clip.y, clip.width, rowValues],
    ];
    queue.writeBuffer(this.#tileWords, 0, new Int32Array(tile));
    const encoder = this.#device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    this.#kernels.pack.run(pass, this.#packBound, rowValues / 256, Math.ceil(values / rowValues));
    pass.end();
    queue.submit([encoder.finish()]);
  }

  /** Queues the way back; gives the buffer to map: figures first, then the finished pixels of the tile. */
  download(tile: Tile, columns: ColumnSpan, row: RowSpan): ReadBack {
    const staging = defined(this.#staging.pop(), 'a free staging buffer');
    const { queue } = this.#device;
    queue.writeBuffer(this.#finishWords, 0, new Uint32Array(this.#finishParameters(tile, columns, row)));
    const encoder = this.#device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (const bound of this.#measureBound) this.#kernels.measure.run(pass, bound, MEASURE_GROUPS);
    this.#kernels.tally.run(pass, this.#tallyBound, 2);
    this.#reduction?.run(pass);
    const finish = this.#kernels.finish.bind(
      ...[this.#finishWords, this.#reduction?.reduced ?? this.output, this.#rising],
      ...(tile.column % 2 === 0 ? this.#sides : [this.#sides[1], this.#sides[0]]),
      ...[this.#carries.above(tile.row), this.#carries.below(tile.row), this.#pixelsOut],
    );
    const spanWidth = columns.handOnTo - columns.blendFrom;
    const height = row.finished + row.below;
    this.#kernels.finish.run(pass, finish, Math.ceil(spanWidth / 16), Math.ceil(height / 16));
    pass.end();
    const finishedPixels = (columns.ownTo - columns.blendFrom) * row.finished;
    const finishedBytes = pixelBytes(this.#settings.bitDepth) * finishedPixels;
    encoder.copyBufferToBuffer(this.#totals, 0, staging, 0, STATS_BYTES);
    encoder.copyBufferToBuffer(this.#pixelsOut, 0, staging, STATS_BYTES, finishedBytes);
    queue.submit([encoder.finish()]);
    return { staging, bytes: STATS_BYTES + finishedBytes };
  }

  giveBack(staging: GPUBuffer): void {
    this.#staging.push(staging);
  }

  destroy(): void {
    this.#set.destroy();
  }

  /** In the order of the kernel's struct. */
  #finishParameters(tile: Tile, columns: ColumnSpan, row: RowSpan): number[] {
    const { scale } = this.#settings;
    const { width, height } = this.#plan.padded;
    const { blendFrom, ownFrom, ownTo, handOnTo, offset } = columns;
    return [
      ...[width * scale, width * height * scale ** 2, blendFrom - offset, row.top - tile.read.y * scale],
      ...[ownFrom - blendFrom, ownTo - blendFrom, handOnTo - blendFrom],
      ...[row.above, row.finished, row.finished + row.below],
      ...[this.#carries.zone, row.finished + row.below, this.#plan.picture.width * scale, blendFrom],
    ];
  }
}

/** RGBA. */
function pixelBytes(depth: BitDepth): number {
  return depth / 2;
}

/** How many output rows a row of tiles touches at most, and how many pixels a tile finishes at most. */
function largestSpans(plan: TilePlan, scale: number, zone: number): { rows: number; finishedPixels: number } {
  const rows = Array.from({ length: plan.rows }, (_, row) => rowSpan(plan, row, scale, zone));
  const finished = Math.max(...rows.map((row) => row.finished));
  const widths = plan.xEdges.slice(1).map((right, i) => right - defined(plan.xEdges[i], 'edge'));
  return {
    rows: Math.max(...rows.map((row) => row.finished + row.below)),
    finishedPixels: finished * (Math.max(...widths) * scale + zone),
  };
}
