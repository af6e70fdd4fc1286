import { defined } from '../../../base/assert.ts';
import type { Brand } from '../../../base/brand.ts';
import { corruptLayer, unsupportedLayer } from './errors.ts';
import type { NcnnLayer } from './layer.ts';
import { type Line, lineOf } from './lines.ts';

/** One side of a tensor: its height, its width or its channels. Equal sides may have different numbers. */
export type Axis = Brand<number, 'Axis'>;

/** How the length of a side follows from others, and which of their positions one of its positions is made of. */
export type AxisRule =
  /** Rows or columns of the picture. */
  | { readonly kind: 'picture' }
  | { readonly kind: 'fixed'; readonly length: number }
  /** A window that slides: convolution, pooling. Positions outside the side are padding. */
  | ({ readonly kind: 'window'; readonly of: Axis; readonly roundUp: boolean } & Window)
  /** The opposite: each position is spread over a window; `before` and `after` are cut off, `extra` added. */
  | ({ readonly kind: 'spread'; readonly of: Axis; readonly extra: number } & Window)
  /** Resampled: `taps` neighbours on each side of a position enter it (nearest 0, linear 1, cubic 2). */
  | { readonly kind: 'scaled'; readonly of: Axis; readonly factor: number; readonly taps: 0 | 1 | 2 }
  /** Each position becomes so many. */
  | { readonly kind: 'multiplied'; readonly of: Axis; readonly times: number }
  | { readonly kind: 'cut'; readonly of: Axis; readonly before: number; readonly after: number }
  /** Cut to the length of another. */
  | { readonly kind: 'cutLike'; readonly of: Axis; readonly before: number; readonly like: Axis }
  /** Longer; where it is mirrored, the side is longer than what is added. */
  | {
      readonly kind: 'padded';
      readonly of: Axis;
      readonly before: number;
      readonly after: number;
      readonly isMirrored: boolean;
    }
  /** Two that have to be equally long. */
  | { readonly kind: 'joined'; readonly of: Axis; readonly and: Axis };

export type Window = {
  readonly kernel: number;
  readonly dilation: number;
  readonly stride: number;
  readonly before: number;
  readonly after: number;
};

/** Of which of the picture's sides an axis is made. */
export type Family = 'rows' | 'columns' | 'none';

type Entry = { readonly rule: AxisRule; readonly family: Family; readonly layer: NcnnLayer };

/** The sides of all tensors of a network, each after those that it follows from. */
export class AxisGraph {
  readonly #entries: Entry[] = [];
  readonly #fixed = new Map<number, Axis>();

  get count(): number {
    return this.#entries.length;
  }

  ruleOf(axis: Axis): AxisRule {
    return this.#entry(axis).rule;
  }

  familyOf(axis: Axis): Family {
    return this.#entry(axis).family;
  }

  layerOf(axis: Axis): NcnnLayer {
    return this.#entry(axis).layer;
  }

  /** All of them, in order. */
  *all(): Generator<Axis> {
    for (let i = 0; i < this.#entries.length; i++) yield i as Axis;
  }

  /** The length, where it is the same for every picture. */
  fixedLength(axis: Axis): number | null {
    const { rule } = this.#entry(axis);
    return rule.kind === 'fixed' ? rule.length : null;
  }

  picture(family: 'rows' | 'columns', layer: NcnnLayer): Axis {
    return this.#push({ rule: { kind: 'picture' }, family, layer });
  }

  /** @throws TesseraError `model-corrupt` where no tensor can have that length */
  fixed(length: number, layer: NcnnLayer): Axis {
    if (!(length >= 1 && length < 2 ** 31)) throw corruptLayer(layer, `makes a side of ${length}`);
    const known = this.#fixed.get(length);
    if (known !== undefined) return known;
    const axis = this.#push({ rule: { kind: 'fixed', length }, family: 'none', layer });
    this.#fixed.set(length, axis);
    return axis;
  }

  /** @throws TesseraError `model-corrupt` where it follows from fixed sides that do not fit */
  add(rule: Exclude<AxisRule, { kind: 'picture' | 'fixed' }>, layer: NcnnLayer): Axis {
    const sources = sourcesOf(rule);
    const families = new Set(
      sources.map((axis) => this.familyOf(axis)).filter((family) => family !== 'none'),
    );
    if (families.size > 1) throw unsupportedLayer(layer, 'mixes rows with columns of the picture');
    const [family] = families;
    if (family !== undefined) return this.#push({ rule, family, layer });
    const line = lineOf(rule, (axis) => ({ slope: 0, offset: defined(this.fixedLength(axis), 'length') }));
    if (!isLine(line)) throw corruptLayer(layer, 'does not fit what it is given');
    return this.fixed(line.offset, layer);
  }

  /** The longer of two sides of which one may be 1, and is then repeated. */
  broadcast(a: Axis, b: Axis, layer: NcnnLayer): Axis {
    if (a === b || this.fixedLength(b) === 1) return a;
    if (this.fixedLength(a) === 1) return b;
    return this.add({ kind: 'joined', of: a, and: b }, layer);
  }

  #entry(axis: Axis): Entry {
    return defined(this.#entries[axis], 'axis');
  }

  #push(entry: Entry): Axis {
    this.#entries.push(entry);
    return (this.#entries.length - 1) as Axis;
  }
}

/** The axes that a rule takes from. */
export function sourcesOf(rule: AxisRule): readonly Axis[] {
  if (rule.kind === 'picture' || rule.kind === 'fixed') return [];
  if (rule.kind === 'joined') return [rule.of, rule.and];
  return rule.kind === 'cutLike' ? [rule.of, rule.like] : [rule.of];
}

function isLine(line: Line | { finer: number } | null): line is Line {
  return line !== null && 'slope' in line;
}
