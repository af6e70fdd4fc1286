import { Fragment } from 'react';

/** What stands between “ and ”. */
const QUOTED = /(“[^”]*”)/;

/**
 * A sentence in which the names between “ and ” keep their own direction: one in Arabic or Hebrew would otherwise change the order of
 * the words beside it.
 */
export function NamesApart({ text }: { readonly text: string }) {
  return text.split(QUOTED).map((part, index) =>
    QUOTED.test(part) ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sentence have no other identity
      <Fragment key={index}>
        “<bdi>{part.slice(1, -1)}</bdi>”
      </Fragment>
    ) : (
      part
    ),
  );
}
