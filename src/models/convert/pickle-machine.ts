import type { TesseraError } from '../../base/errors.ts';
import type { PickleCursor } from './pickle-cursor.ts';
import { tagOfGlobal } from './pickle-globals.ts';
import { applied, notToBeUsed } from './pickle-rebuild.ts';
import { isList, isTag, nameOfValue, type PickleTuple, type PickleValue } from './pickle-values.ts';
import { unsupported } from './weight-errors.ts';
import {
  MAX_PICKLE_CONTAINERS,
  MAX_PICKLE_MEMO,
  MAX_PICKLE_NAMES,
  MAX_PICKLE_STACK,
} from './weight-limits.ts';

/** What stands behind a persistent id: a storage. */
export type LoadPersistent = (id: PickleValue, offset: number) => PickleValue;

/**
 * The stack machine of pickles, without the part that calls: objects of unknown classes stay tags, whatever is done to them.
 * Every way in which it could grow has a limit.
 */
export class PickleMachine {
  readonly #cursor: PickleCursor;
  readonly #load: LoadPersistent;
  readonly #stack: PickleValue[] = [];
  /** Heights of the stack at the marks; what lies below the last one cannot be popped. */
  readonly #marks: number[] = [];
  readonly #memo: PickleValue[] = [];
  #containers = 0;
  #names = 0;

  constructor(cursor: PickleCursor, load: LoadPersistent) {
    this.#cursor = cursor;
    this.#load = load;
  }

  push(value: PickleValue): void {
    if (this.#stack.length >= MAX_PICKLE_STACK) throw this.#tooMuch('values on its stack', MAX_PICKLE_STACK);
    this.#stack.push(value);
  }

  pop(): PickleValue {
    if (this.#stack.length <= (this.#marks.at(-1) ?? 0))
      throw this.#cursor.damaged('an instruction lacks its values');
    return this.#stack.pop() as PickleValue;
  }

  top(): PickleValue {
    const value = this.pop();
    this.#stack.push(value);
    return value;
  }

  mark(): void {
    if (this.#marks.length >= MAX_PICKLE_STACK) throw this.#tooMuch('marks', MAX_PICKLE_STACK);
    this.#marks.push(this.#stack.length);
  }

  popToMark(): PickleValue[] {
    const height = this.#marks.pop();
    if (height === undefined) throw this.#cursor.damaged('an instruction lacks its mark');
    return this.#stack.splice(height);
  }

  remember(index: number = this.#memo.length): void {
    if (index >= MAX_PICKLE_MEMO) throw this.#tooMuch('kept values', MAX_PICKLE_MEMO);
    this.#memo[index] = this.top();
  }

  recall(index: number): void {
    const value = this.#memo[index];
    if (value === undefined) throw this.#cursor.damaged(`nothing was kept as number ${index}`);
    this.push(value);
  }

  pushTuple(items: PickleTuple): void {
    this.#countContainer();
    this.#refuseForeign(items);
    this.push(items);
  }

  pushList(): void {
    this.#countContainer();
    this.push({ kind: 'list', items: [] });
  }

  pushDict(): void {
    this.#countContainer();
    this.push(new Map());
  }

  pushGlobal(module: string, name: string): void {
    if (++this.#names > MAX_PICKLE_NAMES) throw this.#tooMuch('names of Python', MAX_PICKLE_NAMES);
    this.push(tagOfGlobal(module, name));
  }

  append(items: readonly PickleValue[]): void {
    const target = this.top();
    this.#refuseForeign(items);
    if (isList(target)) for (const item of items) target.items.push(item);
    else if (!isTag(target, 'opaque')) throw this.#misfit('Appending to', target);
  }

  /** @param items keys and values by turns */
  setItems(items: readonly PickleValue[]): void {
    const target = this.top();
    this.#refuseForeign(items);
    if (items.length % 2 !== 0) throw this.#cursor.damaged('a key of a dict has no value');
    if (target instanceof Map) {
      for (let i = 0; i < items.length; i += 2)
        target.set(items[i] as PickleValue, items[i + 1] as PickleValue);
    } else if (!isTag(target, 'opaque')) throw this.#misfit('Setting items of', target);
  }

  /** Python would call here; this makes a tensor, a dict, or nothing. */
  reduce(): void {
    const args = this.pop();
    const callee = this.pop();
    if (isTag(callee, 'foreign')) throw notToBeUsed(callee, 'call', this.#cursor.offset);
    if (!Array.isArray(args)) throw this.#misfit('A call with', args);
    this.#refuseForeign(args);
    const value = applied(callee, args, this.#cursor);
    if (value instanceof Map) this.#countContainer(value.size);
    this.push(value);
  }

  /** An object of a class: all classes that get here are inert. @param values how many follow the class */
  newObject(values: 1 | 2): void {
    const args = Array.from({ length: values }, () => this.pop());
    const type = this.pop();
    this.#refuseForeign(args);
    if (isTag(type, 'foreign')) throw notToBeUsed(type, 'object', this.#cursor.offset);
    if (!isTag(type, 'opaque')) throw this.#misfit('An object of', type);
    this.push(type);
  }

  /** Sets attributes, of which nothing is kept: an OrderedDict's `_metadata`, and those of inert objects. */
  build(): void {
    const state = this.pop();
    const target = this.top();
    this.#refuseForeign([state]);
    if (!(target instanceof Map) && !isTag(target, 'opaque')) throw this.#misfit('Attributes of', target);
  }

  loadPersistent(): void {
    this.push(this.#load(this.pop(), this.#cursor.offset));
  }

  /** What is left at the end: one value. */
  result(): PickleValue {
    const value = this.pop();
    this.#refuseForeign([value]);
    if (this.#stack.length > 0 || this.#marks.length > 0)
      throw this.#cursor.damaged('it ends in the middle of a value');
    return value;
  }

  /** A foreign name is harmless on the stack alone, where the message can still say what was wanted of it. */
  #refuseForeign(values: readonly PickleValue[]): void {
    for (const value of values)
      if (isTag(value, 'foreign')) throw notToBeUsed(value, 'mention', this.#cursor.offset);
  }

  #countContainer(items = 0): void {
    this.#containers += 1 + items;
    if (this.#containers > MAX_PICKLE_CONTAINERS)
      throw this.#tooMuch('dicts, lists and tuples', MAX_PICKLE_CONTAINERS);
  }

  #misfit(what: string, value: PickleValue): TesseraError {
    return this.#cursor.damaged(`${what} ${nameOfValue(value)} makes no sense`);
  }

  #tooMuch(what: string, limit: number): TesseraError {
    const { offset } = this.#cursor;
    return unsupported(
      `The file's pickle has more than ${limit} ${what} (at byte ${offset}): more than the weights of any network need.`,
      undefined,
      { limit, offset },
    );
  }
}
