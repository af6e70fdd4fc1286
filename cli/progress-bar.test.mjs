import { describe, expect, it } from 'vitest';
import { progressLine } from './progress-bar.mjs';

describe('progressLine', () => {
  it('names the stage in words', () => {
    expect(progressLine('a.png', { stage: 'loading-model', fraction: 0, tile: 0, tiles: 0 }, 0)).toBe(
      'a.png: loading the model …',
    );
  });

  it('shows the bar, the tile and the time left', () => {
    expect(progressLine('a.png', { stage: 'tiles', fraction: 0.5, tile: 3, tiles: 6 }, 10_000)).toBe(
      'a.png: ████████████░░░░░░░░░░░░ 50 % · tile 3 of 6 · 10 s left',
    );
  });

  it('promises no time before it can know one', () => {
    expect(progressLine('a.png', { stage: 'tiles', fraction: 0.01, tile: 1, tiles: 99 }, 500)).not.toContain(
      'left',
    );
  });
});
