import type { ModelDescriptor } from '../descriptor.ts';
import type { NetworkForm } from '../picture-network.ts';

/** A model that the person brought, as this device keeps it: its network as ONNX, whatever form it came in. */
export type LibraryModel = Omit<ModelDescriptor, 'file'> & {
  /** It lies in the library, by its hash. */
  readonly file: null;
  /** For people, such as “ESRGAN, 64 features, 23 blocks”; null where it is not known. */
  readonly architecture: string | null;
  readonly form: NetworkForm;
  /** Empty where it is not known. */
  readonly author: string;
  /** What the person wrote about it. */
  readonly note: string;
  /** Milliseconds since 1970. */
  readonly addedAt: number;
  readonly origin: ModelOrigin;
};

/** What the person brought, before it became the network that is kept. */
export type ModelOrigin = {
  readonly format: 'onnx' | 'torch' | 'safetensors' | 'ncnn';
  /** One file, or for ncnn two. */
  readonly files: readonly BroughtFile[];
};

export type BroughtFile = {
  readonly name: string;
  readonly bytes: number;
  /** Lower-case hexadecimal: by this a file that is brought again is recognised. */
  readonly sha256: string;
};

/** What has to be known of a model to keep it; the rest follows from its network's bytes. */
export type NewModel = Omit<LibraryModel, 'id' | 'file' | 'bytes' | 'sha256' | 'note' | 'addedAt'>;
