/** The shapes that the UI shows but must not fetch from the worker's or the models' rooms itself. */
export type { Catalog, ModelDescriptor } from '../models/descriptor.ts';
export type {
  AdapterSummary,
  Backend,
  Environment,
  Inspection,
  JobReport,
  OutputFormat,
  Stage,
  Warning,
} from '../worker/protocol.ts';
