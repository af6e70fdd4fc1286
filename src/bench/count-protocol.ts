/** What crosses between the bench's page and the worker that counts, on the channel that is the worker's name. Types only. */
export type CountCommand =
  /** Begins to count; what is alive on the graphics card goes on counting. */
  | { readonly kind: 'begin' }
  | { readonly kind: 'read' }
  /**
   * Makes memory short once, at the tile of that number, from 0: on a graphics card at its read-back, on the processor
   * where `values` floats are asked for, which is a tile's input.
   */
  | { readonly kind: 'fail-tile'; readonly tile: number; readonly values: number | null };

/** Sent in answer to each command. */
export type PlatformCounts = {
  /** Largest sum of the sizes of buffers that were created and not destroyed, in bytes. */
  readonly peakBytes: number;
  /** From the processor's memory to the card's: writes, and buffers that were mapped to be written. */
  readonly upBytes: number;
  /** Copies into buffers that are mapped to be read. */
  readonly downBytes: number;
  readonly dispatches: number;
  readonly submits: number;
  /** Times that a shortage struck. */
  readonly strikes: number;
};
