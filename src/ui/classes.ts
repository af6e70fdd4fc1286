import { assert } from '../base/assert.ts';

/** What `classesOf` takes: a class of the module, or a condition that turned out false. */
export type ClassName = string | false | null | undefined;

/** Joins classes of one CSS module by their plain names; a name that the module does not have is a fault. */
export function classesOf(styles: Readonly<Record<string, string>>): (...names: ClassName[]) => string {
  return (...names) =>
    names
      .filter((name) => typeof name === 'string')
      .map((name) => {
        const known = styles[name];
        assert(known !== undefined, `the CSS module has no class "${name}"`);
        return known;
      })
      .join(' ');
}
