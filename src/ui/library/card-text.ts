/** A line that is a picture of the card's own folder. */
const PICTURE = /^!\[([^\]]*)\]\(([\w-]+\.webp)\)$/m;
/** What begins and ends a part of the card is for its makers. */
const REMARK = /^<!--.*-->\n*/gm;
/** Ends of lines within a paragraph or a list's item; tables keep theirs. */
const WRAPPED = /([^\n|])\n {0,2}(?=[^\s\-#|*!])/g;

/** A part of a model card, as the dialog shows it. */
export type CardPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'picture'; readonly file: string; readonly says: string };

/** A card in Markdown as plain text, without its signs and with its pictures in place. */
export function cardParts(markdown: string): readonly CardPart[] {
  // Split at a pattern with two groups: text, what is on the picture, its file, text, …
  const pieces = markdown.replace(REMARK, '').split(PICTURE);
  const parts = pieces.map((piece, i): CardPart | null => {
    if (i % 3 === 0) return { kind: 'text', text: plainText(piece) };
    return i % 3 === 1 ? { kind: 'picture', says: piece, file: pieces[i + 1] ?? '' } : null;
  });
  return parts.filter((part) => part !== null && !(part.kind === 'text' && part.text === '')) as CardPart[];
}

function plainText(markdown: string): string {
  return markdown
    .replace(WRAPPED, '$1 ')
    .replace(/^#+ /gm, '')
    .replace(/^\|[ \-|]+\|\n/gm, '')
    .replace(/\*\*|`/g, '')
    .trim();
}
