/** What crosses between the bench's page and the worker that runs a network bare. Types only. */
import type { ModelDescriptor } from '../models/descriptor.ts';
import type { Backend } from '../worker/protocol.ts';
import type { Variant } from './result.ts';

export type BareRequest = {
  readonly backend: Backend;
  /** On a graphics card: how. */
  readonly variant: Variant;
  readonly model: ModelDescriptor;
  readonly catalogUrl: string;
  /** Address of `pending-glue.mjs`. */
  readonly pendingGlueUrl: string;
  /** RGBA, 8 bit. */
  readonly picture: { readonly width: number; readonly height: number; readonly rgba: Uint8ClampedArray };
  /** As the job cut the picture, in source pixels. */
  readonly tile: number;
  readonly context: number;
  readonly feather: number;
};

export type BareOpened = {
  /** From the model's bytes to the end of the first run. */
  readonly openMs: number;
  readonly tiles: number;
  readonly paddedTile: { readonly width: number; readonly height: number };
};

export type BareTimes = {
  /** Milliseconds of the runs alone. */
  readonly ms: number;
  /** How often work was handed to a graphics card meanwhile. */
  readonly submits: number;
};

/** Over comlink; errors cross as exceptions with their message. */
export interface BareService {
  open(request: BareRequest): Promise<BareOpened>;
  /** All tiles once. */
  run(): Promise<BareTimes>;
}
