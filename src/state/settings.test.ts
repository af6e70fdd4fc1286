import { describe, expect, it } from 'vitest';
import { builtIn } from '../models/descriptor.ts';
import { resolveOptions } from '../worker/job-options.ts';
import { SETTINGS } from './settings.ts';

const MODEL = builtIn({
  id: 'photo-4x',
  name: 'Photo',
  description: 'A model.',
  scale: 4,
  file: 'photo-4x.onnx',
  bytes: 1,
  sha256: '0'.repeat(64),
  licence: 'MIT',
  source: 'here',
  receptiveFieldPx: 10,
  macsPerSourcePx: 1,
  peakValuesPerSourcePx: 1,
});
const FACTS = { catalog: { models: [MODEL], offers: [] }, model: MODEL };

describe('what the page lets a person choose', () => {
  it.each(['tile', 'context', 'feather', 'scale', 'quality'] as const)(
    'the worker takes, and nothing else: %s',
    (key) => {
      for (let value = 0; value <= 1100; value++) {
        const offered = SETTINGS[key].parse(String(value), FACTS) !== undefined;
        const taken = takes({ context: 64, [key]: value });
        expect(taken, `${key}=${value}`).toBe(offered);
      }
    },
  );
});

function takes(options: Parameters<typeof resolveOptions>[0]): boolean {
  try {
    resolveOptions(options, MODEL);
    return true;
  } catch {
    return false;
  }
}
