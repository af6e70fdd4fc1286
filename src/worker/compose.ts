import type { Recipe, RecipeStep } from '../base/recipe.ts';
import { formatRecipe, modelsOf, recipeName } from '../base/recipe.ts';
import type { ModelDescriptor } from '../models/descriptor.ts';
import { sha256Hex } from '../models/model-file.ts';
import { pictureNetworkCost } from '../models/onnx/network-cost.ts';
import { readOnnx } from '../models/onnx/read.ts';
import { writeOnnx } from '../models/onnx/write.ts';
import { formOfArchitecture, type PictureNetwork } from '../models/picture-network.ts';
import { blendNetworks, checkBlend } from '../models/recipe/blend.ts';
import { chainNetworks } from '../models/recipe/chain.ts';
import type { FoundNetwork } from './find-network.ts';

type Loaded = { readonly model: ModelDescriptor; readonly bytes: Uint8Array<ArrayBuffer> };

/**
 * One network of a recipe of several models: nothing is rounded between its steps, and tiles fit as they do with one.
 * @throws TesseraError `model-unsuitable` where the models do not go together; whatever `load` throws
 */
export async function compose(recipe: Recipe, load: (id: string) => Promise<Loaded>): Promise<FoundNetwork> {
  const of = await loadAll(recipe, load);
  const network = recipe.map((step) => stepNetwork(step, of)).reduce(chainNetworks);
  const bytes = writeOnnx(network.onnx);
  const model = await descriptorOf(recipe, network, bytes, of);
  return { model, load: async () => bytes };
}

/**
 * Whether the models of a recipe go together, told from their networks' layers, sizes and scales: nothing is blended or
 * run. @throws as `compose`
 */
export async function checkRecipe(recipe: Recipe, load: (id: string) => Promise<Loaded>): Promise<void> {
  const of = await loadAll(recipe, load);
  const steps = recipe.map(({ model, blend }) => {
    const first = networkOf(of(model));
    if (blend) checkBlend(first, networkOf(of(blend.with)));
    return first;
  });
  steps.reduce(chainNetworks);
}

async function loadAll(
  recipe: Recipe,
  load: (id: string) => Promise<Loaded>,
): Promise<(id: string) => Loaded> {
  const loaded = new Map<string, Loaded>();
  for (const id of modelsOf(recipe)) loaded.set(id, await load(id));
  return (id) => loaded.get(id) as Loaded;
}

function stepNetwork({ model, blend }: RecipeStep, of: (id: string) => Loaded): PictureNetwork {
  const first = networkOf(of(model));
  return blend ? blendNetworks(first, networkOf(of(blend.with)), blend.percent / 100) : first;
}

function networkOf({ model, bytes }: Loaded): PictureNetwork {
  const { scale, receptiveFieldPx, sizeRule, eatenPx, dependsOnTileSize } = model;
  const form = formOfArchitecture('float32');
  const facts = { architecture: null, scale, receptiveFieldPx, sizeRule, eatenPx, dependsOnTileSize, form };
  return { onnx: readOnnx(bytes), facts };
}

async function descriptorOf(
  recipe: Recipe,
  network: PictureNetwork,
  bytes: Uint8Array<ArrayBuffer>,
  of: (id: string) => Loaded,
): Promise<ModelDescriptor> {
  const { macsPerSourcePx, peakValuesPerSourcePx } = pictureNetworkCost(network.onnx, network.facts.sizeRule);
  const { scale, receptiveFieldPx, sizeRule, eatenPx, dependsOnTileSize } = network.facts;
  const licences = new Set(modelsOf(recipe).map((id) => of(id).model.licence));
  return {
    id: formatRecipe(recipe),
    name: recipeName(recipe, (id) => of(id).model.name),
    description: '',
    scale,
    file: null,
    bytes: bytes.length,
    sha256: await sha256Hex(bytes),
    licence: [...licences].join(' AND '),
    source: '',
    receptiveFieldPx,
    sizeRule,
    eatenPx,
    dependsOnTileSize,
    macsPerSourcePx,
    peakValuesPerSourcePx,
  };
}
