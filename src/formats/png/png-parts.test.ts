import { expect, it } from 'vitest';
import { pngChunk, pngHead, pngTail } from './png-parts.ts';

const hex = (parts: readonly Uint8Array[]) => Buffer.concat(parts).toString('hex');

it('begins as every PNG', () => {
  expect(hex(pngHead(1, 258, false, 8))).toBe(
    '89504e470d0a1a0a' +
      '0000000d49484452' +
      '00000001' +
      '00000102' +
      '0802000000' +
      hex(pngHead(1, 258, false, 8)).slice(58, 66) +
      '0000000173524742' +
      '00' +
      'aece1ce9' +
      '0000000249444154' +
      '7801' +
      hex([pngChunk('IDAT', [0x78, 1])]).slice(-8),
  );
});

it('says whether it has alpha', () => {
  expect(Buffer.concat(pngHead(3, 3, false, 8))[25]).toBe(2);
  expect(Buffer.concat(pngHead(3, 3, true, 8))[25]).toBe(6);
});

it('says how deep it is', () => {
  expect(Buffer.concat(pngHead(3, 3, true, 8))[24]).toBe(8);
  expect(Buffer.concat(pngHead(3, 3, true, 16))[24]).toBe(16);
});

it('ends with the sum and IEND', () => {
  expect(hex(pngTail(0x9abcdef0))).toMatch(/^0000000649444154(0300)9abcdef0.{8}0000000049454e44ae426082$/);
});
