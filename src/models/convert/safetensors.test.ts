import { describe, expect, it } from 'vitest';
import { readSafetensors } from './safetensors.ts';
import { float32s, safetensors } from './test-support.ts';

const says = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });
const f32 = (begin: number, end: number, shape: readonly number[] = [(end - begin) / 4]) => ({
  dtype: 'F32',
  shape,
  data_offsets: [begin, end],
});

describe('safetensors', () => {
  it('weights are views into the file, in the order of the header', () => {
    const header = {
      b: f32(4, 12, [1, 2]),
      a: f32(0, 4, []),
      e: f32(12, 12, [0, 3]),
      __metadata__: { format: 'pt' },
    };
    const file = safetensors(header, float32s(1, 2, 3));
    const { weights, metadata } = readSafetensors(file);
    expect([...weights]).toEqual([
      ['b', { dims: [1, 2], type: 'float32', bytes: float32s(2, 3) }],
      ['a', { dims: [], type: 'float32', bytes: float32s(1) }],
      ['e', { dims: [0, 3], type: 'float32', bytes: new Uint8Array(0) }],
    ]);
    expect([...metadata]).toEqual([['format', 'pt']]);
    for (const { bytes } of weights.values()) expect(bytes.buffer).toBe(file.buffer);
  });

  it.each([
    ['F64', 'float64', 8],
    ['F16', 'float16', 2],
    ['BF16', 'bfloat16', 2],
    ['I64', 'int64', 8],
    ['I32', 'int32', 4],
    ['I16', 'int16', 2],
    ['I8', 'int8', 1],
    ['U8', 'uint8', 1],
    ['BOOL', 'bool', 1],
  ])('%s is %s', (dtype, type, size) => {
    const file = safetensors(
      { a: { dtype, shape: [3], data_offsets: [0, 3 * size] } },
      new Uint8Array(3 * size),
    );
    expect(readSafetensors(file).weights.get('a')).toMatchObject({ type, dims: [3] });
  });

  it('white space, escapes and names of JavaScript', () => {
    const header =
      '{ "\\u0061\\"\\\\" :\n{"dtype":"F32","shape":[ 1 ],"data_offsets":[0,4]}, "__proto__": {"shape":[],"data_offsets":[4,8],"dtype":"F32"} }   ';
    const { weights } = readSafetensors(safetensors(header, float32s(1, 2)));
    expect([...weights.keys()]).toEqual(['a"\\', '__proto__']);
  });
});

