import { expect, it } from 'vitest';
import { letGo } from './let-go.ts';

it('empties each buffer, also one that is named twice', () => {
  const [one, other] = [new Uint8Array(10), new Uint8Array(20)];
  letGo([one.buffer, other.buffer, one.buffer]);
  expect([one.length, other.length]).toEqual([0, 0]);
});
