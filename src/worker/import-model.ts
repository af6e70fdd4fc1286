import { TesseraError } from '../base/errors.ts';
import { allowedSize } from '../base/size-rule.ts';
import { withClaimedFacts } from '../engine/probe/claimed-facts.ts';
import type { ProbeRun } from '../engine/probe/first-answer.ts';
import { probe } from '../engine/probe/probe.ts';
import { runtimeWords } from '../engine/runtime-words.ts';
import type { RawTensor } from '../engine/trial-session.ts';
import { isBuilt, networkFromWeights } from '../models/architectures/network-from-weights.ts';
import { modelGroups } from '../models/convert/groups.ts';
import { HEAD_BYTES, modelKind } from '../models/convert/model-kind.ts';
import type { NamedBytes } from '../models/convert/named-bytes.ts';
import { convertNcnn } from '../models/convert/ncnn/convert-ncnn.ts';
import { describeOnnx } from '../models/convert/onnx/describe-onnx.ts';
import { readStateDict } from '../models/convert/read-state-dict.ts';
import { isLfsPointer, standsForModel } from '../models/convert/stand-ins.ts';
import { unzipModels } from '../models/convert/unzip-models.ts';
import type { ModelOrigin } from '../models/library/library.ts';
import { readOnnx } from '../models/onnx/read.ts';
import { writeOnnx } from '../models/onnx/write.ts';
import type { NetworkFacts, PictureNetwork } from '../models/picture-network.ts';
import { shortestFixedSide } from './job-options.ts';

/** A network that was opened to be tried. */
export type Trial = {
  readonly run: (input: RawTensor) => Promise<RawTensor>;
  /** Ends it. @returns the bytes that it was opened with */
  readonly close: () => Promise<Uint8Array<ArrayBuffer>>;
};

/** Opens a network to be tried, in place of the last one. Its memory is handed over until the trial is closed. */
export type OpenTrial = (network: Uint8Array<ArrayBuffer>) => Promise<Trial>;

/** A network, and of which files it is. */
export type Converted = {
  readonly kind: 'network';
  readonly network: PictureNetwork;
  readonly format: ModelOrigin['format'];
  readonly files: readonly NamedBytes[];
};

/** Files that are not one model but several, or half of one; those of archives unpacked. */
export type Unpacked = { readonly kind: 'unpacked'; readonly files: readonly NamedBytes[] };

/**
 * The network in files that make up one model, in whatever form; the files where they do not.
 * @throws TesseraError `empty-file`, `model-corrupt`, `model-unsupported` or `model-unsuitable`
 */
export async function convertFiles(
  given: readonly NamedBytes[],
  openTrial: OpenTrial,
): Promise<Converted | Unpacked> {
  const files = given.flatMap((file) => (kindOf(file) === 'zip' ? unzipModels(file) : [file]));
  const standIn = files.find(standsForModel);
  if (standIn) throw noModel([standIn]);
  const { models, halves } = modelGroups(files.map((file) => ({ ...file, size: file.bytes.length, file })));
  const [model] = models;
  if (models.length + halves.length > 1 || (!model && halves.length > 0)) return { kind: 'unpacked', files };
  const [first, second] = model?.map(({ file }) => file) ?? [];
  if (!first || kindOf(first) === null) throw noModel(files);
  if (second) {
    const network = convertNcnn(first.bytes, second.bytes);
    return { kind: 'network', network, format: 'ncnn', files: [first, second] };
  }
  const kind = kindOf(first);
  if (kind === 'onnx') return fromOnnx(first, openTrial);
  return fromWeights(first, kind === 'safetensors' ? kind : 'torch');
}

function kindOf({ name, bytes }: NamedBytes): ReturnType<typeof modelKind> {
  return modelKind(bytes.subarray(0, HEAD_BYTES), name);
}

function fromWeights(file: NamedBytes, format: 'torch' | 'safetensors'): Converted {
  const network = networkFromWeights(readStateDict(file.bytes, isBuilt), file.name);
  return { kind: 'network', network, format, files: [file] };
}

