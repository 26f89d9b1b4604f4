import { existsSync } from 'fs';
import { dirname } from 'path';
import { defineConfig, devices } from '@playwright/test';
import type { PluginOptions } from '@grafana/plugin-e2e';

/**
 * Browser tests against a Grafana that runs: `tests/e2e/run.ts` starts one and sets GRAFANA_URL, FIXED_FLOWS_END_MS and
 * CHROMIUM_PATH. Logs in as admin once; every test starts from that.
 */
const pluginE2eAuth = `${dirname(require.resolve('@grafana/plugin-e2e'))}/auth`;
const systemChromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

export default defineConfig<PluginOptions>({
  testDir: './tests/e2e',
  outputDir: './test-results/e2e',
  // One Grafana with one database: tests that change its settings must not run beside others.
  workers: 1,
  fullyParallel: false,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  // Generous, for a machine that builds something else meanwhile.
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: [['list'], ['json', { outputFile: 'test-results/e2e.json' }]],
  use: {
    baseURL: process.env.GRAFANA_URL || 'http://localhost:3000',
    screenshot: 'only-on-failure',
    timezoneId: 'UTC',
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH || systemChromium,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [
    { name: 'login', testDir: pluginE2eAuth, testMatch: [/.*\.js/] },
    {
      name: 'app',
      testMatch: /.*\.spec\.ts/,
      use: {
        ...devices['Desktop Chrome'],
        viewport: { width: 1600, height: 900 },
        storageState: 'playwright/.auth/admin.json',
      },
      dependencies: ['login'],
    },
  ],
});
