import { defined } from '../../../base/assert.ts';
import { GraphBuilder } from '../../onnx/graph-builder.ts';
import { formOfArchitecture, type PictureNetwork } from '../../picture-network.ts';
import { answerOf } from './answer.ts';
import { AxisGraph } from './axes.ts';
import type { Blob } from './blob.ts';
import { corruptLayer, unsupportedLayer } from './errors.ts';
import type { NcnnLayer } from './layer.ts';
import { type Conversion, LayerScope } from './layer-scope.ts';
import type { LayerRule } from './layers/rule.ts';
import { LAYER_RULES } from './layers/table.ts';
import { BinReader, type NcnnWeight } from './read-bin.ts';
import { readParam } from './read-param.ts';
import { isSrmd, withoutSrmdChannels } from './srmd.ts';
import { wiringOf } from './wiring.ts';

const COLOURS = 3;

/**
 * A network for ncnn as one that the engine runs; weights become float32.
 * @param param a `.param` file, or its binary twin
 * @param bin the `.bin` file beside it; where its weights are float32 they stay views into it, so it must not change
 * @throws TesseraError `model-corrupt` with line or byte where a file is damaged or the two do not belong together;
 * `model-unsupported`, naming layer and line, for what is not converted; `model-unsuitable` where it does not make one
 * picture of one picture
 */
export function convertNcnn(param: Uint8Array, bin: Uint8Array): PictureNetwork {
  const layers = readParam(param);
  const rules = layers.map(ruleOf);
  const wiring = wiringOf(layers);
  const written = readWeights(layers, rules, bin);
  const srmd = isSrmd(wiring) ? withoutSrmdChannels(wiring, written) : null;
  const { needed, weights } = srmd ?? { needed: wiring.needed, weights: written };
  const builder = new GraphBuilder();
  const axes = new AxisGraph();
  const { input } = wiring;
  const conversion: Conversion = {
    builder,
    axes,
    weights,
    dependsOnTileSize: false,
    reachIsKnown: true,
  };
  const picture = pictureOf(input, srmd?.channels ?? COLOURS, conversion);
  const blobs = new Map([[defined(input.outputs[0], 'blob of the input'), picture]]);
  for (const layer of needed) {
    const outputs = convertLayer(layer, defined(rules[layer.index], 'rule'), { blobs, conversion });
    layer.outputs.forEach((name, i) => {
      blobs.set(name, defined(outputs[i] ?? outputs[0], 'output'));
    });
  }
  const answer = answerOf(conversion, defined(blobs.get(wiring.output), 'answer'), needed);
  const isHalf = weights.some((roles) => [...roles.values()].some((weight) => weight.isHalf));
  return {
    onnx: builder.finish(answer.tensor),
    facts: {
      architecture: srmd?.architecture ?? null,
      ...answer.facts,
      form: formOfArchitecture(isHalf ? 'float16' : 'float32'),
    },
  };
}

/** The layer Input has none: nothing is written for it. */
function ruleOf(layer: NcnnLayer): LayerRule | null {
  if (layer.type === 'Input') return null;
  const rule = LAYER_RULES.get(layer.type);
  if (rule) return rule;
  const isPnnx = layer.type.includes('.');
  throw unsupportedLayer(
    layer,
    'is of a kind that is not converted',
    isPnnx
      ? 'This is a pnnx file; choose the .ncnn.param and .ncnn.bin that pnnx wrote beside it.'
      : undefined,
  );
}

/** The whole `.bin` file, also for layers that are not needed: it has no index. */
function readWeights(
  layers: readonly NcnnLayer[],
  rules: readonly (LayerRule | null)[],
  bin: Uint8Array,
): readonly ReadonlyMap<string, NcnnWeight>[] {
  const reader = new BinReader(bin);
  const weights = layers.map((layer, i) => {
    const specs = rules[i]?.weights?.(layer.params) ?? [];
    return new Map(specs.map((spec) => [spec.role, reader.read(spec, layer)]));
  });
  reader.finish();
  return weights;
}

/** @param wanted the channels that its file has to take */
function pictureOf(input: NcnnLayer, wanted: number, { builder, axes }: Conversion): Blob {
  // Width and height, where they are written, are only those of a trial run.
  const channels = input.params.int(2, { absent: 0, from: 0, to: 1 << 16 });
  if (channels > 0 && channels !== wanted)
    throw unsupportedLayer(input, `takes ${channels} channels where a picture has ${COLOURS}`);
  return {
    tensor: builder.input,
    sides: [axes.fixed(COLOURS, input), axes.picture('rows', input), axes.picture('columns', input)],
  };
}

/** One blob for each output, or one for all. */
function convertLayer(
  layer: NcnnLayer,
  rule: LayerRule,
  { blobs, conversion }: { blobs: ReadonlyMap<string, Blob>; conversion: Conversion },
): readonly Blob[] {
  const inputs = layer.inputs.map((name) => defined(blobs.get(name), 'blob'));
  if (layer.outputs.length === 0) throw corruptLayer(layer, 'makes nothing');
  const strange = layer.params.texts.find(({ id }) => !rule.readsText?.includes(id));
  if (strange)
    throw unsupportedLayer(layer, `has a size that is written as a formula: ${strange.text.slice(0, 60)}`);
  const result = rule.convert(new LayerScope(layer, inputs, conversion));
  return Array.isArray(result) ? result : [result as Blob];
}
