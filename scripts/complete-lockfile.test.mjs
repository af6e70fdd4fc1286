import { describe, expect, it } from 'vitest';
import { complete, platformEntry } from './complete-lockfile.mjs';

describe('platformEntry', () => {
  it.each([
    ['@rollup/rollup-linux-x64-musl', ['linux', 'x64', 'musl']],
    ['@rollup/rollup-linux-arm-musleabihf', ['linux', 'arm', 'musl']],
    ['@biomejs/cli-linux-arm64', ['linux', 'arm64', 'glibc']],
    ['@biomejs/cli-darwin-arm64', ['darwin', 'arm64', undefined]],
    ['@rollup/rollup-win32-ia32-msvc', ['win32', 'ia32', undefined]],
  ])('reads %s', (name, [system, processor, libc]) => {
    const entry = platformEntry(name, '1.2.3', true);
    expect(entry).toMatchObject({
      version: '1.2.3',
      os: [system],
      cpu: [processor],
      optional: true,
      dev: true,
    });
    expect(entry?.['libc']).toEqual(libc ? [libc] : undefined);
  });

  it('knows no platform of other names, and pins no range', () => {
    expect(platformEntry('fsevents', '2.3.3', true)).toBeNull();
    expect(platformEntry('@x/y-linux-x64', '^1.0.0', true)).toBeNull();
  });
});

describe('complete', () => {
  it('adds what is missing and leaves what is there', () => {
    /** @type {Record<string, import('./complete-lockfile.mjs').Entry>} */
    const packages = {
      '': {},
      'node_modules/a': {
        optionalDependencies: { 'a-linux-x64': '1.0.0', 'a-win32-x64': '1.0.0', odd: '1.0.0' },
      },
      'node_modules/a-linux-x64': { version: '1.0.0' },
    };
    expect(complete(packages)).toEqual({ added: ['a-win32-x64@1.0.0'], unknown: ['odd@1.0.0'] });
    expect(packages['node_modules/a-linux-x64']).toEqual({ version: '1.0.0' });
  });
});
