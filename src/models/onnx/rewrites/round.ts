import { floatTypeOf } from './float-type.ts';
import type { Rule } from './rule.ts';
import { Steps } from './steps.ts';

/**
 * To the nearest whole number, to even in the middle: the floor f, and one more where x − f is over a half, or is a half
 * and f is odd. Exact for every float: x − f is exact but for −½ < x < 0, where it may be rounded up to the half, and
 * there f = −1 is odd. (Adding and taking away 1.5·2²³, the usual trick, is not: shader compilers may fold it, and WGSL
 * does not say which way it rounds.) The sign of a zero is lost.
 */
export const round: Rule = {
  opType: 'Round',
  replace(node, scene) {
    const x = node.inputs[0] as string;
    const type = floatTypeOf(scene, x);
    if (type === null) return null;
    const steps = new Steps(node, scene);
    const [half, one, two] = [0.5, 1, 2].map((value) => scene.constant(type, [], [value])) as [
      string,
      string,
      string,
    ];
    const floor = steps.add('Floor', [x]);
    const above = steps.add('Sub', [x, floor]);
    const evenBelow = steps.add('Mul', [steps.add('Floor', [steps.add('Mul', [floor, half])]), two]);
    const toEven = steps.add('Add', [floor, steps.add('Sub', [floor, evenBelow])]);
    const isHalf = steps.add('Equal', [above, half]);
    const downOrEven = steps.add('Where', [isHalf, toEven, floor]);
    const up = steps.add('Add', [floor, one]);
    steps.add('Where', [steps.add('Greater', [above, half]), up, downOrEven]);
    return steps.done();
  },
};
