import { TILE_RANGE } from '../base/option-ranges.ts';
import type { Backend } from '../worker/protocol.ts';

/** What a run of the suite measures. */
export type SuiteOptions = {
  readonly backends: readonly Backend[];
  /** Ids of the catalog; empty for all. */
  readonly models: readonly string[];
  /** Picture sizes in source megapixels (10⁶ pixels), smallest first. */
  readonly megapixels: readonly number[];
  /** Pairs of one whole job and the bare runs of its tiles, of which the medians are taken. */
  readonly rounds: number;
  /** Nominal tile of all jobs, in source pixels; null lets Tessera choose. */
  readonly tile: number | null;
  /** Whether other ways to run the networks on a graphics card are measured, too. */
  readonly variants: boolean;
};

export type PresetName = 'quick' | 'full';

/** A run that its address asks for. */
export type Request = {
  readonly preset: PresetName;
  /** The preset's, with what the address says in place of them. */
  readonly options: SuiteOptions;
  /** Begin without being asked. */
  readonly auto: boolean;
  /** Path of this origin that the result is sent to; null for none. */
  readonly post: string | null;
  /** What the machine is, as its owner says: a browser does not tell. */
  readonly machine: string;
};

type Preset = Pick<SuiteOptions, 'megapixels' | 'rounds' | 'variants'>;

export const QUICK: Preset = { megapixels: [0.25], rounds: 3, variants: false };
export const FULL: Preset = { megapixels: [0.25, 1, 4], rounds: 5, variants: true };
const PRESETS: Readonly<Record<PresetName, Preset>> = { quick: QUICK, full: FULL };

const KNOWN = [
  'auto',
  'preset',
  'backends',
  'models',
  'sizes',
  'rounds',
  'tile',
  'variants',
  'post',
  'machine',
];

/**
 * Reads an address such as `?auto=1&preset=full&backends=wasm&models=fast-2x&sizes=0.25,1&rounds=5&post=/results`.
 * What is left out is as in the preset, which is `quick`; without backends, the one that a job would use is taken.
 *
 * @throws Error that names what cannot be obeyed.
 */
export function readRequest(search: string, defaultBackend: Backend): Request {
  const query = new URLSearchParams(search);
  for (const key of query.keys()) if (!KNOWN.includes(key)) throw wrong(key, KNOWN.join(', '));
  const name = oneOf(query.get('preset') ?? 'quick', 'preset', { quick: 'quick', full: 'full' } as const);
  const preset = PRESETS[name];
  const list = (key: string) => (query.get(key) ?? '').split(',').filter((text) => text !== '');
  const backends = list('backends').map((text) =>
    oneOf(text, 'backends', { wasm: 'wasm', webgpu: 'webgpu' } as const),
  );
  const sizes = list('sizes').map((text) => numberIn(text, 'sizes', 0.001, 64));
  const post = query.get('post');
  // Another origin would be refused by the content policy; this says so before minutes have passed.
  if (post !== null && !isOwnPath(post)) throw wrong('post', 'a path of this origin, such as /results');
  return {
    preset: name,
    options: {
      backends: backends.length > 0 ? backends : [defaultBackend],
      models: list('models'),
      megapixels: (sizes.length > 0 ? sizes : [...preset.megapixels]).sort((a, b) => a - b),
      rounds: Math.floor(numberIn(query.get('rounds') ?? String(preset.rounds), 'rounds', 1, 99)),
      tile: query.has('tile')
        ? Math.floor(numberIn(query.get('tile') ?? '', 'tile', TILE_RANGE.min, TILE_RANGE.max))
        : null,
      variants: isOn(query.get('variants'), preset.variants),
    },
    auto: isOn(query.get('auto'), false),
    post,
    machine: query.get('machine') ?? '',
  };
}

/** The query with a person's choice in place of what it says of that itself. */
export function withChoice(
  search: string,
  { preset, backends }: { readonly preset: PresetName; readonly backends: readonly Backend[] },
): string {
  const query = new URLSearchParams(search);
  query.set('preset', preset);
  query.set('backends', backends.join(','));
  return `?${query}`;
}

/**
 * What an address says of a run beside preset and backends, in words for a person; empty where that is nothing.
 *
 * @throws Error that names what cannot be obeyed.
 */
export function addressBeside(search: string): string {
  const query = new URLSearchParams(search);
  const { options, post, machine } = readRequest(search, 'wasm');
  const words: Readonly<Record<string, string>> = {
    models: options.models.join(' and '),
    sizes: `${options.megapixels.join(' and ')} megapixels`,
    rounds: `${options.rounds} ${options.rounds === 1 ? 'round' : 'rounds'}`,
    tile: `tiles of ${options.tile} pixels`,
    variants: `${options.variants ? 'with' : 'without'} the variants`,
    machine: `measured on “${machine}”`,
    post: `the result is sent to ${post}`,
  };
  return Object.entries(words)
    .filter(([key]) => (query.get(key) ?? '') !== '')
    .map(([, text]) => text)
    .join(', ');
}

export function isOwnPath(address: string): boolean {
  return /^\/(?!\/)/.test(address);
}

/** Width and height, three to two, of a picture of about so many megapixels. */
export function pictureSize(megapixels: number): { width: number; height: number } {
  const height = Math.round(Math.sqrt((megapixels * 1e6) / 1.5));
  return { width: Math.round(1.5 * height), height };
}

function isOn(text: string | null, otherwise: boolean): boolean {
  return text === null ? otherwise : text !== '0' && text !== '';
}

function oneOf<T>(text: string, name: string, choices: Readonly<Record<string, T>>): T {
  const choice = Object.hasOwn(choices, text) ? choices[text] : undefined;
  if (choice === undefined) throw wrong(name, Object.keys(choices).join(' or '));
  return choice;
}

function numberIn(text: string, name: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= least && value <= most))
    throw wrong(name, `numbers from ${least} to ${most}`);
  return value;
}

function wrong(name: string, wanted: string): Error {
  return new Error(`“${name}” in the address cannot be obeyed. Possible: ${wanted}.`);
}
