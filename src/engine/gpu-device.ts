import { messageOf, TesseraError } from '../base/errors.ts';

/** What a graphics adapter is and can do. */
export type AdapterFacts = {
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  /** Software that stands in for a graphics card. */
  readonly software: boolean;
  readonly halfPrecision: boolean;
  readonly maxBufferBytes: number;
  /** The largest tensor that one shader can see whole. */
  readonly maxBindingBytes: number;
};

/** A device of our own, and what has gone wrong with it since it was opened. */
export type GpuDevice = {
  readonly device: GPUDevice;
  readonly facts: AdapterFacts;
  /** Why it was lost; null while it lives. */
  readonly lost: () => string | null;
  /** The errors that no caller saw since the last call. */
  readonly takeErrors: () => readonly string[];
};

/** The adapter's facts, or why there is none, as one sentence. */
export async function describeAdapter(): Promise<AdapterFacts | string> {
  try {
    return factsOf(await requestAdapter());
  } catch (error) {
    return messageOf(error);
  }
}

/**
 * Opens a device with everything that the adapter gives: onnxruntime would ask for the same, but hides losses and
 * errors of a device that it made itself.
 *
 * @throws TesseraError `backend-unavailable` when there is no adapter or it gives no device.
 */
export async function openGpuDevice(): Promise<GpuDevice> {
  const adapter = await requestAdapter();
  const wanted = { requiredFeatures: wantedFeatures(adapter), requiredLimits: wantedLimits(adapter) };
  const device = await answered(adapter.requestDevice(wanted)).catch((cause) => {
    if (cause instanceof TesseraError) throw cause;
    throw unavailable(`The graphics card gave no device (${messageOf(cause)}).`, cause);
  });
  const errors: string[] = [];
  let lost: string | null = null;
  device.addEventListener('uncapturederror', (event) => {
    event.preventDefault();
    errors.push(`${event.error.constructor.name}: ${event.error.message}`);
  });
  reportThrownAllocations(device, errors);
  void device.lost.then((info) => {
    lost = info.message || info.reason || 'unknown';
  });
  return { device, facts: factsOf(adapter), lost: () => lost, takeErrors: () => errors.splice(0) };
}

/**
 * A buffer that is mapped at creation throws where its memory cannot be had, in the middle of onnxruntime, which then
 * says anything but that. So the throw is noted on its way.
 */
function reportThrownAllocations(device: GPUDevice, errors: string[]): void {
  const createBuffer = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    try {
      return createBuffer(descriptor);
    } catch (error) {
      if (error instanceof RangeError)
        errors.push(`OutOfMemory: a buffer of ${descriptor.size} bytes (${error.message})`);
      throw error;
    }
  };
}

async function requestAdapter(): Promise<GPUAdapter> {
  const gpu: GPU | undefined = navigator.gpu;
  if (!gpu) throw unavailable('WebGPU is not available in this browser.');
  const adapter = await answered(gpu.requestAdapter({ powerPreference: 'high-performance' }));
  if (!adapter) throw unavailable('WebGPU finds no graphics card in this browser.');
  return adapter;
}

/** A GPU process that starts takes a second or two; a driver that hangs never answers, and the job shall not wait for it. */
const PATIENCE_MS = 10_000;

/** @throws TesseraError `backend-unavailable` when no answer came in time; else what the request was rejected with. */
async function answered<T>(request: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    const refuse = () =>
      reject(unavailable(`The graphics card did not answer within ${PATIENCE_MS / 1000} s.`));
    timer = setTimeout(refuse, PATIENCE_MS);
  });
  try {
    return await Promise.race([request, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

function unavailable(message: string, cause?: unknown): TesseraError {
  return new TesseraError(
    'backend-unavailable',
    message,
    'Let Tessera choose the backend: it then runs on the processor. Or use a current Chrome, Edge or Safari on a device with a graphics card.',
    { backend: 'webgpu' },
    { cause },
  );
}

/** What onnxruntime's native provider uses if it is there. */
const FEATURES: readonly GPUFeatureName[] = ['shader-f16', 'subgroups'];

const LIMITS = [
  'maxBindGroups',
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
] as const;

function wantedFeatures(adapter: GPUAdapter): GPUFeatureName[] {
  return FEATURES.filter((feature) => adapter.features.has(feature));
}

function wantedLimits(adapter: GPUAdapter): Record<string, number> {
  return Object.fromEntries(LIMITS.map((name) => [name, adapter.limits[name]]));
}

function factsOf(adapter: GPUAdapter): AdapterFacts {
  // Older browsers with WebGPU have no `info`, or one that does not tell a fallback.
  const info: Partial<GPUAdapterInfo> = adapter.info ?? {};
  const { vendor = '', architecture = '', description = '', isFallbackAdapter = false } = info;
  return {
    vendor,
    architecture,
    description,
    software:
      isFallbackAdapter ||
      /swiftshader|llvmpipe|lavapipe|basic render/i.test(`${architecture} ${description}`),
    halfPrecision: adapter.features.has('shader-f16'),
    maxBufferBytes: adapter.limits.maxBufferSize,
    maxBindingBytes: adapter.limits.maxStorageBufferBindingSize,
  };
}

/** The adapter in a few words for people. */
export function adapterName({ vendor, architecture, description }: AdapterFacts): string {
  return description || [vendor, architecture].filter(Boolean).join(' ') || 'unnamed graphics card';
}

/** Tells one adapter from another in what is remembered of it. */
export function adapterKey({ vendor, architecture, description, halfPrecision }: AdapterFacts): string {
  return [vendor, architecture, description, halfPrecision ? 'f16' : 'f32'].join('|');
}
