import { expect, test } from 'vitest';
import { fitted, panned, rebased, screenRect, visiblePart, zoomedAt } from './view-transform.ts';

const content = { width: 400, height: 300 };
const viewport = { width: 1000, height: 700 };
const view = fitted(content, viewport, { x: 20, y: 50 });

test('fits into the margins, in the middle', () => {
  expect(screenRect(view, content, viewport)).toEqual({ x: 100, y: 50, width: 800, height: 600 });
});

test('zooming keeps the point under the cursor', () => {
  const at = { x: 321, y: 123 };
  const before = screenRect(view, content, viewport);
  const after = screenRect(zoomedAt(view, 3, at.x, at.y, content, viewport), content, viewport);
  expect((at.x - after.x) / after.width).toBeCloseTo((at.x - before.x) / before.width, 2);
  expect((at.y - after.y) / after.height).toBeCloseTo((at.y - before.y) / before.height, 2);
});

test('zoom stays between a half of the fit and 32', () => {
  expect(zoomedAt(view, 1e6, 0, 0, content, viewport).zoom).toBe(32);
  expect(zoomedAt(view, 1e-6, 0, 0, content, viewport).zoom).toBeGreaterThan(0.5);
});

test('the picture cannot be dragged out of sight', () => {
  const far = panned(view, 1e6, -1e6, content);
  expect([far.centreX, far.centreY]).toEqual([0, 300]);
});

test('a result that replaces its source does not move', () => {
  const larger = { width: 1600, height: 1200 };
  expect(screenRect(rebased(view, content, larger), larger, viewport)).toEqual(
    screenRect(view, content, viewport),
  );
});

test('the visible part is cut at the window', () => {
  expect(visiblePart({ x: -50, y: 10, width: 5000, height: 20 }, viewport)).toEqual({
    x: 0,
    y: 10,
    width: 1000,
    height: 20,
  });
});
