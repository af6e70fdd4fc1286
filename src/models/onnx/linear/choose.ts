import { type Cost, costAsItStands, costAsSum, FREE, IMPOSSIBLE } from './cost.ts';
import type { LinearNode, Operation } from './linear-node.ts';
import { type Size, sizeOf, sizeOfItself } from './size.ts';

/** So many linear tensors at most are tried at once; a block of the known networks has fewer. */
const MOST_AT_ONCE = 24;
/** Whole blocks of the known networks become cheaper by way of parts that are up to twice as dear. */
const HOPELESS = 4;
/** Not to make a sum or a concatenation gains nothing by itself, only behind what can be multiplied in. */
const BEGINS: ReadonlySet<Operation['kind']> = new Set(['conv', 'shuffle', 'repeat']);

/**
 * Decides which linear tensors are made, and which are only multiplied into those that read them. It begins with all of them
 * made, as the network stands, and changes whatever makes it cheaper: each run of neighbours at once (often only all of a
 * block together gain), again and again until nothing does.
 */
export class Choice {
  readonly #nodes: readonly LinearNode[];
  readonly #dimsOf: (name: string) => readonly number[];
  readonly #at: ReadonlyMap<string, number>;
  /** By node: those of its inputs that are linear themselves. */
  readonly #sources: readonly (readonly number[])[];
  /** By node: the last one that reads it. */
  readonly #lastReader: readonly number[];
  readonly #pinned: readonly boolean[];
  readonly #made: boolean[];
  readonly #sizes: (Size | null)[];
  readonly #costs: Cost[];

  /**
   * @param nodes in running order
   * @param needed tensors that have to be there: something else reads them, or the graph gives them away
   * @param dimsOf of every tensor that the nodes read or give: `[1, channels, height, width]`
   */
  constructor(
    nodes: readonly LinearNode[],
    needed: ReadonlySet<string>,
    dimsOf: (name: string) => readonly number[],
  ) {
    this.#nodes = nodes;
    this.#dimsOf = dimsOf;
    this.#at = new Map(nodes.map(({ output }, i) => [output, i]));
    this.#sources = nodes.map(({ inputs }) => inputs.flatMap((name) => this.#at.get(name) ?? []));
    const last = nodes.map(() => -1);
    this.#sources.forEach((sources, i) => {
      for (const source of sources) last[source] = i;
    });
    this.#lastReader = last;
    this.#pinned = nodes.map(({ output }) => needed.has(output));
    this.#made = nodes.map(() => true);
    this.#sizes = nodes.map((node) => this.#sizeOf(node, this.#made, () => null));
    this.#costs = nodes.map((node) => costAsItStands(node, dimsOf(node.output)));
  }

  /** Whether the tensor of that name is made; those that are not linear here are. */
  isMade(name: string): boolean {
    const at = this.#at.get(name);
    return at === undefined || (this.#made[at] as boolean);
  }

  /** The tensor as a sum of those that are made. */
  sizeOf(name: string): Size | null {
    return this.#sizes[this.#at.get(name) as number] ?? null;
  }

  /** Multiply-accumulates of all that is made. */
  get macs(): number {
    return this.#costs.reduce((sum, { macs }) => sum + macs, 0);
  }

  /** Changes what is made until no change that is tried makes it cheaper. */
  improve(): void {
    for (let applied = 1; applied > 0; ) {
      const trials = this.#nodes.flatMap((_, start) => this.#bestFrom(start) ?? []);
      applied = 0;
      // The best first; those that touch none that is changed already gain what was found.
      const touched = new Set<number>();
      for (const { flipped, updates } of trials.sort((a, b) => b.gain - a.gain)) {
        const around = updates.flatMap(({ at }) => [at, ...(this.#sources[at] as readonly number[])]);
        if (around.some((at) => touched.has(at))) continue;
        for (const at of around) touched.add(at);
        for (const { at, size, cost } of updates) {
          this.#sizes[at] = size;
          this.#costs[at] = cost;
        }
        for (const at of flipped) this.#made[at] = !this.#made[at];
        applied++;
      }
    }
  }

  /** The change that gains most of those that begin with this node; null where none gains. */
  #bestFrom(start: number): Trial | null {
    if (this.#pinned[start]) return null;
    if (!this.#made[start]) {
      const trial = this.#try([start]);
      return trial.gain > 0 ? trial : null;
    }
    if (!BEGINS.has((this.#nodes[start] as LinearNode).operation.kind)) return null;
    const flipped: number[] = [];
    let best: Trial | null = null;
    for (let at = start; at < this.#nodes.length && flipped.length < MOST_AT_ONCE; at++) {
      if (this.#pinned[at] || !this.#made[at]) continue;
      flipped.push(at);
      const trial = this.#try(flipped);
      if (trial.gain > (best?.gain ?? 0)) best = trial;
      if (trial.isHopeless) break;
    }
    return best;
  }

  /** What it would gain to make those that are not made, and the other way round. */
  #try(flipped: readonly number[]): Trial {
    const made = [...this.#made];
    for (const at of flipped) made[at] = !made[at];
    const changed = new Set(flipped);
    const updates = new Map<number, Update>();
    let until = Math.max(...flipped.map((at) => this.#lastReader[at] as number), ...flipped);
    let [before, after] = [0, 0];
    const sizeAt = (at: number) => {
      const update = updates.get(at);
      return update ? update.size : (this.#sizes[at] as Size | null);
    };
    for (let at = flipped[0] as number; at <= until; at++) {
      const rereads = (this.#sources[at] as readonly number[]).some((source) => changed.has(source));
      if (!rereads && !changed.has(at)) continue;
      const node = this.#nodes[at] as LinearNode;
      const size = rereads ? this.#sizeOf(node, made, sizeAt) : sizeAt(at);
      const cost = made[at] ? this.#costOf(at, size, made) : FREE;
      updates.set(at, { at, size, cost });
      before += (this.#costs[at] as Cost).total;
      after += cost.total;
      if (made[at]) continue;
      // Its readers see through it.
      changed.add(at);
      until = Math.max(until, this.#lastReader[at] as number);
    }
    const isHopeless = Number.isFinite(after) && after > HOPELESS * before;
    return { flipped: [...flipped], updates: [...updates.values()], gain: before - after, isHopeless };
  }

  #sizeOf(node: LinearNode, made: readonly boolean[], sizeAt: (at: number) => Size | null): Size | null {
    const inputs: Size[] = [];
    for (const name of node.inputs) {
      const at = this.#at.get(name);
      const size = at === undefined || made[at] ? sizeOfItself(name) : sizeAt(at);
      if (!size) return null;
      inputs.push(size);
    }
    return sizeOf(node, inputs, this.#channelsOf);
  }

  readonly #channelsOf = (name: string): number => this.#dimsOf(name)[1] as number;

  #costOf(at: number, size: Size | null, made: readonly boolean[]): Cost {
    const node = this.#nodes[at] as LinearNode;
    const dims = this.#dimsOf(node.output);
    const readsMade = (this.#sources[at] as readonly number[]).every((source) => made[source]);
    if (readsMade) return costAsItStands(node, dims);
    return size ? costAsSum(size, dims, this.#channelsOf) : IMPOSSIBLE;
  }
}

type Update = { readonly at: number; readonly size: Size | null; readonly cost: Cost };

type Trial = {
  readonly flipped: readonly number[];
  /** What is new of the nodes that this changes. */
  readonly updates: readonly Update[];
  readonly gain: number;
  /** So much dearer that more of it will not make it cheaper. */
  readonly isHopeless: boolean;
};
