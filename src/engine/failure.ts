import { messageOf } from '../base/errors.ts';

/** A run or a session that failed, with all that was known about the device at that moment. */
export class EngineFailure extends Error {
  override readonly name = 'EngineFailure';
  readonly backend: 'webgpu' | 'wasm';
  /** Why the device was lost; null when it was not. */
  readonly deviceLost: string | null;

  constructor(backend: 'webgpu' | 'wasm', message: string, deviceLost: string | null, cause?: unknown) {
    super(message, { cause });
    this.backend = backend;
    this.deviceLost = deviceLost;
  }
}

/** What a failure means for the job. */
export type FailureClass =
  | { readonly kind: 'out-of-memory'; readonly limit: string }
  | { readonly kind: 'device-lost' }
  | { readonly kind: 'other' };

/**
 * The faces of a lost device or an exhausted memory in onnxruntime-web 1.30 and Chromium. A lost device comes first:
 * on a dead device even the smallest allocation fails and looks like a lack of memory.
 */
export function classifyFailure(error: unknown): FailureClass {
  const text = `${error instanceof Error ? error.name : ''} ${messageOf(error)}`;
  if (error instanceof EngineFailure && error.deviceLost !== null) return { kind: 'device-lost' };
  if (LOST.test(text)) return { kind: 'device-lost' };
  const face = MEMORY_FACES.find(({ pattern }) => pattern.test(text));
  return face ? { kind: 'out-of-memory', limit: face.limit(text) } : { kind: 'other' };
}

const LOST =
  /device was lost|device is lost|MapAsyncStatus value: 4|external Instance reference no longer exists|Instance dropped/i;

type MemoryFace = { readonly pattern: RegExp; readonly limit: (text: string) => string };

const MEMORY_FACES: readonly MemoryFace[] = [
  {
    pattern: /Buffer size \((\d+)\) exceeds the max buffer size limit \((\d+)\)/i,
    limit: (text) => {
      const [, asked, allowed] =
        /Buffer size \((\d+)\) exceeds the max buffer size limit \((\d+)\)/i.exec(text) ?? [];
      return `A buffer of ${asked} bytes was needed; the graphics card allows ${allowed}.`;
    },
  },
  {
    pattern: /Too many storage buffers in shader/i,
    limit: () => 'A tensor was larger than what the graphics card lets one shader see.',
  },
  {
    pattern: /OutOfMemory|out of memory|not enough memory|VK_ERROR_OUT_OF|E_OUTOFMEMORY/i,
    limit: () => 'The graphics card had no memory left.',
  },
  {
    pattern:
      /exceeds the max(imum)? |larger than the max|MapAsyncStatus value: 3|Invalid Buffer|invalid due to a previous error/i,
    limit: () => 'The graphics card refused a buffer.',
  },
  {
    pattern:
      /bad_alloc|offset is out of bounds|failed to allocate a buffer of size|Aborted\(OOM\)|Cannot enlarge memory|memory access out of bounds/i,
    limit: () => 'The memory of the WebAssembly module (4 GiB at most) was used up.',
  },
  {
    pattern:
      /Array buffer allocation failed|Invalid (typed )?array( buffer)? length|RangeError.*length|allocation failed/i,
    limit: () => 'The browser had no memory left for the picture’s rows.',
  },
];
