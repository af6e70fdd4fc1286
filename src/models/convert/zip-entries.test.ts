import { describe, expect, it } from 'vitest';
import { bytesOf, float32s, type ZipFile, zipOf } from './test-support.ts';
import { openZipEntries, readZipDirectory } from './zip-entries.ts';

const bytes = (...values: readonly number[]) => Uint8Array.from(values);
const open = (file: Uint8Array) => openZipEntries(file, readZipDirectory(file));
const one: ZipFile = { name: 'a/one', bytes: bytes(1, 2, 3) };
const two: ZipFile = { name: 'a/two', bytes: float32s(1.5, -2) };

/** An error whose message fits. */
const says = (message: RegExp, code = 'model-corrupt') =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

/** The file with one number of it replaced. @param at counted from the end where negative */
function patched(file: Uint8Array, at: number, ...values: readonly number[]): Uint8Array {
  const copy = file.slice();
  copy.set(values, at < 0 ? copy.length + at : at);
  return copy;
}

describe('archives', () => {
  it.each([
    ['plain', {}],
    ['with 64-bit numbers', { zip64: true }],
    ['with a comment', { comment: 'PK\x05\x06 is not the end' }],
  ])('%s: payloads are views into the file', (_, options) => {
    const file = zipOf([one, two], options);
    const entries = open(file);
    expect([...entries]).toEqual([
      ['a/one', one.bytes],
      ['a/two', two.bytes],
    ]);
    for (const payload of entries.values()) {
      expect(payload.buffer).toBe(file.buffer);
      expect(payload.byteOffset % 64).toBe(0);
    }
  });

  it('an archive of nothing has no entries', () => expect(readZipDirectory(zipOf([]))).toEqual([]));

  it('lies in the middle of a larger buffer', () => {
    const file = zipOf([one]);
    const larger = new Uint8Array(file.length + 13);
    larger.set(file, 13);
    expect(open(larger.subarray(13)).get('a/one')).toEqual(one.bytes);
  });

  it('cut off anywhere: damaged, with the place', () => {
    for (const options of [{}, { zip64: true }]) {
      const file = zipOf([one, two], options);
      for (let length = 0; length < file.length; length++)
        expect(() => open(file.subarray(0, length))).toThrow(says(/at byte \d+\.$/));
    }
  });
});

describe('names that no archive of weights has', () => {
  it.each([
    ['twice the same', ['a', 'a'], /“a” occurs twice/],
    ['absolute', ['/a'], /“\/a” is an absolute path/],
    ['absolute on Windows', ['C:\\a'], /is an absolute path/],
    ['out of the archive', ['a/../../b'], /leads out of the archive/],
    ['out of the archive, with backslashes', ['a\\..\\b'], /leads out of the archive/],
    ['empty', [''], /is no name/],
    ['with a zero', ['a\0b'], /is no name/],
  ])('%s: refused', (_, names, message) => {
    const file = zipOf(names.map((name) => ({ name, bytes: bytes(1) })));
    expect(() => readZipDirectory(file)).toThrow(says(message));
  });

  it('two dots within a name are a name', () =>
    expect([...open(zipOf([{ name: 'a..b/c', bytes: bytes(1) }])).keys()]).toEqual(['a..b/c']));
});

describe('entries that cannot be viewed in place', () => {
  it('compressed', () =>
    expect(() => open(zipOf([{ ...one, method: 8 }]))).toThrow(
      says(/compressed .*method 8/, 'model-unsupported'),
    ));

  it('encrypted', () =>
    expect(() => open(zipOf([{ ...one, flags: 0x0809 }]))).toThrow(says(/encrypted/, 'model-unsupported')));
});

describe('lies', () => {
  const FAR = 0x7fffffff;
  it.each<[string, Uint8Array, RegExp]>([
    ['a size past the end', zipOf([{ ...one, size: 4000 }]), /“a\/one” of 4000 bytes passes the end/],
    ['a place past the end', zipOf([{ ...one, headerAt: FAR }]), /“a\/one” is not at 2147483647/],
    ['a place that is none', zipOf([{ ...one, headerAt: 1 }]), /“a\/one” is not at 1/],
    ['two entries at one place', zipOf([one, { ...two, headerAt: 0 }]), /lies in the one before it/],
    ['a size that reaches into the next', zipOf([{ ...one, size: 20 }, two]), /lies in the one before it/],
    ['another name at its place', zipOf([{ ...one, localName: 'a/uno' }]), /another name at its own place/],
    ['more entries than the directory holds', zipOf([one], { count: 2 }), /cannot hold 2 entries/],
    ['fewer entries than the directory holds', zipOf([one, two], { count: 1 }), /51 too many/],
    [
      '64 bits: more entries than numbers',
      zipOf([one], { zip64: true, count: 2 ** 52 }),
      /cannot hold 4503599627370496/,
    ],
    [
      '64 bits: a place above 2⁵³',
      patched(zipOf([one], { zip64: true }), -22 - 20 + 8, 0, 0, 0, 0, 0, 0, 0, 9),
      /no size or place/,
    ],
    ['64 bits: the end is elsewhere', patched(zipOf([one], { zip64: true }), -22 - 20 + 8, 7), /is not at/],
    [
      '64 bits: the end is missing',
      patched(zipOf([one], { zip64: true }), -22 - 20, 0),
      /64-bit record of its end is missing/,
    ],
  ])('%s', (_, file, message) => expect(() => open(file)).toThrow(says(message)));

  it('64 bits: numbers of an entry above 2⁵³', () => {
    const file = zipOf([one], { zip64: true });
    const directory = file.length - 22 - 20 - 56;
    const numbers = directory - 24;
    expect(open(file).get('a/one')).toEqual(one.bytes);
    for (const at of [numbers, numbers + 8, numbers + 16])
      expect(() => open(patched(file, at + 7, 0xff))).toThrow(says(/no size or place/));
    expect(() => open(patched(file, numbers - 2, 16))).toThrow(says(/64-bit number of an entry is missing/));
  });

  it('more entries than any network has weights', () => {
    const file = zipOf([{ ...one, bytes: new Uint8Array(3_100_000) }], { zip64: true });
    const end = file.length - 22 - 20 - 56;
    const count = patched(file, end + 32, ...bytesOf(65_537, 65_537 * 46, 0));
    expect(() => readZipDirectory(count)).toThrow(says(/65537 entries; at most 65536/, 'model-unsupported'));
    const fewer = patched(file, end + 32, ...bytesOf(65_536, 65_536 * 46, 0));
    expect(() => readZipDirectory(fewer)).toThrow(says(/a record of its directory is missing, at byte 0/));
  });
});
