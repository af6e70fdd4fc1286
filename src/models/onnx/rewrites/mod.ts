import { intOf } from '../attributes.ts';
import { DataType } from '../data-type.ts';
import type { Node } from '../model.ts';
import { numbersOf } from '../tensor-values.ts';
import { floatTypeOf } from './float-type.ts';
import type { Rule, Scene } from './rule.ts';
import { Steps } from './steps.ts';

/**
 * The remainder, where it is exact: of 32-bit integers, and of floats by a constant that is a power of two (dividing by it
 * only moves the exponent). By any other float, x − y·⌊x/y⌋ jumps a whole y away from the right answer when x/y rounds to a
 * whole number, so that stays on the processor; so do 64-bit integers, which the GPU has not.
 */
export const mod: Rule = {
  opType: 'Mod',
  replace(node, scene) {
    const floats = floatTypeOf(scene, node.inputs[0]);
    if (floats !== null) return hasPowersOfTwo(node, scene) ? floatRemainder(node, scene, floats) : null;
    if (scene.typeOf(node.inputs[0] as string) !== DataType.int32) return null;
    return intOf(node, 'fmod', 0) === 1 ? signOfDividend(node, scene) : signOfDivisor(node, scene);
  },
};

/** Within these exponents x/y does not overflow for any |x| below 2¹⁰⁷. */
const MAX_EXPONENT = 20;

function hasPowersOfTwo(node: Node, scene: Scene): boolean {
  const divisor = scene.constantOf(node.inputs[1] as string);
  const values = divisor ? numbersOf(divisor) : null;
  return values?.every((value) => isSmallInteger(Math.log2(Math.abs(value)))) ?? false;
}

function isSmallInteger(exponent: number): boolean {
  return Number.isInteger(exponent) && Math.abs(exponent) <= MAX_EXPONENT;
}

/** x − y·trunc(x/y), the sign that of x: ONNX has floats only with fmod = 1. */
function floatRemainder(node: Node, scene: Scene, type: number): readonly Node[] {
  const [x, y] = node.inputs as [string, string];
  const steps = new Steps(node, scene);
  const ratio = steps.add('Div', [x, y]);
  const isNegative = steps.add('Less', [ratio, scene.constant(type, [], [0])]);
  const whole = steps.add('Where', [isNegative, steps.add('Ceil', [ratio]), steps.add('Floor', [ratio])]);
  steps.add('Sub', [x, steps.add('Mul', [whole, y])]);
  return steps.done();
}

/** Division of integers cuts towards zero, so the rest has the sign of x. */
function signOfDividend(node: Node, scene: Scene): readonly Node[] {
  const [x, y] = node.inputs as [string, string];
  const steps = new Steps(node, scene);
  remainder(steps, x, y);
  return steps.done();
}

/** As Python's: the rest of x, moved by one y to its sign, and the rest of that. */
function signOfDivisor(node: Node, scene: Scene): readonly Node[] {
  const [x, y] = node.inputs as [string, string];
  const steps = new Steps(node, scene);
  remainder(steps, steps.add('Add', [remainder(steps, x, y), y]), y);
  return steps.done();
}

function remainder(steps: Steps, x: string, y: string): string {
  return steps.add('Sub', [x, steps.add('Mul', [steps.add('Div', [x, y]), y])]);
}
