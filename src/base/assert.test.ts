import { describe, expect, it } from 'vitest';
import { assert, defined } from './assert.ts';

describe('assert and defined', () => {
  it('say what does not hold, and let pass what does', () => {
    expect(() => assert(true, 'sides are equal')).not.toThrow();
    expect(() => assert(false, 'sides are equal')).toThrow('Assertion failed: sides are equal');
    expect(defined(0, 'edge')).toBe(0);
    expect(defined('', 'name')).toBe('');
    expect(() => defined(undefined, 'edge')).toThrow('edge is missing');
    expect(() => defined(null, 'edge')).toThrow('edge is missing');
  });
});
