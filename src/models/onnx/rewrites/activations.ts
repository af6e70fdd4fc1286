import { floatOf } from '../attributes.ts';
import { floatTypeOf } from './float-type.ts';
import type { Rule } from './rule.ts';
import { Steps } from './steps.ts';

/** γ·(x above zero, α·(eˣ − 1) below), of which the bracket is Elu. */
export const selu: Rule = {
  opType: 'Selu',
  replace(node, scene) {
    const type = floatTypeOf(scene, node.inputs[0]);
    if (type === null) return null;
    // Opset 1 rounded the same numbers to four digits; ORT has no kernel for it.
    const alpha = floatOf(node, 'alpha', 1.6732632423543772);
    const gamma = floatOf(node, 'gamma', 1.0507009873554805);
    const steps = new Steps(node, scene);
    const elu = steps.add('Elu', node.inputs, { alpha: { float: alpha } });
    steps.add('Mul', [elu, scene.constant(type, [], [gamma])]);
    return steps.done();
  },
};

/** max(0, x) + min(0, α·(e^(x/α) − 1)): for α above zero that is α times the Elu of x/α. */
export const celu: Rule = {
  opType: 'Celu',
  replace(node, scene) {
    const type = floatTypeOf(scene, node.inputs[0]);
    const alpha = floatOf(node, 'alpha', 1);
    if (type === null || !(alpha > 0)) return null;
    const steps = new Steps(node, scene);
    const factor = scene.constant(type, [], [alpha]);
    const elu = steps.add('Elu', [steps.add('Div', [node.inputs[0] as string, factor])]);
    steps.add('Mul', [elu, factor]);
    return steps.done();
  },
};

/** x / (1 + |x|). */
export const softsign: Rule = {
  opType: 'Softsign',
  replace(node, scene) {
    const x = node.inputs[0] as string;
    const type = floatTypeOf(scene, x);
    if (type === null) return null;
    const steps = new Steps(node, scene);
    const size = steps.add('Add', [steps.add('Abs', [x]), scene.constant(type, [], [1])]);
    steps.add('Div', [x, size]);
    return steps.done();
  },
};
