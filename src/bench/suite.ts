import { messageOf } from '../base/errors.ts';
import type { Catalog, ModelDescriptor } from '../models/descriptor.ts';
import type { Backend } from '../worker/protocol.ts';
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
  readonly signal: AbortSignal;
};

/** Variants are for a picture of this size, or what is nearest to it. */
const VARIANT_MEGAPIXELS = 1;

/** Runs all cases, one after the other. A case that fails is in the result; rejects only when it is aborted. */
export async function runSuite(parts: SuiteParts): Promise<BenchResult> {
  const { options, signal } = parts;
  const date = new Date().toISOString();
  const helper = new BenchJobs(parts.places.catalogUrl);
  try {
    const { adapter, adapterProblem } = await helper.port.environment();
    const models = chosenModels(parts);
    const cases: CaseResult[] = [];
    const variants: VariantResult[] = [];
    const count = options.backends.length * models.length * options.megapixels.length;
    for (const backend of options.backends) {
      for (const model of models) {
        for (const megapixels of options.megapixels) {
          signal.throwIfAborted();
          // What is remembered of the card is found out anew: it is part of the first job.
          if (backend === 'webgpu') await helper.port.forgetTunings().catch(() => undefined);
          const index = cases.length;
          const measured = await measureOne(parts, { backend, model, megapixels, index, count });
          cases.push(measured.result);
          variants.push(...measured.variants);
        }
      }
    }
    // A shortage that was made up is not to be remembered.
    if (options.backends.includes('webgpu')) await helper.port.forgetTunings().catch(() => undefined);
    return {
      schema: 1,
      date,
      machine: parts.machine,
      cores: navigator.hardwareConcurrency,
      browser: browserName(navigator.userAgent),
      adapter: adapter ? nameOf(adapter) : adapterProblem,
      softwareAdapter: adapter?.software ?? false,
      isolated: crossOriginIsolated,
      rounds: options.rounds,
      cases,
      variants,
    };
  } finally {
    helper.end();
  }
}

type One = {
  readonly backend: Backend;
  readonly model: ModelDescriptor;
  readonly megapixels: number;
  readonly index: number;
  readonly count: number;
};

async function measureOne(
  { options, places, tell, signal }: SuiteParts,
  { backend, model, megapixels, index, count }: One,
): Promise<{ result: CaseResult; variants: readonly VariantResult[] }> {
  const about = { backend, model: model.id, megapixels };
  const title = `${model.id}, ${megapixels} megapixels, ${backend === 'wasm' ? 'processor' : 'graphics card'}`;
  const { width, height } = pictureSize(megapixels);
  try {
    const request: CaseRequest = {
      ...{ backend, model, places, signal, rounds: options.rounds, tile: options.tile },
      picture: await drawPicture(width, height),
      halving: megapixels === options.megapixels[0],
      tell: (what, part) => tell(`${title}: ${what}`, (index + part) / count),
    };
    const { figures, first } = await measureCase(request);
    const variants = wantsVariants(options, backend, megapixels)
      ? await measureVariants(request, megapixels, first)
      : [];
    return { result: { ...about, measured: figures }, variants };
  } catch (error) {
    signal.throwIfAborted();
    return { result: { ...about, problem: messageOf(error) }, variants: [] };
  }
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

function nameOf(adapter: { vendor: string; architecture: string; description: string }): string {
  const { vendor, architecture, description } = adapter;
  return description || [vendor, architecture].filter(Boolean).join(' ') || 'unnamed graphics card';
}
