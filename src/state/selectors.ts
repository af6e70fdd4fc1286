import type { WireError } from '../base/errors.ts';
import type { Backend } from '../worker/protocol.ts';
import { type Estimate, estimate } from './estimate.ts';
import { pictureOf } from './job.ts';
import { preflight, type Refusal } from './preflight.ts';
import { stepsOf } from './recipe-steps.ts';
import { chosenModel, chosenScale } from './settings.ts';
import type { AppState } from './store.ts';

/** The backend that a start would use; null until the worker has said what runs here. */
export function backendNow(state: AppState): Backend | null {
  return state.settings.backend ?? state.environment?.defaultBackend ?? null;
}

/** Why a start would be refused now; null where nothing is in the way. Of sizes nothing is known before a picture is open. */
export function refusalNow(state: AppState): Refusal | null {
  const { settings, catalog, recipeProblem } = state;
  if (recipeProblem) return recipeRefusal(recipeProblem, state);
  const picture = pictureOf(state.job);
  if (!picture) return null;
  const { width, height } = picture.inspection;
  return preflight({ width, height, scale: chosenScale(settings, catalog), format: settings.format });
}

function recipeRefusal({ message, nextStep }: WireError, { settings, catalog }: AppState): Refusal {
  const main = stepsOf(settings.model ?? '', catalog.models)?.main.model;
  const alone = catalog.models.find(({ id }) => id === main);
  const fixes = alone ? [{ label: `Use ${alone.name} alone`, model: alone.id }] : [];
  return { heading: 'These models do not go together', message, nextStep, fixes };
}

/** What a start would cost now; null until there is a picture and the worker has said what runs here. */
export function estimateNow(state: AppState): Estimate | null {
  const { settings, catalog, environment, rates } = state;
  const picture = pictureOf(state.job);
  const model = chosenModel(settings, catalog);
  const backend = backendNow(state);
  if (!picture || !model || !backend) return null;
  const { width, height } = picture.inspection;
  const { format, quality } = settings;
  const scale = chosenScale(settings, catalog);
  const threads = environment?.threads ?? 1;
  return estimate({ width, height, scale, model, backend, threads, format, quality, rates });
}
