import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SilenceWatch } from './silence-watch.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const wait = (seconds: number) => vi.advanceTimersByTime(1000 * seconds);
const watching = () => {
  const onSilence = vi.fn();
  return { watch: new SilenceWatch(onSilence), onSilence };
};

describe('SilenceWatch', () => {
  it('gives a stage three minutes, then calls once', () => {
    const { onSilence } = watching();
    wait(180);
    expect(onSilence).not.toHaveBeenCalled();
    wait(1);
    expect(onSilence).toHaveBeenCalledTimes(1);
    wait(1000);
    expect(onSilence).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('begins anew with anything that is heard', () => {
    const { watch, onSilence } = watching();
    for (const kind of ['download', 'stage', 'engine', 'rows', 'notice']) {
      wait(170);
      watch.heard({ kind });
    }
    expect(onSilence).not.toHaveBeenCalled();
  });

  it('gives the next tile at least twenty seconds, however fast the others were', () => {
    const { watch, onSilence } = watching();
    watch.heard({ kind: 'tile', tileMs: 30 });
    wait(20);
    expect(onSilence).not.toHaveBeenCalled();
    wait(1);
    expect(onSilence).toHaveBeenCalled();
  });

  it('gives it ten times what the slowest took', () => {
    const { watch, onSilence } = watching();
    watch.heard({ kind: 'tile', tileMs: 5000 });
    watch.heard({ kind: 'tile', tileMs: 400 });
    wait(50);
    expect(onSilence).not.toHaveBeenCalled();
    wait(1);
    expect(onSilence).toHaveBeenCalled();
  });

  it('keeps that limit while rows and checkpoints come in between', () => {
    const { watch, onSilence } = watching();
    watch.heard({ kind: 'tile', tileMs: 5000 });
    wait(40);
    watch.heard({ kind: 'rows' });
    wait(50);
    expect(onSilence).not.toHaveBeenCalled();
    wait(1);
    expect(onSilence).toHaveBeenCalled();
  });

  it.each(['stage', 'plan'])(
    'forgets the old tiles’ time with a new %s: its first tile may take three minutes',
    (kind) => {
      const { watch, onSilence } = watching();
      watch.heard({ kind: 'tile', tileMs: 30_000 });
      watch.heard({ kind });
      wait(180);
      expect(onSilence).not.toHaveBeenCalled();
      watch.heard({ kind: 'tile', tileMs: 10 });
      wait(21);
      expect(onSilence).toHaveBeenCalled();
    },
  );

  it('does not take a page that was frozen, or a computer that slept, for a worker that hangs', () => {
    const { watch, onSilence } = watching();
    watch.heard({ kind: 'tile', tileMs: 30 });
    wait(5);
    // An hour passes on the clock without a single tick; then ticks come again.
    const atFreeze = performance.now();
    const now = vi.spyOn(performance, 'now').mockImplementation(() => atFreeze + 3_600_000);
    wait(1);
    expect(onSilence).not.toHaveBeenCalled();
    now.mockRestore();
    vi.spyOn(performance, 'now').mockImplementation(() => atFreeze + 3_600_000);
    wait(10);
    expect(onSilence).not.toHaveBeenCalled();
    vi.restoreAllMocks();
    watch.stop();
  });

  it('counts slow ticks of a background tab as what they are, up to two seconds each', () => {
    const { watch, onSilence } = watching();
    watch.heard({ kind: 'tile', tileMs: 30 });
    let clock = performance.now();
    const now = vi.spyOn(performance, 'now').mockImplementation(() => clock);
    for (let tick = 1; tick <= 11; tick++) {
      expect(onSilence).not.toHaveBeenCalled();
      clock += 60_000;
      wait(1);
    }
    expect(onSilence).toHaveBeenCalledTimes(1);
    now.mockRestore();
  });

  it('is quiet for ever once stopped', () => {
    const { watch, onSilence } = watching();
    watch.stop();
    wait(1000);
    expect(onSilence).not.toHaveBeenCalled();
  });
});
