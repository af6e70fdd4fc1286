/** The shapes that the UI shows but must not fetch from the worker's or the models' rooms itself. */
export type { Catalog, ModelDescriptor } from '../models/descriptor.ts';
export type { JobReport, OutputFormat, TuningSummary, Warning } from '../worker/protocol.ts';
