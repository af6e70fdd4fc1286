/**
 * Counts what the product asks of WebGPU, from below it: this module is evaluated before the product's worker, whose
 * code knows nothing of it.
 */
import type { CountCommand, PlatformCounts } from '../count-protocol.ts';

type FailTile = Extract<CountCommand, { kind: 'fail-tile' }>;

const NONE = { upBytes: 0, downBytes: 0, dispatches: 0, submits: 0, strikes: 0 };
let counts = { ...NONE };
let peakBytes = 0;
/** Sizes of the buffers on each living device. */
const alive = new Map<GPUDevice, Map<GPUBuffer, number>>();
const deviceOf = new WeakMap<GPUBuffer, GPUDevice>();
/** The shortage that is still to come, and how many of what it waits for have passed. */
let failTile: FailTile | null = null;
let passed = 0;
const PlainFloats = Float32Array;

const channel = new BroadcastChannel(self.name);
channel.onmessage = ({ data }: MessageEvent<CountCommand>) => {
  if (data.kind === 'begin') {
    counts = { ...NONE };
    peakBytes = bytesAlive();
  }
  if (data.kind === 'fail-tile') {
    failTile = data;
    passed = 0;
    if (data.values !== null) globalThis.Float32Array = shortOfFloats(data.values);
  }
  channel.postMessage({ ...counts, peakBytes } satisfies PlatformCounts);
};

if ('GPUDevice' in globalThis) countWebGpu();

function bytesAlive(): number {
  let sum = 0;
  for (const sizes of alive.values()) for (const size of sizes.values()) sum += size;
  return sum;
}

/** Whether the shortage strikes now; asked once for each tile. */
function strikes(): boolean {
  if (failTile === null || passed++ < failTile.tile) return false;
  failTile = null;
  counts.strikes++;
  return true;
}

function countWebGpu(): void {
  countBuffers();
  countCopies();
  countWork();
}

function countBuffers(): void {
  const { createBuffer } = GPUDevice.prototype;
  GPUDevice.prototype.createBuffer = function (asked) {
    const buffer = createBuffer.call(this, asked);
    if (!alive.has(this)) {
      alive.set(this, new Map());
      void this.lost.then(() => alive.delete(this));
    }
    alive.get(this)?.set(buffer, asked.size);
    deviceOf.set(buffer, this);
    peakBytes = Math.max(peakBytes, bytesAlive());
    if (asked.mappedAtCreation) counts.upBytes += asked.size;
    return buffer;
  };
  const { destroy } = GPUBuffer.prototype;
  GPUBuffer.prototype.destroy = function () {
    const device = deviceOf.get(this);
    if (device) alive.get(device)?.delete(this);
    return destroy.call(this);
  };
}

function countCopies(): void {
  const { writeBuffer } = GPUQueue.prototype;
  const write = function (this: GPUQueue, ...asked: Parameters<GPUQueue['writeBuffer']>) {
    const [, , data, offset = 0, size] = asked;
    // Offset and size are in elements where the data has elements.
    const elementBytes = 'BYTES_PER_ELEMENT' in data ? Number(data.BYTES_PER_ELEMENT) : 1;
    counts.upBytes += size === undefined ? data.byteLength - offset * elementBytes : size * elementBytes;
    return Reflect.apply(writeBuffer, this, asked);
  };
  Object.assign(GPUQueue.prototype, { writeBuffer: write });
  const { copyBufferToBuffer } = GPUCommandEncoder.prototype;
  const copy = function (this: GPUCommandEncoder, ...asked: unknown[]) {
    // (from, to, size?) or (from, fromOffset, to, toOffset, size?).
    const from = asked[0] as GPUBuffer;
    const to = asked.slice(1).find((one) => one instanceof GPUBuffer) as GPUBuffer;
    const size = typeof asked[1] === 'number' ? asked[4] : asked[2];
    if (to.usage & GPUBufferUsage.MAP_READ) counts.downBytes += Number(size ?? from.size);
    return Reflect.apply(copyBufferToBuffer, this, asked);
  };
  Object.assign(GPUCommandEncoder.prototype, { copyBufferToBuffer: copy });
  const { mapAsync } = GPUBuffer.prototype;
  GPUBuffer.prototype.mapAsync = async function (mode, offset = 0, size) {
    if (mode & GPUMapMode.WRITE) counts.upBytes += size ?? this.size - offset;
    else if (failTile?.values === null && strikes()) tellOfShortage(deviceOf.get(this));
    return mapAsync.call(this, mode, offset, size);
  };
}

function countWork(): void {
  const { dispatchWorkgroups, dispatchWorkgroupsIndirect } = GPUComputePassEncoder.prototype;
  GPUComputePassEncoder.prototype.dispatchWorkgroups = function (...asked) {
    counts.dispatches++;
    return dispatchWorkgroups.apply(this, asked);
  };
  GPUComputePassEncoder.prototype.dispatchWorkgroupsIndirect = function (...asked) {
    counts.dispatches++;
    return dispatchWorkgroupsIndirect.apply(this, asked);
  };
  const { submit } = GPUQueue.prototype;
  GPUQueue.prototype.submit = function (buffers) {
    counts.submits++;
    return submit.call(this, buffers);
  };
}

/** What a full card says. */
function tellOfShortage(device: GPUDevice | undefined): void {
  const error = new GPUOutOfMemoryError('The bench made memory short once.');
  device?.dispatchEvent(new GPUUncapturedErrorEvent('uncapturederror', { error, cancelable: true }));
}

/** Throws once, as a browser without memory does, where an array of exactly that length is made. */
function shortOfFloats(values: number): Float32ArrayConstructor {
  return new Proxy(PlainFloats, {
    construct(target, asked, newTarget) {
      if (asked[0] === values && strikes()) {
        globalThis.Float32Array = PlainFloats;
        throw new RangeError('Array buffer allocation failed');
      }
      return Reflect.construct(target, asked, newTarget);
    },
  });
}
