import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sourcePx } from '../base/geometry.ts';
import type { AdapterFacts } from '../engine/gpu-device.ts';
import type { Catalog } from '../models/descriptor.ts';
import { firstTile } from '../tiling/first-tile.ts';
import { tileBudget } from './tile-budget.ts';

const MIB = 2 ** 20;
const adapter = (changes: Partial<AdapterFacts> = {}): AdapterFacts => ({
  vendor: 'nvidia',
  architecture: 'ampere',
  description: '',
  software: false,
  halfPrecision: true,
  maxBufferBytes: 4096 * MIB,
  maxBindingBytes: 2048 * MIB,
  ...changes,
});

describe('tileBudget', () => {
  it('stays below what the adapter can bind and allocate, whichever is less', () => {
    expect(tileBudget(adapter(), 1).maxTensorBytes).toBe(128 * MIB);
    expect(tileBudget(adapter({ maxBindingBytes: 64 * MIB }), 1).maxTensorBytes).toBe(64 * MIB);
    expect(tileBudget(adapter({ maxBufferBytes: 32 * MIB }), 1).maxTensorBytes).toBe(32 * MIB);
  });

  it('asks far less of software that stands in for a card, and less of a processor', () => {
    const work = [adapter({ software: true }), null, adapter()].map((one) => tileBudget(one, 4).maxMacs);
    expect(work).toEqual([...work].sort((a, b) => a - b));
  });

  it('gives a processor with more threads larger tiles', () => {
    expect(tileBudget(null, 8).maxMacs).toBe(8 * tileBudget(null, 1).maxMacs);
  });

  it('gives every model that is shipped a first tile of the ladder', () => {
    const catalog = JSON.parse(readFileSync('public/models/catalog.json', 'utf8')) as Catalog;
    expect(catalog.models.length).toBeGreaterThan(0);
    for (const model of catalog.models) {
      const first = (of: AdapterFacts | null) => firstTile(tileBudget(of, 2), model, sourcePx(16));
      expect(first(adapter({ software: true }))).toBe(32);
      expect([64, 128, 256, 512]).toContain(first(null));
      expect(first(adapter())).toBeGreaterThanOrEqual(first(null));
    }
  });
});
