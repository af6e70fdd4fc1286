import { describe, expect, it } from 'vitest';
import { isSrgbProfile } from './colour-profile.ts';
import {
  gammaCurve,
  iccProfile,
  join,
  P3_XYZ,
  SRGB_CURVE,
  SRGB_XYZ,
  u16be,
  u32be,
} from './header-samples.ts';

/** The sRGB curve in `count` samples. */
function sampledCurve(count: number): Uint8Array {
  const linear = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const samples = Array.from({ length: count }, (_, index) =>
    u16be(Math.round(65535 * linear(index / (count - 1)))),
  );
  return join('curv', u32be(0), u32be(count), ...samples);
}

describe('isSrgbProfile', () => {
  it.each([
    ['a parametric curve', SRGB_CURVE],
    ['1024 samples', sampledCurve(1024)],
    ['257 samples', sampledCurve(257)],
  ])('knows sRGB with %s', (_, curve) => {
    expect(isSrgbProfile(iccProfile(SRGB_XYZ, curve))).toBe(true);
  });

  it.each([
    ['other primaries', iccProfile(P3_XYZ, SRGB_CURVE)],
    ['primaries that changed places', iccProfile(SRGB_XYZ.toReversed(), SRGB_CURVE)],
    ['a gamma of 2.2', iccProfile(SRGB_XYZ, gammaCurve(2.2))],
    ['linear light', iccProfile(SRGB_XYZ, join('curv', u32be(0), u32be(0)))],
    ['a curve cut short', iccProfile(SRGB_XYZ, sampledCurve(1024)).slice(0, 1000)],
    ['nothing', new Uint8Array(0)],
  ])('tells it from a profile with %s', (_, profile) => {
    expect(isSrgbProfile(profile)).toBe(false);
  });
});
