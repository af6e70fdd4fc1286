import { floatOf, intOf } from '../attributes.ts';
import { DataType } from '../data-type.ts';
import { floatTypeOf } from './float-type.ts';
import type { Rule } from './rule.ts';
import { Steps } from './steps.ts';

/** From here on scale and bias are one for each channel; before, one for each group. */
const PER_CHANNEL = 21;

/**
 * A group is normalised as a channel is by InstanceNormalization, once its channels are one: [N, G, the rest]. The shape
 * comes back with a Shape node, which ORT folds where the sides are known.
 */
export const groupNormalization: Rule = {
  opType: 'GroupNormalization',
  replace(node, scene) {
    const [x, scale, bias] = node.inputs as [string, string, string];
    const groups = intOf(node, 'num_groups', 0);
    const type = floatTypeOf(scene, x);
    if (type === null || groups < 1) return null;
    const epsilon = { float: floatOf(node, 'epsilon', 1e-5) };
    const steps = new Steps(node, scene);
    const sides = (...dims: number[]) => scene.constant(DataType.int64, [dims.length], dims);
    const grouped = steps.add('Reshape', [x, sides(0, groups, -1)]);
    const shape = steps.add('Shape', [x]);
    if (scene.opset < PER_CHANNEL) {
      const normal = steps.add('InstanceNormalization', [grouped, scale, bias], { epsilon });
      steps.add('Reshape', [normal, shape]);
      return steps.done();
    }
    const channels = scene.constantOf(scale)?.dims[0];
    if (channels === undefined) return null;
    const all = (value: number) => scene.constant(type, [groups], new Array<number>(groups).fill(value));
    const normal = steps.add('InstanceNormalization', [grouped, all(1), all(0)], { epsilon });
    const ofChannels = steps.add('Reshape', [normal, sides(0, channels, -1)]);
    const column = sides(channels, 1);
    const scaled = steps.add('Mul', [ofChannels, steps.add('Reshape', [scale, column])]);
    const moved = steps.add('Add', [scaled, steps.add('Reshape', [bias, column])]);
    steps.add('Reshape', [moved, shape]);
    return steps.done();
  },
};
