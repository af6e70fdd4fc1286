import { expect, test } from 'vitest';
import { cardParts } from './card-text.ts';

const CARD = `# Skies (\`skies\`)

For clouds that are **small**
and grey.

- One thing,
  and more of it.
- Another.

![Two clouds](skies-two.webp)

<!-- begin figures -->

|  | here |
| --- | --- |
| PSNR | 28.1 |
`;

test('a card is plain text with its pictures in place', () => {
  expect(cardParts(CARD)).toEqual([
    {
      kind: 'text',
      text: 'Skies (skies)\n\nFor clouds that are small and grey.\n\n- One thing, and more of it.\n- Another.',
    },
    { kind: 'picture', says: 'Two clouds', file: 'skies-two.webp' },
    { kind: 'text', text: '|  | here |\n| PSNR | 28.1 |' },
  ]);
});

test('pictures from elsewhere are text', () => {
  const elsewhere = '![A cloud](https://models.example/cloud.webp)';
  expect(cardParts(elsewhere)).toEqual([{ kind: 'text', text: elsewhere }]);
});
