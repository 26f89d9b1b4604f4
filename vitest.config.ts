import { defineConfig } from 'vitest/config';

/** Vitest gives up after a second, in which a busy machine may have done nothing. */
const expectConfig = { poll: { timeout: 15_000 } };

/** Tests of everything but the React side, which Jest runs as create-plugin has it. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'schema/**/*.test.ts',
            'src/flow/**/*.test.ts',
            'collector/**/*.test.ts',
            'stack/**/*.test.ts',
            'docs/**/*.test.ts',
            'bench/**/*.test.ts',
            'provisioning/**/*.test.ts',
          ],
          exclude: ['**/node_modules/**', '**/dist/**'],
          testTimeout: 30_000,
          expect: expectConfig,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['tests/integration/**/*.test.ts'],
          globalSetup: ['tests/integration/loki.setup.ts'],
          testTimeout: 120_000,
          expect: expectConfig,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
