import { expect, test } from 'vitest';
import { modelList } from './model-list.ts';

const BUILT_IN = [{ id: 'photo-4x' }, { id: 'fast-2x' }];
const own = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ id: `own-${i}`, name: `Own ${i}` }));

test.each([
  [0, 'photo-4x, fast-2x'],
  [1, 'photo-4x, fast-2x; on this device “Own 0” (own-0)'],
  [4, 'photo-4x, fast-2x; on this device “Own 0” (own-0), “Own 1” (own-1), “Own 2” (own-2), “Own 3” (own-3)'],
  [
    9,
    'photo-4x, fast-2x; on this device “Own 0” (own-0), “Own 1” (own-1), “Own 2” (own-2), “Own 3” (own-3), 5 more in the library',
  ],
])('with %i of the person’s own', (count, text) => expect(modelList(BUILT_IN, own(count))).toBe(text));
