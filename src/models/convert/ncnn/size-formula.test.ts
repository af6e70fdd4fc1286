import { expect, it } from 'vitest';
import { multiplesOf } from './size-formula.ts';

it.each([
  ['*(0w,2),*(0h,2)', 2, 2],
  ['"*(3,0w),*(0h,2.000000e+00)"', 3, 2],
  ['0w,0h', 1, 1],
  ['trunc(*(0w,4)),floor(*(4,0h))', 4, 4],
])('%s is %d times the columns, %d times the rows', (formula, columns, rows) =>
  expect(multiplesOf(formula)).toEqual({ columns, rows }),
);

it.each([
  ['the height first', '*(0h,2),*(0w,2)'],
  ['a side by itself', '*(0w,0w),*(0h,2)'],
  ['the size of another input', '1w,1h'],
  ['a sum', '+(0w,2),+(0h,2)'],
  ['half of it', '*(0w,0.5),*(0h,0.5)'],
  ['nothing of it', '*(0w,0),*(0h,0)'],
  ['sizes', '640,480'],
  ['one side', '*(0w,2)'],
  ['three sides', '*(0w,2),*(0h,2),0c'],
  ['brackets that do not close', '*(0w,2,*(0h,2)'],
  ['nothing', ''],
])('%s is no multiple: %s', (_, formula) => expect(multiplesOf(formula)).toBeNull());
