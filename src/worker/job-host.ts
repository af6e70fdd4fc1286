import type { Engine } from '../engine/engine.ts';
import type { ModelDescriptor } from '../models/descriptor.ts';
import type { EncodePool } from './encode-pool.ts';
import type { FoundNetwork } from './find-network.ts';
import type { JobLog, SendEvent } from './job-log.ts';
import type { JobOptions } from './job-options.ts';
import type { Backend, ServiceRequest } from './protocol.ts';

/** What a job needs from the worker that it runs in. */
export type JobHost = {
  readonly send: SendEvent;
  /** True once the job was cancelled; lets waiting messages in before it answers. */
  readonly shouldStop: () => Promise<boolean>;
  /** The engine for a backend; null lets it choose. Lets go of what another one holds. */
  readonly engine: (backend: Backend | null, log: JobLog) => Promise<Engine>;
  /** The workers that encode; they start when they are asked for. */
  readonly encoders: () => EncodePool;
};

/** What is settled before the first byte of the picture is looked at. */
export type Settled = {
  readonly request: ServiceRequest;
  readonly host: JobHost;
  readonly log: JobLog;
  readonly model: ModelDescriptor;
  /** Gets the bytes of `model`. */
  readonly load: FoundNetwork['load'];
  readonly options: JobOptions;
};
