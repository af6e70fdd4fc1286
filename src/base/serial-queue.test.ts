import { describe, expect, it } from 'vitest';
import { SerialQueue } from './serial-queue.ts';

const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 1));

describe('SerialQueue', () => {
  it('runs one task at a time, in the order asked, and gives each its own value', async () => {
    const queue = new SerialQueue();
    const log: string[] = [];
    const task = (name: string) => async () => {
      log.push(`${name} begins`);
      await pause();
      log.push(`${name} ends`);
      return name;
    };
    const values = await Promise.all([queue.run(task('a')), queue.run(task('b')), queue.run(task('c'))]);
    expect(values).toEqual(['a', 'b', 'c']);
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('gives a rejection to the one who asked, and goes on with the next', async () => {
    const queue = new SerialQueue();
    const log: string[] = [];
    const broken = new Error('broken');
    const first = queue.run(async () => {
      await pause();
      log.push('first');
      throw broken;
    });
    const second = queue.run(async () => log.push('second'));
    await expect(first).rejects.toBe(broken);
    expect(await second).toBe(2);
    expect(log).toEqual(['first', 'second']);
    expect(await queue.run(async () => 'later')).toBe('later');
  });

  it('survives a task that throws before it returns a promise', async () => {
    const queue = new SerialQueue();
    const first = queue.run((): Promise<never> => {
      throw new Error('at once');
    });
    await expect(first).rejects.toThrow('at once');
    expect(await queue.run(async () => 1)).toBe(1);
  });
});
