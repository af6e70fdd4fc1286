import type { LinearNode } from './linear-node.ts';

/**
 * How large the sum of convolutions is that a linear tensor is in terms of others, without its numbers: what choosing needs
 * to know. The tensor has `factor` times the sides of those others.
 */
export type Size = {
  readonly factor: number;
  readonly terms: ReadonlyMap<string, Term>;
};

/** A convolution of one tensor, on that tensor's grid. */
export type Term = {
  /** How far it sees up and down. */
  readonly rows: Reach;
  readonly columns: Reach;
  /** It is the tensor itself. */
  readonly isItself: boolean;
};

/** The first and the last pixel that is seen, counted from a pixel's own, for each of the `factor` places along its side. */
type Reach = readonly (readonly [first: number, last: number])[];

/** The side of a kernel that reaches so far; its middle is the pixel itself. */
export function sideOf(reach: Reach): number {
  return 1 + 2 * Math.max(...reach.map(([first, last]) => Math.max(-first, last)));
}

/** Larger kernels are not made: their weights would be larger than what they save. */
const LARGEST_SIDE = 13;
/** Multiplications of weights by weights for one convolution: about half a second. */
const MOST_WORK = 5e8;

/** A tensor in terms of itself. */
export function sizeOfItself(name: string): Size {
  return { factor: 1, terms: new Map([[name, { rows: [[0, 0]], columns: [[0, 0]], isItself: true }]]) };
}

/**
 * The size of a linear tensor by those of what it reads.
 * @param channelsOf a tensor's channels
 * @returns null where they do not lie on one grid, or a kernel would be too large
 */
export function sizeOf(
  { operation, inputs: names }: LinearNode,
  inputs: readonly Size[],
  channelsOf: (name: string) => number,
): Size | null {
  const [first] = inputs as readonly [Size];
  if (inputs.some(({ factor }) => factor !== first.factor)) return null;
  switch (operation.kind) {
    case 'conv': {
      const [outputs, , rows, columns] = operation.conv.weight.dims as [number, number, number, number];
      const terms = new Map<string, Term>();
      let work = 0;
      for (const [name, term] of first.terms) {
        const after = {
          rows: widened(term.rows, rows),
          columns: widened(term.columns, columns),
          isItself: false,
        };
        if (Math.max(sideOf(after.rows), sideOf(after.columns)) > LARGEST_SIDE) return null;
        const before = sideOf(term.rows) * sideOf(term.columns) * (term.isItself ? 1 : channelsOf(name));
        work += before * first.factor ** 2 * channelsOf(names[0] as string) * rows * columns * outputs;
        terms.set(name, after);
      }
      return work > MOST_WORK ? null : { ...first, terms };
    }
    case 'add': {
      const terms = joined(inputs);
      if (operation.signs.includes(-1)) for (const [name] of inputs[1]?.terms ?? []) loseItself(terms, name);
      return { ...first, terms };
    }
    case 'affine':
      return operation.gains ? { ...first, terms: withoutItself(first.terms) } : first;
    case 'concat':
      return { ...first, terms: withoutItself(joined(inputs)) };
    case 'pick':
      return { ...first, terms: withoutItself(first.terms) };
    case 'shuffle':
    case 'repeat':
      return { factor: first.factor * operation.block, terms: spread(first.terms, operation.block) };
  }
}

function joined(inputs: readonly Size[]): Map<string, Term> {
  const terms = new Map<string, Term>();
  for (const [name, term] of inputs.flatMap((input) => [...input.terms])) {
    const other = terms.get(name);
    const both = other && {
      rows: union(term.rows, other.rows),
      columns: union(term.columns, other.columns),
      isItself: false,
    };
    terms.set(name, both ?? term);
  }
  return terms;
}

/** After a kernel of that side on the fine grid. */
function widened(reach: Reach, side: number): Reach {
  return reach.map((_, place) => {
    const seen = Array.from({ length: side }, (_, tap) => {
      const at = place + tap - (side - 1) / 2;
      const pixel = Math.floor(at / reach.length);
      const [first, last] = reach[at - pixel * reach.length] as Reach[number];
      return [first + pixel, last + pixel] as const;
    });
    return seen.reduce(hull);
  });
}

/** Each place becomes `block` places, that see what it saw. */
function spread(terms: ReadonlyMap<string, Term>, block: number): ReadonlyMap<string, Term> {
  const finer = (reach: Reach) => reach.flatMap((range) => Array.from({ length: block }, () => range));
  return new Map(
    [...terms].map(([name, { rows, columns }]) => {
      return [name, { rows: finer(rows), columns: finer(columns), isItself: false }];
    }),
  );
}

function union(a: Reach, b: Reach): Reach {
  return a.map((range, place) => hull(range, b[place] as Reach[number]));
}

function hull(a: Reach[number], b: Reach[number]): Reach[number] {
  return [Math.min(a[0], b[0]), Math.max(a[1], b[1])];
}

function loseItself(terms: Map<string, Term>, name: string): void {
  const term = terms.get(name);
  if (term) terms.set(name, { ...term, isItself: false });
}

function withoutItself(terms: ReadonlyMap<string, Term>): ReadonlyMap<string, Term> {
  return new Map([...terms].map(([name, term]) => [name, { ...term, isItself: false }]));
}
