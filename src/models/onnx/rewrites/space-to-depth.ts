import { intOf } from '../attributes.ts';
import { DataType } from '../data-type.ts';
import type { Rule } from './rule.ts';
import { Steps } from './steps.ts';

/** Beyond the end of any side: all that there is. */
const TO_THE_END = 0x7fffffff;
/** From here on Slice takes steps; an older model has to be raised first. */
export const SLICE_WITH_STEPS = 10;

/**
 * Every b-th column from each of b starts, one after the other in the channels, and then the same with the rows. Unlike
 * the usual reshape to six sides it needs to know none of them. (All b² parts at once will not do: ORT 1.30 recognises
 * four slices and a Concat, and makes a SpaceToDepth of them.)
 */
export const spaceToDepth: Rule = {
  opType: 'SpaceToDepth',
  replace(node, scene) {
    const block = intOf(node, 'blocksize', 0);
    if (block < 1 || scene.opset < SLICE_WITH_STEPS) return null;
    const one = (value: number) => scene.constant(DataType.int64, [1], [value]);
    const [end, step] = [one(TO_THE_END), one(block)];
    const steps = new Steps(node, scene);
    const gathered = (from: string, side: string) => {
      const parts = Array.from({ length: block }, (_, start) => {
        return steps.add('Slice', [from, one(start), end, side, step]);
      });
      return steps.add('Concat', parts, { axis: 1n });
    };
    gathered(gathered(node.inputs[0] as string, one(3)), one(2));
    return steps.done();
  },
};
