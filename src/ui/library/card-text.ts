/** A line that is a picture of the card's own folder. */
const PICTURE = /^!\[([^\]]*)\]\(([\w-]+\.webp)\)$/;
/** What begins and ends a part of the card is for its makers. */
const REMARK = /^<!--.*-->$/gm;
const HEADING = /^(#+) (.*)$/;
const LINK = /\[([^\]]+)\]\(([^)#]*)[^)]*\)/g;

/** A piece of a line; `strong` where the card stresses it. */
export type Words = { readonly text: string; readonly strong: boolean };

/** A block of a model card, as the dialog shows it. */
export type CardPart =
  | { readonly kind: 'heading'; readonly level: number; readonly text: string }
  | { readonly kind: 'paragraph'; readonly words: readonly Words[] }
  | { readonly kind: 'list'; readonly items: readonly (readonly Words[])[] }
  /** `head` is null where no column has a name. */
  | {
      readonly kind: 'table';
      readonly head: readonly string[] | null;
      readonly rows: readonly (readonly string[])[];
    }
  /** Squares in a row, named in the picture's words behind the last colon. */
  | {
      readonly kind: 'picture';
      readonly file: string;
      readonly says: string;
      readonly panels: readonly string[];
    };

/**
 * A card's blocks. The Markdown is the project's own, so that only what its cards use is known: headings, paragraphs, lists of one
 * level, tables, pictures of the same folder, and stress; code and links become their text.
 */
export function cardParts(markdown: string): readonly CardPart[] {
  return markdown
    .replace(REMARK, '')
    .split(/\n\s*\n/)
    .map((block) => block.trim())
    .filter((block) => block !== '')
    .map(partOf);
}

function partOf(block: string): CardPart {
  const [, says, file] = PICTURE.exec(block) ?? [];
  if (says !== undefined && file !== undefined)
    return { kind: 'picture', file, says, panels: panelsIn(says) };
  const [, signs, title] = HEADING.exec(block) ?? [];
  if (signs !== undefined && title !== undefined)
    return { kind: 'heading', level: signs.length, text: plainText(title) };
  if (block.startsWith('|')) return tableOf(block.split('\n'));
  if (block.startsWith('- ')) {
    const items = block.slice(2).split(/\n- /);
    return { kind: 'list', items: items.map(wordsOf) };
  }
  return { kind: 'paragraph', words: wordsOf(block) };
}

function panelsIn(says: string): readonly string[] {
  const names = says.slice(says.lastIndexOf(':') + 1);
  return names.split(',').map((name) => name.trim());
}

function tableOf(lines: readonly string[]): CardPart {
  const [first = [], , ...rows] = lines.map((line) =>
    line.slice(1, line.lastIndexOf('|')).split('|').map(plainText),
  );
  return { kind: 'table', head: first.some((name) => name !== '') ? first : null, rows };
}

/** Every other piece between signs of stress is stressed. */
function wordsOf(text: string): readonly Words[] {
  const pieces = text.replace(/\s*\n\s*/g, ' ').split('**');
  return pieces
    .map((piece, i) => ({ text: withoutSigns(piece), strong: i % 2 === 1 }))
    .filter(({ text }) => text);
}

function plainText(text: string): string {
  return withoutSigns(text.replaceAll('**', '')).trim();
}

function withoutSigns(text: string): string {
  return text.replace(LINK, '$1 ($2)').replaceAll('`', '');
}
