import { describe, expect, test } from 'vitest';
import { linkParts, type ModelLink, readLink, withIds } from './link.ts';

const HASH = 'ab'.repeat(32);
const OTHER = 'cd'.repeat(32);
const link = (search: string, fragment = ''): ModelLink => {
  const reading = readLink(search, fragment);
  if (reading.kind !== 'link') throw new Error(JSON.stringify(reading));
  return reading.link;
};
const problem = (search: string, fragment = '') => {
  const reading = readLink(search, fragment);
  return reading.kind === 'refused' ? reading.problem : reading.kind;
};
const address = (text: string) => `?model=${encodeURIComponent(text)}`;

describe('readLink', () => {
  test.each(['', '?scale=4', '?model=photo-4x', '?model=a*b.c.50', '?model=', '?sha256=12', '?model=nope!'])(
    'sees no link in “%s”',
    (search) => expect(readLink(search, '')).toEqual({ kind: 'none' }),
  );

  test.each([
    ['escaped, in the fragment of the file', address(`https://h.example/x.pth#sha256=${HASH}`), ''],
    ['in the page’s own fragment', '?model=https://h.example/x.pth', `#sha256=${HASH}`],
    ['beside it', `?model=https://h.example/x.pth&sha256=${HASH}&scale=2`, ''],
    ['in capitals', `?sha256=${HASH.toUpperCase()}&model=https://h.example/x.pth`, ''],
    ['in both places', `?model=https://h.example/x.pth&sha256=${HASH.toUpperCase()}`, `#sha256=${HASH}`],
    [
      'twice the same',
      `${address(`https://h.example/x.pth#sha256=${HASH}`)}&sha256=${HASH.toUpperCase()}`,
      '',
    ],
  ])('reads the hash %s', (_, search, fragment) => {
    expect(link(search, fragment)).toEqual({
      recipe: 'file-1',
      models: [[{ url: 'https://h.example/x.pth', sha256: HASH }]],
    });
  });

  test('does without a hash, and drops a fragment that is none', () => {
    expect(link('?model=https://h.example/x.pth#L3', '').models).toEqual([
      [{ url: 'https://h.example/x.pth', sha256: null }],
    ]);
    expect(link('?model=https://h.example/x.pth', '#top').models[0]?.[0]?.sha256).toBeNull();
  });

  test.each([
    ['https://h.example/a+b%20c.pth?x=1', 'https://h.example/a+b%20c.pth?x=1'],
    ['https://h.example:8443/a,b.pth', 'https://h.example:8443/a,b.pth'],
    ['https://bücher.example/x.pth', 'https://xn--bcher-kva.example/x.pth'],
    ['https://аррӏе.example/x.pth', 'https://xn--80ak6aa92e.example/x.pth'],
    ['HTTPS://H.example/x.pth', 'https://h.example/x.pth'],
    ['http://127.0.0.1:9/x.onnx', 'http://127.0.0.1:9/x.onnx'],
  ])('reads %s, escaped or not', (text, url) => {
    expect(link(address(text)).models).toEqual([[{ url, sha256: null }]]);
    if (!text.includes('%')) expect(link(`?model=${text}`).models).toEqual([[{ url, sha256: null }]]);
  });

  test('reads the two files of one model', () => {
    const both = `https://h.example/x.param#sha256=${HASH},https://h.example/x.bin#sha256=${OTHER}`;
    expect(link(address(both)).models).toEqual([
      [
        { url: 'https://h.example/x.param', sha256: HASH },
        { url: 'https://h.example/x.bin', sha256: OTHER },
      ],
    ]);
  });

  test('reads a recipe of files and of models that are here', () => {
    const search =
      '?model=fast-2x*file-1.file-2.30&file=https://h.example/a.pth&file=https://h.example/b.pth';
    expect(link(search)).toEqual({
      recipe: 'fast-2x*file-1.file-2.30',
      models: [
        [{ url: 'https://h.example/a.pth', sha256: null }],
        [{ url: 'https://h.example/b.pth', sha256: null }],
      ],
    });
  });

  test.each([
    ['http://h.example/x.pth', 'does not begin with https://'],
    ['javascript:alert(1)', 'does not begin with https://'],
    ['data:text/html,x', 'does not begin with https://'],
    ['file:///etc/passwd', 'does not begin with https://'],
    ['blob:https://h.example/1', 'does not begin with https://'],
    ['//h.example/x.pth', 'is no address'],
    ['https://', 'is no address'],
    ['\\\\server\\share', 'is no address'],
    ['https://me:secret@h.example/x.pth', 'holds a user name or a password'],
    ['https://me@h.example/x.pth', 'holds a user name or a password'],
    [`https://h.example/${'x'.repeat(2000)}`, 'characters'],
    ['https://h.example/x.pth#sha256=12', '64 hexadecimal digits'],
    [`https://h.example/x.pth#sha256=${'g'.repeat(64)}`, '64 hexadecimal digits'],
    ['https://h.example/a,https://h.example/b,https://h.example/c', '3 files'],
    ['https://h.example/a,http://h.example/b', 'does not begin with https://'],
  ])('refuses %s', (text, why) => {
    expect(problem(address(text))).toContain(why);
    expect(problem(address(text))).not.toContain('secret');
  });

  test('refuses what contradicts itself', () => {
    expect(problem('?model=https://h.example/a&model=https://h.example/b')).toContain('more than one');
    expect(problem('?model=photo-4x&model=https://h.example/b')).toContain('more than one');
    expect(problem(`?model=https://h.example/a%23sha256=${HASH}&sha256=${OTHER}`)).toContain(
      `two different hashes for one file, so that nobody can tell which one is meant: ${HASH} and ${OTHER}`,
    );
    expect(problem(`?model=https://h.example/a&sha256=${HASH}`, `#sha256=${OTHER}`)).toContain(
      `${HASH} and ${OTHER}`,
    );
    expect(problem(`?model=https://h.example/a&sha256=${HASH}&sha256=${OTHER}`)).toContain(
      `${HASH} and ${OTHER}`,
    );
    expect(problem(`?model=https://h.example/a,https://h.example/b&sha256=${HASH}`)).toContain(
      'several files',
    );
    expect(
      problem(`?model=file-1*file-2&file=https://h.example/a&file=https://h.example/b&sha256=${HASH}`),
    ).toContain('several files');
    expect(problem(`?model=https://h.example/a%23sha256=${HASH}`, `#sha256=${OTHER}`)).toContain(
      'two different',
    );
    expect(problem('?model=photo-4x&file=https://h.example/a')).toContain(
      '“photo-4x”, what it makes of its files, does not use file-1',
    );
    expect(problem('?model=file-1&file=https://h.example/a&file=https://h.example/b')).toContain(
      'does not use file-2',
    );
  });
});

test.each([
  '?model=https://h.example/x.pth',
  address(`https://h.example/x.param#sha256=${HASH},https://h.example/x.bin`),
  `?model=file-1*photo-2x&file=https://h.example/a%2Cb.pth%23sha256=${HASH}`,
])('linkParts spells what readLink reads: %s', (search) => {
  const read = link(search);
  const parts = linkParts(read).map(([key, text]) => `${key}=${encodeURIComponent(text)}`);
  expect(link(`?${parts.join('&')}`)).toEqual(read);
});

test('withIds puts the models in the places of their files, and nowhere else', () => {
  const of = (recipe: string) => ({ recipe, models: [] });
  expect(withIds(of('file-1'), ['x-1'])).toBe('x-1');
  expect(withIds(of('my-file-1.file-2.50*file-1*file-10'), ['a', 'b'])).toBe('my-file-1.b.50*a*file-10');
});
