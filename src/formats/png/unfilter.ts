const SUB = 1;
const UP = 2;
const AVERAGE = 3;
const PAETH = 4;

/**
 * Undoes, in place, the filter of one row of bytes (PNG, third edition, section 9.2). `above` is the row above as it is
 * unfiltered, zeros for the first one; `distance` the bytes of a pixel. False for a filter type that does not exist.
 */
export function unfilterRow(type: number, row: Uint8Array, above: Uint8Array, distance: number): boolean {
  if (type === SUB) undoSub(row, distance);
  else if (type === UP) undoUp(row, above);
  else if (type === AVERAGE) undoAverage(row, above, distance);
  else if (type === PAETH) undoPaeth(row, above, distance);
  else return type === 0;
  return true;
}

function undoSub(row: Uint8Array, distance: number): void {
  for (let i = distance; i < row.length; i++) row[i] = (row[i] as number) + (row[i - distance] as number);
}

function undoUp(row: Uint8Array, above: Uint8Array): void {
  for (let i = 0; i < row.length; i++) row[i] = (row[i] as number) + (above[i] as number);
}

function undoAverage(row: Uint8Array, above: Uint8Array, distance: number): void {
  for (let i = 0; i < row.length; i++) {
    const left = i < distance ? 0 : (row[i - distance] as number);
    row[i] = (row[i] as number) + ((left + (above[i] as number)) >> 1);
  }
}

function undoPaeth(row: Uint8Array, above: Uint8Array, distance: number): void {
  // What is left of the first pixel is zero, so that the prediction is what is above it.
  for (let i = 0; i < distance; i++) row[i] = (row[i] as number) + (above[i] as number);
  for (let i = distance; i < row.length; i++) {
    const left = row[i - distance] as number;
    const up = above[i] as number;
    const corner = above[i - distance] as number;
    const fromLeft = Math.abs(up - corner);
    const fromUp = Math.abs(left - corner);
    const fromCorner = Math.abs(left + up - 2 * corner);
    const nearest = fromLeft <= fromUp && fromLeft <= fromCorner ? left : fromUp <= fromCorner ? up : corner;
    row[i] = (row[i] as number) + nearest;
  }
}
