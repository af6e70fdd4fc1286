import { DataType } from '../data-type.ts';
import { floatTypeOf } from './float-type.ts';
import type { Rule } from './rule.ts';
import { Steps } from './steps.ts';

/** 1 above zero, −1 below; else x itself, which is zero or NaN. */
export const sign: Rule = {
  opType: 'Sign',
  replace(node, scene) {
    const x = node.inputs[0] as string;
    const type = scene.typeOf(x) === DataType.int32 ? DataType.int32 : floatTypeOf(scene, x);
    if (type === null) return null;
    const steps = new Steps(node, scene);
    const [zero, one, minusOne] = [0, 1, -1].map((value) => scene.constant(type, [], [value])) as [
      string,
      string,
      string,
    ];
    const negative = steps.add('Where', [steps.add('Less', [x, zero]), minusOne, x]);
    steps.add('Where', [steps.add('Greater', [x, zero]), one, negative]);
    return steps.done();
  },
};
