import type { Seam } from '../../tiling/tile-road.ts';
import type { GpuDevice } from '../gpu-device.ts';
import { BufferSet } from './buffers.ts';

/**
 * The zones between rows of tiles, kept on the device: of each row the upper tiles' colours times their falling weight,
 * `[3, zone, width]` float32. A row reads one and writes the next. Three in a ring, so that a row whose first tile is
 * already under way does not overwrite what the row above it would need to be run again.
 */
export class Carries {
  readonly gpu: GpuDevice;
  /** Height in output rows. */
  readonly zone: number;
  readonly #set: BufferSet;
  readonly #ring: readonly [GPUBuffer, GPUBuffer, GPUBuffer];
  /** Where the zone below the last finished row is. */
  #slot = 0;
  #start = 0;
  #hasStart = false;
  #seam: Seam | null = null;

  constructor(gpu: GpuDevice, zone: number, width: number) {
    this.gpu = gpu;
    this.zone = zone;
    this.#set = new BufferSet(gpu);
    const one = (n: number) => this.#set.storage(`zone below a row ${n}`, 4 * 3 * zone * width);
    this.#ring = [one(0), one(1), one(2)];
  }

  get seam(): Seam | null {
    return this.#seam;
  }

  /** Whether the first row of the plan in force blends with something above. */
  get hasStart(): boolean {
    return this.#hasStart;
  }

  beginPlan(): void {
    this.#start = this.#slot;
    this.#hasStart = this.#seam !== null;
  }

  /** What the plan's row of that number reads. */
  above(row: number): GPUBuffer {
    return this.#at(this.#start + row);
  }

  /** What it writes. */
  below(row: number): GPUBuffer {
    return this.#at(this.#start + row + 1);
  }

  /** @param seam null after the last row of the picture. */
  rowFinished(row: number, seam: Seam | null): void {
    this.#slot = this.#start + row + 1;
    this.#seam = seam;
  }

  destroy(): void {
    this.#set.destroy();
  }

  #at(slot: number): GPUBuffer {
    return this.#ring[slot % 3] as GPUBuffer;
  }
}
