import { defineConfig } from 'vitest/config';

export default defineConfig({
  // One copy of graphql: vitest would otherwise load its ESM and CommonJS builds side by side.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    // .ci/run reads the counts from a file of its own.
    reporters: process.env.NIVEL_TEST_REPORT ? ['default', 'json'] : ['default'],
    ...(process.env.NIVEL_TEST_REPORT ? { outputFile: { json: process.env.NIVEL_TEST_REPORT } } : {}),
    include: ['test/**/*.test.ts'],
    // One PostgreSQL a run; see test/postgres.ts.
    globalSetup: ['test/setup.ts'],
    testTimeout: 90_000,
    hookTimeout: 180_000,
    // A busy machine is slow, and not wrong.
    expect: { poll: { timeout: 5_000 } },
    pool: 'forks',
    maxWorkers: 2,
  },
});
