import type { Node } from '../model.ts';
import { floatTypeOf } from './float-type.ts';
import type { Rule, Scene } from './rule.ts';
import { Steps } from './steps.ts';

/** Add, one input after the other, as ORT's processor kernel does. */
export const sum: Rule = {
  opType: 'Sum',
  replace(node, scene) {
    const steps = new Steps(node, scene);
    if (node.inputs.length === 1) steps.add('Identity', node.inputs);
    else addAll(steps, node);
    return steps.done();
  },
};

/** The sum, divided by how many there are. */
export const mean: Rule = {
  opType: 'Mean',
  replace(node, scene) {
    const type = floatTypeOf(scene, node.inputs[0]);
    if (node.inputs.length === 1) return sum.replace(node, scene);
    return type === null ? null : divided(node, scene, type);
  },
};

function divided(node: Node, scene: Scene, type: number): readonly Node[] {
  const steps = new Steps(node, scene);
  const total = addAll(steps, node);
  steps.add('Div', [total, scene.constant(type, [], [node.inputs.length])]);
  return steps.done();
}

function addAll(steps: Steps, { inputs: [first = '', ...others] }: Node): string {
  return others.reduce((total, input) => steps.add('Add', [total, input]), first);
}