describe('damage', () => {
  const data = float32s(1, 2, 3);
  const info = (text: string) => `{"a":{"dtype":"F32",${text}}}`;
  it.each<[string, unknown, RegExp]>([
    [
      'overlapping places',
      { a: f32(0, 8), b: f32(4, 12) },
      /“b” at 4 to 12 of the data does not begin where the one before it ends, at 8/,
    ],
    ['one place twice', { a: f32(0, 12), b: f32(0, 12) }, /“b” at 0 to 12/],
    ['a hole', { a: f32(0, 4), b: f32(8, 12) }, /“b” at 8 to 12 .*ends, at 4/],
    ['a hole at the end', { a: f32(0, 8) }, /last 4 bytes of the data belong to no tensor/],
    ['a place past the end', { a: f32(0, 16) }, /0 to 16 of the data passes its end at 12/],
    ['a huge place', { a: { dtype: 'F32', shape: [3], data_offsets: [0, 2 ** 52] } }, /passes its end/],
    ['a place backwards', { a: { dtype: 'F32', shape: [3], data_offsets: [12, 0] } }, /“a” at 12 to 0/],
    ['a size that does not fit', { a: f32(0, 12, [4]) }, /“a” \[4\] of F32 has 12 bytes, not 16/],
    [
      'more numbers than can be counted',
      { a: f32(0, 12, new Array(40).fill(2 ** 50)) },
      /not more than can be counted/,
    ],
    ['billions of sides', info(`"data_offsets":[0,12],"shape":[${'1,'.repeat(2000)}1]`), /longer than 64/],
    [
      'a number of 2⁵³',
      info('"data_offsets":[0,9007199254740992],"shape":[3]'),
      /9007199254740992.* is no size/,
    ],
    ['a number of 2⁶⁴', info('"data_offsets":[0,18446744073709551616],"shape":[3]'), /is no size/],
    ['a negative number', info('"data_offsets":[-4,12],"shape":[3]'), /-4.* is no size/],
    ['a fraction', info('"data_offsets":[0,12],"shape":[1.5]'), /has no \]/],
    ['an exponent', info('"data_offsets":[0,12e0],"shape":[3]'), /has no \]/],
    ['a leading zero', info('"data_offsets":[00,12],"shape":[3]'), /“00” is no size/],
    ['three places', info('"data_offsets":[0,4,12],"shape":[3]'), /longer than 2/],
    ['a text for a shape', info('"data_offsets":[0,12],"shape":"3"'), /has no \[/],
    ['nothing for a shape', info('"data_offsets":[0,12]'), /“a” lacks its type, shape or place/],
    ['an unknown entry', info('"data_offsets":[0,12],"shape":[3],"x":1'), /unknown entry “x”|more than 3/],
    [
      'a name twice',
      '{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]},"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}',
      /"a" occurs twice/,
    ],
    [
      'a name twice, written differently',
      '{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]},"\\u0061":{}}',
      /"a" occurs twice/,
    ],
    ['an entry twice', info('"shape":[3],"shape":[3],"data_offsets":[0,12]'), /"shape" occurs twice/],
    ['metadata that is no text', '{"__metadata__":{"a":1}}', /has no "/],
    [
      'text after the end',
      '{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}} x',
      /goes on after its end/,
    ],
    ['a text without an end', '{"a', /text in its header has no end/],
    ['a text with a line break', '{"a\nb":1}', /not JSON/],
    ['an object without an end', '{"a":{"dtype":"F32"', /has no }/],
    ['objects in objects', '{"a":'.repeat(5000), /has no "|unknown entry|more than 3/],
    ['only a brace', '{', /has no "/],
  ])('%s', (_, header, message) =>
    expect(() => readSafetensors(safetensors(header, data))).toThrow(says('model-corrupt', message)),
  );

  it('a header longer than the file, by one, by 2⁴⁰, by 2⁶³', () => {
    for (const length of [20n, 2n ** 40n, 2n ** 63n])
      expect(() => readSafetensors(safetensors('{}', new Uint8Array(10), length))).toThrow(
        says('model-corrupt', /header of \d+ bytes has only 12, at byte 8/),
      );
  });

  it('a header that is no text', () =>
    expect(() => readSafetensors(Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0xff))).toThrow(
      says('model-corrupt', /no text/),
    ));

  it('cut off anywhere', () => {
    const file = safetensors({ a: f32(0, 4), b: f32(4, 12) }, data);
    for (let length = 0; length < file.length; length++)
      expect(() => readSafetensors(file.subarray(0, length))).toThrow(
        says('model-corrupt', /at byte \d+\.$/),
      );
  });
});

describe('what is known but not read', () => {
  it.each([
    [
      'a type of 8 bits',
      { a: { dtype: 'F8_E4M3', shape: [4], data_offsets: [0, 4] } },
      4,
      /“a” are of the type “F8_E4M3”; F64, F32/,
    ],
    ['no weights', {}, 0, /holds no weights/],
  ])('%s', (_, header, length, message) =>
    expect(() => readSafetensors(safetensors(header, new Uint8Array(length)))).toThrow(
      says('model-unsupported', message),
    ),
  );

  it('a header beyond the limit', () => {
    const file = new Uint8Array(16_777_216 + 9).fill(0x20);
    file.set([1, 0, 0, 1, 0, 0, 0, 0, 0x7b]);
    expect(() => readSafetensors(file)).toThrow(
      says('model-unsupported', /header of 16777217 bytes; at most 16777216/),
    );
    file.set([0, 0, 0, 1]);
    expect(() => readSafetensors(file)).toThrow(says('model-corrupt', /has no "/));
  });
});
