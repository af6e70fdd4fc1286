import type { MetadataEntry, OnnxModel } from './onnx/model.ts';
import type {
  KnownBy,
  KnownField,
  NetworkFacts,
  NetworkForm,
  PictureNetwork,
  SizeRule,
} from './picture-network.ts';

/**
 * Under this key an ONNX file that Tessera wrote holds what is known of its network: `NetworkFacts` and `version` as JSON. A
 * saved file that is brought again is then as well known as it was; other programs pass over it.
 */
export const FACTS_KEY = 'tessera.facts';

/** Files of another version are found out anew. */
const VERSION = 1;
/** Facts have some 600 characters. */
const MOST_CHARACTERS = 4096;
const MOST_IN_NAME = 200;
const LARGEST_SCALE = 16;
/** More than any network eats (28), and any two of them in a row. */
const MOST_EATEN_PX = 256;
/** Of a side, a multiple or a reach. */
const MOST_PX = 16_384;

/**
 * The network's graph with its facts in its metadata, in place of what was there under their key: the same facts as the same
 * bytes. Facts beyond what is believed are left out.
 */
export function withFacts({ onnx, facts }: PictureNetwork): OnnxModel {
  const metadata = onnx.metadata.filter(({ key }) => key !== FACTS_KEY);
  // In one order, whoever made them.
  const ordered = factsOf({ version: VERSION, ...facts });
  if (ordered) metadata.push({ key: FACTS_KEY, value: JSON.stringify({ version: VERSION, ...ordered }) });
  return { ...onnx, metadata };
}

/**
 * The facts in a file's metadata: null where there are none, or more than one, or where anything of them is not as Tessera
 * writes it. Whether they are true only the network can tell.
 */
export function factsIn(metadata: readonly MetadataEntry[]): NetworkFacts | null {
  const [entry, ...others] = metadata.filter(({ key }) => key === FACTS_KEY);
  if (!entry || others.length > 0 || entry.value.length > MOST_CHARACTERS) return null;
  try {
    return factsOf(JSON.parse(entry.value));
  } catch {
    return null;
  }
}

function factsOf(value: unknown): NetworkFacts | null {
  if (!isObject(value)) return null;
  const { version, architecture, scale, receptiveFieldPx, eatenPx, dependsOnTileSize } = value;
  const sizeRule = sizeRuleOf(value['sizeRule']);
  const form = formOf(value['form']);
  if (version !== VERSION || sizeRule === null || form === null) return null;
  if (architecture !== null && !isName(architecture)) return null;
  if (receptiveFieldPx !== null && !isWhole(receptiveFieldPx, 0, MOST_PX)) return null;
  if (!isWhole(scale, 1, LARGEST_SCALE) || !isWhole(eatenPx, 0, MOST_EATEN_PX)) return null;
  if (typeof dependsOnTileSize !== 'boolean') return null;
  return { architecture, scale, receptiveFieldPx, sizeRule, eatenPx, dependsOnTileSize, form };
}

function sizeRuleOf(value: unknown): SizeRule | null {
  if (!isObject(value)) return null;
  const { multipleOf, minimumPx, fixed } = value;
  if (!isWhole(multipleOf, 1, MOST_PX) || !isWhole(minimumPx, 1, MOST_PX)) return null;
  if (fixed === null) return { multipleOf, minimumPx, fixed };
  if (!isObject(fixed)) return null;
  const { width, height } = fixed;
  if (!isWhole(width, 1, MOST_PX) || !isWhole(height, 1, MOST_PX)) return null;
  return { multipleOf, minimumPx, fixed: { width, height } as NonNullable<SizeRule['fixed']> };
}

const CHANNELS = [1, 3, 4] as const;
const LAYOUTS = ['nchw', 'nhwc'] as const;
const WHITES = [1, 255] as const;
const ORDERS = ['rgb', 'bgr'] as const;
const PRECISIONS = ['float32', 'float16'] as const;
const WAYS = Object.keys({
  declared: true,
  metadata: true,
  name: true,
  probed: true,
  architecture: true,
  assumed: true,
  unknown: true,
} satisfies Record<KnownBy, true>);
const FIELDS: readonly KnownField[] = [
  'scale',
  'channels',
  'layout',
  'white',
  'channelOrder',
  'sizeRule',
  'receptiveField',
  'dependsOnTileSize',
];

function formOf(value: unknown): NetworkForm | null {
  if (!isObject(value)) return null;
  const { inputChannels, outputChannels, layout, white, channelOrder, precision } = value;
  const knownBy = knownByOf(value['knownBy']);
  if (knownBy === null || !isOneOf(CHANNELS, inputChannels) || !isOneOf(CHANNELS, outputChannels))
    return null;
  if (!isOneOf(LAYOUTS, layout) || !isOneOf(WHITES, white)) return null;
  if (!isOneOf(ORDERS, channelOrder) || !isOneOf(PRECISIONS, precision)) return null;
  return { inputChannels, outputChannels, layout, white, channelOrder, precision, knownBy };
}

function knownByOf(value: unknown): NetworkForm['knownBy'] | null {
  if (!isObject(value)) return null;
  const entries = FIELDS.map((field) => [field, value[field]] as const);
  if (!entries.every(([, way]) => isOneOf(WAYS, way))) return null;
  return Object.fromEntries(entries) as NetworkForm['knownBy'];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isWhole(value: unknown, least: number, most: number): value is number {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}

function isOneOf<T>(values: readonly T[], value: unknown): value is T {
  return values.includes(value as T);
}

/** A line of text. */
function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MOST_IN_NAME && !/\p{Cc}/u.test(value);
}
