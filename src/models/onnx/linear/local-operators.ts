import type { Graph } from '../model.ts';
import { isOnnx } from '../names.ts';

/** Operators of which a pixel's result depends on the pixels near it only, or on none. */
const LOCAL: ReadonlySet<string> = new Set(
  `Abs Add And AveragePool BatchNormalization Cast Ceil Celu Clip Concat Conv ConvTranspose DepthToSpace Div Dropout Elu Equal Erf
   Exp Floor Gelu Greater GreaterOrEqual HardSigmoid HardSwish Identity LeakyRelu Less LessOrEqual Log Max MaxPool Mean Min Mish
   Mod Mul Neg Not Or PRelu Pad Pow Reciprocal Relu Resize Round Selu Sigmoid Sign Slice Softplus Softsign SpaceToDepth Split
   Sqrt Sub Sum Swish Tanh ThresholdedRelu Transpose Upsample Where`.split(/\s+/),
);

/**
 * Tensors whose values near the border may matter to every pixel of the result: something that looks at all pixels at once
 * (a mean, attention, whatever is not known) depends on them.
 */
export function namesOfWideInfluence({ nodes, initializers }: Graph): ReadonlySet<string> {
  const constants = new Set(initializers.map(({ name }) => name));
  const wide = new Set<string>();
  for (const node of nodes.toReversed()) {
    // Of a Shape it is the sides that matter, no pixels.
    if (node.opType === 'Shape') continue;
    const picksChannels =
      node.opType === 'Gather' && constants.has(node.inputs[1] ?? '') && isOnChannels(node);
    const isLocal = isOnnx(node) && (LOCAL.has(node.opType) || picksChannels);
    if (isLocal && !node.outputs.some((name) => wide.has(name))) continue;
    for (const name of node.inputs) wide.add(name);
  }
  return wide;
}

function isOnChannels(node: Graph['nodes'][number]): boolean {
  return node.attributes.some(
    ({ name, ...rest }) => name === 'axis' && rest.kind === 'int' && rest.value === 1n,
  );
}
