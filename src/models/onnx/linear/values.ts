import { defined } from '../../../base/assert.ts';
import type { Choice } from './choose.ts';
import type { LinearNode } from './linear-node.ts';
import { added, after, joined, type Step, stepOf, type Value, valueOfItself } from './value.ts';

/** Multiplies linear tensors out, in terms of those that are made. */
export class Values {
  readonly #linear: ReadonlyMap<string, LinearNode>;
  readonly #choice: Choice;
  readonly #channelsOf: (name: string) => number;
  readonly #known = new Map<string, Value>();

  constructor(
    linear: ReadonlyMap<string, LinearNode>,
    choice: Choice,
    dimsOf: (name: string) => readonly number[],
  ) {
    this.#linear = linear;
    this.#choice = choice;
    this.#channelsOf = (name) => dimsOf(name)[1] as number;
  }

  /** What the tensor is made of. */
  inside(name: string): Value {
    const value = this.#known.get(name) ?? this.#multipliedOut(name);
    this.#known.set(name, value);
    return value;
  }

  /** As what reads the tensor sees it. */
  #seen(name: string): Value {
    return this.#choice.isMade(name) ? valueOfItself(name, this.#channelsOf(name)) : this.inside(name);
  }

  #multipliedOut(name: string): Value {
    const steps: Step[] = [];
    let start = name;
    do {
      const node = defined(this.#linear.get(start), `the linear tensor ${start}`);
      if (node.inputs.length > 1) break;
      steps.unshift(this.#stepOf(node, 0));
      start = node.inputs[0] as string;
    } while (!this.#choice.isMade(start));
    const last = steps.at(-1);
    if (!last) return this.#sumOf(defined(this.#linear.get(name), `the linear tensor ${name}`));
    const before = this.#seen(start);
    const ends = steps.reduce(
      (count, { factor }) => count * factor ** 2,
      last.bias.length / last.factor ** 2,
    );
    // The fewer channels at that end of the chain, the fewer multiplications from there.
    if (ends < this.#channelsOf(start))
      return after(
        before,
        steps.reduceRight((rest, step) => joined(step, rest)),
      );
    return steps.reduce(after, before);
  }

  #sumOf(node: LinearNode): Value {
    return node.inputs.map((input, i) => after(this.#seen(input), this.#stepOf(node, i))).reduce(added);
  }

  #stepOf(node: LinearNode, input: number): Step {
    return stepOf(node, input, node.inputs.map(this.#channelsOf));
  }
}