async function fromOnnx(file: NamedBytes, openTrial: OpenTrial): Promise<Converted> {
  const model = readOnnx(file.bytes);
  const described = describeOnnx(model);
  const { run } = await openTrial(writeOnnx(described.model));
  const runOnce: ProbeRun = (input, dims) => run({ values: Float32Array.from(input), dims });
  const { network: found, isDeterministic } = await probe(described, runOnce);
  const network = (await withClaimedFacts(model, found, runOnce)) ?? found;
  checkFixedSize(network.facts);
  if (isDeterministic) return { kind: 'network', network, format: 'onnx', files: [file] };
  throw new TesseraError(
    'model-unsuitable',
    `The model in “${file.name}” answers the same picture differently each time, so its tiles would not fit together.`,
    'Export it without its random parts (dropout, noise), or choose another model.',
    { file: file.name },
  );
}

/** @throws TesseraError `model-unsuitable` where a network of one size leaves nothing of it that a tile could keep */
function checkFixedSize(facts: NetworkFacts): void {
  const { fixed } = facts.sizeRule;
  const needed = shortestFixedSide(facts);
  if (!fixed || Math.min(fixed.width, fixed.height) >= needed) return;
  throw new TesseraError(
    'model-unsuitable',
    `The model takes pictures of ${fixed.width} × ${fixed.height} pixels only and makes up ${facts.eatenPx} at each side, so that too little is left: ${needed} pixels are needed.`,
    'Export it for larger pictures, such as 256 × 256, or with sides of any length.',
    { width: fixed.width, height: fixed.height, eatenPx: facts.eatenPx, neededPx: needed },
  );
}

/** Side of the picture on which a network that was rebuilt is tried, where it takes that. */
const TRIAL_SIDE_PX = 16;

/**
 * Runs a network in its new form once, so that one that the runtime refuses, or that gives another size or no numbers, is never
 * kept.
 * @param bytes handed over
 * @returns the same bytes
 * @throws TesseraError `model-unsuitable`
 */
export async function tryNetwork(
  bytes: Uint8Array<ArrayBuffer>,
  facts: NetworkFacts,
  openTrial: OpenTrial,
): Promise<Uint8Array<ArrayBuffer>> {
  const side = TRIAL_SIDE_PX + 2 * facts.eatenPx;
  const { width, height } = allowedSize({ width: side, height: side }, facts.sizeRule);
  const { run, close } = await openTrial(bytes);
  const values = Float32Array.from(
    { length: 3 * width * height },
    (_, i) => ((i % width) + (i % 7)) / (width + 7),
  );
  const answer = await run({ values, dims: [1, 3, height, width] }).catch((cause: unknown) => {
    if (cause instanceof TesseraError) throw cause;
    throw failedTrial(runtimeWords(cause));
  });
  const wanted = [1, 3, facts.scale * height, facts.scale * width].join(', ');
  if (answer.dims.join(', ') !== wanted)
    throw failedTrial(`it answered [${answer.dims.join(', ')}] where [${wanted}] was expected`);
  if (!answer.values.every(Number.isFinite))
    throw failedTrial('its answer holds values that are not numbers');
  return close();
}

function failedTrial(why: string): TesseraError {
  return new TesseraError(
    'model-unsuitable',
    `The model was converted, but does not work: ${why}.`,
    'Get the file again, or look for an ONNX export of the model.',
  );
}

function noModel([file]: readonly NamedBytes[]): TesseraError {
  const { name = '', bytes = new Uint8Array() } = file ?? {};
  const details = { file: name, bytes: bytes.length };
  if (bytes.length === 0)
    return new TesseraError(
      'empty-file',
      `The file “${name}” is empty: it has 0 bytes.`,
      'It may not have been downloaded or copied to its end. Get it again.',
      details,
    );
  if (isLfsPointer(bytes))
    return new TesseraError(
      'model-unsupported',
      `“${name}” is not the model but a pointer to it: a text of ${bytes.length} bytes that Git LFS keeps in its place.`,
      'Download the file itself: on the page of the repository with its download button, or with “git lfs pull”.',
      details,
    );
  return new TesseraError(
    'model-unsupported',
    `“${name}” is no model file that Tessera knows: its first bytes are those of none of them.`,
    'Choose an .onnx, .pth, .safetensors, or .param with its .bin; or unpack the archive that it came in.',
    details,
  );
}
