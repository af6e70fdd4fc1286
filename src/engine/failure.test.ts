import { describe, expect, it } from 'vitest';
import { classifyFailure, EngineFailure } from './failure.ts';

const named = (name: string, message: string) => Object.assign(new Error(message), { name });
const ORT = 'failed to call OrtRun(). ERROR_CODE: 1, ERROR_MESSAGE:';

/** What onnxruntime-web 1.30, Chromium and Firefox were seen or are known to say. */
const OUT_OF_MEMORY: readonly (readonly [string, unknown])[] = [
  [
    'a buffer above the device’s limit',
    new Error(
      `${ORT} WebGPU validation failed. Buffer size (1207959552) exceeds the max buffer size limit (268435456). - While validating [BufferDescriptor]`,
    ),
  ],
  [
    'the same on the staging buffer',
    new Error(`${ORT} Failed to download data from buffer. wgpu::MapAsyncStatus value: 3`),
  ],
  [
    'a tensor above the binding limit',
    new Error(`${ORT} Too many storage buffers in shader. Current: 9, Max is 8`),
  ],
  ['an error scope', named('GPUOutOfMemoryError', 'Failed to allocate memory for buffer')],
  [
    'a failed buffer used later',
    new Error(`${ORT} [Invalid Buffer (unlabeled)] is invalid due to a previous error.`),
  ],
  ['Firefox', new Error('Not enough memory left.')],
  ['Vulkan', new Error('vkAllocateMemory failed with VK_ERROR_OUT_OF_DEVICE_MEMORY')],
  ['Direct3D', new Error('D3D12 create resource failed with E_OUTOFMEMORY (0x8007000E)')],
  [
    'the WebAssembly heap',
    new Error('failed to call OrtRun(). ERROR_CODE: 6, ERROR_MESSAGE: std::bad_alloc'),
  ],
  ['an input larger than that heap', new RangeError('offset is out of bounds')],
  [
    'a model larger than that heap',
    new Error("Can't create a session. failed to allocate a buffer of size 734003200."),
  ],
  ['an aborted module', named('RuntimeError', 'Aborted(OOM). Build with -sASSERTIONS for more info.')],
  ['a heap that crashed', named('RuntimeError', 'memory access out of bounds')],
  ['rows that the browser cannot hold (Chromium)', new RangeError('Array buffer allocation failed')],
  ['rows longer than an array may be (Chromium)', new RangeError('Invalid typed array length: 12884901888')],
  ['rows longer than an array may be (Firefox)', new RangeError('invalid array length')],
];

const DEVICE_LOST: readonly (readonly [string, unknown])[] = [
  [
    'a device destroyed while a result was awaited',
    new Error(
      `${ORT} Failed to download data from buffer. wgpu::MapAsyncStatus value: 4, The Device was lost before mapping was resolved.`,
    ),
  ],
  ['a killed graphics process', new Error('A valid external Instance reference no longer exists.')],
  ['an error scope of a killed process', named('OperationError', 'Instance dropped in popErrorScope')],
  ['Chromium’s word for it', new Error('Device is lost.')],
];

/** None of these gets better with a smaller tile or a new device. */
const OTHER: readonly (readonly [string, unknown])[] = [
  [
    'a damaged model',
    new Error('ERROR_CODE: 7, ERROR_MESSAGE: Failed to load model because protobuf parsing failed.'),
  ],
  [
    'half precision that is not there',
    new Error('Program Transpose requires f16 but the device does not support it.'),
  ],
  [
    'no WebGPU',
    new Error(
      'no available backend found. ERR: [webgpu] Error: WebGPU is not supported in current environment',
    ),
  ],
  ['two sessions at once', new Error('another WebGPU EP inference session is being created.')],
  [
    'an input of a wrong shape',
    new Error(
      `${ORT} Got invalid dimensions for input: input for the following indices index: 1 Got: 4 Expected: 3`,
    ),
  ],
  ['a fault of our own', new TypeError("Cannot read properties of undefined (reading 'length')")],
  ['something that is no error', 'strange'],
  ['nothing', undefined],
];

describe('classifyFailure', () => {
  it.each(OUT_OF_MEMORY)('takes for a lack of memory: %s', (_what, error) => {
    const failure = classifyFailure(error);
    expect(failure.kind).toBe('out-of-memory');
    // One whole sentence for the person.
    expect(failure.kind === 'out-of-memory' && failure.limit).toMatch(/^[A-Z].*\.$/);
  });

  it.each(DEVICE_LOST)('takes for a lost device: %s', (_what, error) => {
    expect(classifyFailure(error)).toEqual({ kind: 'device-lost' });
  });

  it.each(OTHER)('takes for neither: %s', (_what, error) => {
    expect(classifyFailure(error)).toEqual({ kind: 'other' });
  });

  it.each([...OUT_OF_MEMORY, ...OTHER])('on a lost device nothing else counts: %s', (_what, error) => {
    const words = error instanceof Error ? error.message : String(error);
    const failure = new EngineFailure('webgpu', words, 'unknown', error);
    expect(classifyFailure(failure)).toEqual({ kind: 'device-lost' });
    const alive = new EngineFailure('webgpu', words, null, error);
    expect(classifyFailure(alive).kind).not.toBe('device-lost');
  });

  it('counts an empty reason for the loss as a loss', () => {
    expect(classifyFailure(new EngineFailure('webgpu', '', ''))).toEqual({ kind: 'device-lost' });
  });

  it('names the bytes asked for and allowed where they are known', () => {
    const failure = classifyFailure(OUT_OF_MEMORY[0]?.[1]);
    expect(failure.kind === 'out-of-memory' && failure.limit).toBe(
      'A buffer of 1207959552 bytes was needed; the graphics card allows 268435456.',
    );
  });

  it('tells the memory of the card from that of the module and of the browser', () => {
    const limitOf = (error: unknown) => {
      const failure = classifyFailure(error);
      return failure.kind === 'out-of-memory' ? failure.limit : failure.kind;
    };
    expect(limitOf(named('GPUOutOfMemoryError', ''))).toContain('graphics card');
    expect(limitOf(new Error('std::bad_alloc'))).toContain('WebAssembly');
    expect(limitOf(new RangeError('Array buffer allocation failed'))).toContain('browser');
  });
});
