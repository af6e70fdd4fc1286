import { readdirSync, readFileSync } from 'node:fs';
import { expect, it, test } from 'vitest';
import { cardParts } from './card-text.ts';

const CARD = `# Skies (\`skies\`)

For clouds that are **small**
and grey.

- **One** thing,
  and more of it.
- Another.

![Two clouds: a small one, the other](skies-two.webp)

<!-- begin figures -->

|  | here |
| --- | --- |
| PSNR | **28.1** |

|  |  |
| --- | --- |
| file | \`a.onnx\` |

<!-- end figures -->

As [the notice](MODELS.md#notice) says.
`;

test('a card comes apart into its blocks, in order', () => {
  expect(cardParts(CARD)).toEqual([
    { kind: 'heading', level: 1, text: 'Skies (skies)' },
    {
      kind: 'paragraph',
      words: [
        { text: 'For clouds that are ', strong: false },
        { text: 'small', strong: true },
        { text: ' and grey.', strong: false },
      ],
    },
    {
      kind: 'list',
      items: [
        [
          { text: 'One', strong: true },
          { text: ' thing, and more of it.', strong: false },
        ],
        [{ text: 'Another.', strong: false }],
      ],
    },
    {
      kind: 'picture',
      file: 'skies-two.webp',
      says: 'Two clouds: a small one, the other',
      panels: ['a small one', 'the other'],
    },
    { kind: 'table', head: ['', 'here'], rows: [['PSNR', '28.1']] },
    { kind: 'table', head: null, rows: [['file', 'a.onnx']] },
    { kind: 'paragraph', words: [{ text: 'As the notice (MODELS.md) says.', strong: false }] },
  ]);
});

test('pictures from elsewhere are no pictures', () => {
  const [part] = cardParts('![A cloud](https://models.example/cloud.webp)');
  expect(part?.kind).toBe('paragraph');
});

const MODELS = 'public/models';
const ids = readdirSync(MODELS)
  .filter((name) => name.endsWith('.onnx'))
  .map((name) => name.replace('.onnx', ''));

it.each(ids)(
  'the card of %s leaves no sign behind, and its pictures are squares of the names it gives',
  (id) => {
    const parts = cardParts(readFileSync(`${MODELS}/${id}.md`, 'utf8'));
    expect(JSON.stringify(parts)).not.toMatch(/\*\*|`|<!--|\]\(|\| /);
    const recorded = JSON.parse(readFileSync('training/pictures.json', 'utf8'));
    const pictures = parts.filter((part) => part.kind === 'picture');
    expect(pictures).toHaveLength(3);
    for (const { file, panels } of pictures) {
      const { widthPx, heightPx } = recorded[file];
      // With four pixels between them: `training/evaluate/crops.py`.
      expect(panels.length * (heightPx + 4) - 4, file).toBe(widthPx);
    }
    for (const part of parts)
      if (part.kind === 'table') for (const row of part.rows) expect(row.length).toBe(part.rows[0]?.length);
  },
);
