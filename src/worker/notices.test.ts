import { expect, it } from 'vitest';
import { onProcessor } from './notices.ts';

it.each([
  [
    'WebGPU finds no graphics card in this browser.',
    'WebGPU finds no graphics card in this browser. It ran on the processor, which takes longer.',
  ],
  ['boom', 'The browser gives no graphics card (“boom”). It ran on the processor, which takes longer.'],
])('the adapter’s problem “%s” stands apart from what Tessera says', (said, message) => {
  expect(onProcessor(said)).toEqual({ code: 'webgpu-absent', message });
});
