import { describe, expect, it } from 'vitest';
import { maxDifference, runOnProcessor } from '../../../e2e/fixtures/run-model.ts';
import { rewriteGraph } from './rewrite.ts';
import { CASES } from './test-support.ts';

describe('a rewritten operator gives what ORT gives for the original', () => {
  for (const { title, model, feeds, change } of CASES) {
    it(title, async () => {
      const { model: rewritten, changes, leftOnCpu } = rewriteGraph(model, {});
      expect(changes).toContain(change);
      expect(leftOnCpu).toEqual([]);
      const [before, after] = [await runOnProcessor(model, feeds), await runOnProcessor(rewritten, feeds)];
      expect(after.dims).toEqual(before.dims);
      expect(maxDifference(before.values, after.values)).toBeLessThanOrEqual(1e-5);
    });
  }
});
