import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'src/**/*.test.ts',
      'scripts/**/*.test.mjs',
      'cli/**/*.test.mjs',
      'bench/**/*.test.mjs',
      'training/**/*.test.mjs',
    ],
    environment: 'node',
    // All cores: one would be left to a person who goes on working meanwhile.
    maxWorkers: '100%',
    setupFiles: process.env['CI'] ? ['scripts/fixed-seed.ts'] : [],
    // A test file without a test, or a run without a file, is a mistake and never green.
    passWithNoTests: false,
  },
});
