import { messageOf } from '../base/errors.ts';
import type { Catalog, ModelDescriptor } from '../models/descriptor.ts';
import type { Backend, Environment } from '../worker/protocol.ts';
import { BenchJobs } from './bench-jobs.ts';
import { browserName } from './browser-name.ts';
import { type CaseRequest, measureCase, type Places } from './measure-case.ts';
import { measureVariants } from './measure-variants.ts';
import { pictureSize, type SuiteOptions } from './options.ts';
import { drawPicture } from './picture.ts';
import type { BenchResult, CaseResult, VariantResult } from './result.ts';

export type SuiteParts = {
  readonly options: SuiteOptions;
  readonly machine: string;
  readonly catalog: Catalog;
  readonly places: Places;
  /** Told what is going on, and the part of the whole that is done, 0..1. */
  readonly tell: (what: string, part: number) => void;
  /** Given all that is known after each case. */
  readonly onCase: (soFar: BenchResult) => Promise<void>;
  readonly signal: AbortSignal;
};

/** Variants are for a picture of this size, or what is nearest to it. */
const VARIANT_MEGAPIXELS = 1;

/** Runs all cases, one after the other. A case that fails is in the result; rejects only when it is aborted. */
export async function runSuite(parts: SuiteParts): Promise<BenchResult> {
  const { options, places, machine, signal } = parts;
  const helper = new BenchJobs(places.catalogUrl);
  const forget = () => helper.port.forgetTunings().catch(() => undefined);
  try {
    const environment = await helper.port.environment();
    const cases: CaseResult[] = [];
    const variants: VariantResult[] = [];
    const result = { ...surroundings(environment), machine, rounds: options.rounds, cases, variants };
    const all = casesOf(parts);
    for (const [index, one] of all.entries()) {
      signal.throwIfAborted();
      // What is remembered of the card is found out anew: it is part of the first job.
      if (one.backend === 'webgpu') await forget();
      const tell: SuiteParts['tell'] = (what, part) => parts.tell(what, (index + part) / all.length);
      const measured = await measureOne({ ...parts, tell }, one, environment);
      cases.push(measured.result);
      variants.push(...measured.variants);
      await parts.onCase(result);
    }
    return result;
  } finally {
    // A shortage that was made up is not to be remembered.
    if (options.backends.includes('webgpu')) await forget();
    helper.end();
  }
}

type One = { readonly backend: Backend; readonly model: ModelDescriptor; readonly megapixels: number };

function casesOf(parts: SuiteParts): readonly One[] {
  const { backends, megapixels: sizes } = parts.options;
  return backends.flatMap((backend) =>
    chosenModels(parts).flatMap((model) => sizes.map((megapixels) => ({ backend, model, megapixels }))),
  );
}

async function measureOne(
  { options, places, tell, signal }: SuiteParts,
  { backend, model, megapixels }: One,
  { adapter }: Environment,
): Promise<{ result: CaseResult; variants: readonly VariantResult[] }> {
  const about = { backend, model: model.id, megapixels };
  const title = `${model.id}, ${megapixels} megapixels, ${backend === 'wasm' ? 'processor' : 'graphics card'}`;
  const { width, height } = pictureSize(megapixels);
  try {
    const request: CaseRequest = {
      ...{ backend, model, places, signal, rounds: options.rounds, tile: options.tile },
      picture: await drawPicture(width, height),
      halving: megapixels === options.megapixels[0],
      tell: (what, part) => tell(`${title}: ${what}`, part),
    };
    const { figures, first } = await measureCase(request);
    const variants = wantsVariants(options, backend, megapixels)
      ? await measureVariants(request, megapixels, first, adapter?.halfPrecision ?? false)
      : [];
    return { result: { ...about, measured: figures }, variants };
  } catch (error) {
    signal.throwIfAborted();
    return { result: { ...about, problem: messageOf(error) }, variants: [] };
  }
}

function surroundings({ adapter }: Environment) {
  return {
    schema: 1,
    date: new Date().toISOString(),
    cores: navigator.hardwareConcurrency,
    browser: browserName(navigator.userAgent),
    adapter: adapter ? nameOf(adapter) : 'none',
    softwareAdapter: adapter?.software ?? false,
    isolated: crossOriginIsolated,
  } as const;
}

function wantsVariants({ variants, megapixels: sizes }: SuiteOptions, backend: Backend, megapixels: number) {
  const distance = (size: number) => Math.abs(size - VARIANT_MEGAPIXELS);
  const nearest = Math.min(...sizes.map(distance));
  return variants && backend === 'webgpu' && distance(megapixels) === nearest;
}

/** @throws Error that names a model that is not in the catalog. */
function chosenModels({ catalog, options }: SuiteParts): readonly ModelDescriptor[] {
  const ids = catalog.models.map(({ id }) => id);
  const unknown = options.models.find((id) => !ids.includes(id));
  if (unknown !== undefined) throw new Error(`There is no model “${unknown}”. Possible: ${ids.join(', ')}.`);
  return options.models.length === 0
    ? catalog.models
    : catalog.models.filter(({ id }) => options.models.includes(id));
}

function nameOf({ vendor, architecture, description }: NonNullable<Environment['adapter']>): string {
  return description || [vendor, architecture].filter(Boolean).join(' ') || 'unnamed graphics card';
}
