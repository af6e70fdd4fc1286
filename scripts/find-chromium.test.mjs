import { describe, expect, it } from 'vitest';
import { chooseInstalled, chromiumArgs } from './find-chromium.mjs';

/**
 * @param {NodeJS.Platform} platform
 * @param {Record<string, string>} env
 * @param {string[]} programs
 * @param {string[]} [broken] programs that exist and do not start
 * @returns {import('./find-chromium.mjs').Machine}
 */
function machine(platform, env, programs, broken = []) {
  return {
    platform,
    env,
    isProgram: (path) => programs.includes(path) || broken.includes(path),
    starts: (path) => programs.includes(path),
  };
}

describe('chooseInstalled', () => {
  it('obeys CHROME_PATH before anything installed', () => {
    const env = { CHROME_PATH: '/mine/chrome', PATH: '/usr/bin' };
    expect(chooseInstalled(machine('linux', env, ['/mine/chrome', '/usr/bin/google-chrome']))).toBe(
      '/mine/chrome',
    );
  });

  it('refuses a CHROME_PATH that is not there, though another is installed', () => {
    const env = { CHROME_PATH: '/mine/chrome', PATH: '/usr/bin' };
    expect(() => chooseInstalled(machine('linux', env, ['/usr/bin/chromium']))).toThrow('/mine/chrome');
  });

  it('prefers Chrome to Chromium, wherever in PATH they are', () => {
    const env = { PATH: '/a:/b' };
    expect(chooseInstalled(machine('linux', env, ['/a/chromium', '/b/google-chrome']))).toBe(
      '/b/google-chrome',
    );
  });

  it('passes over a program that does not start', () => {
    const env = { PATH: '/usr/bin' };
    const found = chooseInstalled(
      machine('linux', env, ['/snap/bin/chromium'], ['/usr/bin/chromium-browser']),
    );
    expect(found).toBe('/snap/bin/chromium');
  });

  it('knows the places of macOS and Windows', () => {
    const mac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
    expect(chooseInstalled(machine('darwin', { PATH: '/usr/bin' }, [mac]))).toBe(mac);
    const windows = 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe';
    expect(chooseInstalled(machine('win32', { PROGRAMFILES: 'C:\\Program Files' }, [windows]))).toBe(windows);
  });

  it('says null where there is none', () => {
    expect(chooseInstalled(machine('linux', { PATH: '/usr/bin' }, []))).toBeNull();
    expect(chooseInstalled(machine('linux', {}, []))).toBeNull();
  });
});

describe('chromiumArgs', () => {
  it('turns software WebGPU on only where it is asked for', () => {
    expect(chromiumArgs({ webgpu: 'software' })).toContain('--use-vulkan=swiftshader');
    expect(chromiumArgs({ webgpu: 'none' }).join(' ')).not.toMatch(/vulkan|unsafe/i);
    expect(chromiumArgs({ webgpu: 'default' }).join(' ')).not.toContain('swiftshader');
  });
});
