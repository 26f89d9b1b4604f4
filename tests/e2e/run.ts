import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { DEFAULT_LABELS } from '@netobserv-flows/schema';
import { locateGrafana, startGrafana, type GrafanaLocation } from '../../stack/grafana/grafana';
import { startLoki } from '../../stack/loki/loki';
import { findOnPath } from '../../stack/process/findOnPath';
import { writeDemoHistory } from '../integration/alerts/demoHistory';
import { fixedFlows } from './fixedFlows';
import { pushFlows } from './pushFlows';

/**
 * Browser tests from nothing: a Loki with the fixed flows, a Grafana with the built app, Playwright. Arguments go to
 * Playwright. Ends with 0 where all pass, or where there is no Grafana or no browser, which the report then says.
 */

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const REPORT = join(ROOT, 'test-results', 'e2e.json');

function skip(reason: string): void {
  mkdirSync(join(ROOT, 'test-results'), { recursive: true });
  writeFileSync(REPORT, `${JSON.stringify({ skipped: reason })}\n`);
  console.log(`skipped: ${reason}`);
}

/** A Chromium to drive: `CHROMIUM_PATH`, else one on PATH, else Playwright's own where that is installed. */
function locateChromium(): string | undefined {
  const named = process.env['CHROMIUM_PATH'];
  if (named !== undefined && named !== '') {
    return named;
  }
  const onPath = ['chromium', 'chromium-browser', 'google-chrome'].map((name) => findOnPath(name));
  return [...onPath, chromium.executablePath()].find((path) => path !== undefined && existsSync(path));
}

function playwright(environment: Record<string, string>): Promise<number> {
  const cli = join(ROOT, 'node_modules', '@playwright', 'test', 'cli.js');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, 'test', ...process.argv.slice(2)], {
      cwd: ROOT,
      env: { ...process.env, ...environment },
      stdio: 'inherit',
    });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

const HOUR_MS = 3_600_000;

/** Has Loki write out what it holds: it looks for older entries among those that are written out alone. */
async function flushed(lokiUrl: string): Promise<void> {
  for (let tries = 0; tries < 60; tries++) {
    await fetch(`${lokiUrl}/flush`, { method: 'POST' });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const metrics = await (await fetch(`${lokiUrl}/metrics`)).text();
    if (!/^loki_ingester_memory_chunks [1-9]/m.test(metrics)) {
      return;
    }
  }
  throw new Error('Loki did not write out the demo history within a minute');
}

/**
 * An hour of the demo cluster for the dashboards, with flows, sums and the collector's report. It lies hours before the
 * fixed flows, so that no page that looks at those finds it.
 */
async function pushHistory(lokiUrl: string, endMs: number): Promise<{ fromMs: number; toMs: number }> {
  const toMs = Math.floor(endMs / HOUR_MS) * HOUR_MS - 3 * HOUR_MS;
  const fromMs = toMs - HOUR_MS;
  const outage = { name: 'outage', fromMs: toMs - HOUR_MS / 2, toMs: toMs - HOUR_MS / 3 } as const;
  const telnet = { name: 'telnet', fromMs, toMs } as const;
  await writeDemoHistory(lokiUrl, {
    fromMs,
    toMs,
    incidents: [outage, telnet],
    storesFlowsAt: () => true,
    reportsAt: () => true,
  });
  await flushed(lokiUrl);
  // Tells the dashboards which workloads there are; some of its workloads are of the fixed flows too.
  await pushFlows(fixedFlows(toMs).slice(-50), { lokiUrl, labels: DEFAULT_LABELS });
  return { fromMs, toMs };
}

async function runIn(dataDir: string, location: GrafanaLocation, chromiumPath: string): Promise<number> {
  // A Loki of its own, whatever LOKI_URL says: the tests count flows, and would leave theirs behind.
  delete process.env['LOKI_URL'];
  const loki = await startLoki({ dataDir: join(dataDir, 'loki') });
  try {
    const endMs = Math.floor(Date.now() / 1000) * 1000 - 10_000;
    const history = await pushHistory(loki.url, endMs);
    await pushFlows(fixedFlows(endMs), { lokiUrl: loki.url, labels: DEFAULT_LABELS });
    const grafana = await startGrafana({
      location,
      pluginDir: join(ROOT, 'dist'),
      provisioningDir: join(ROOT, 'provisioning'),
      lokiUrl: loki.url,
      dataDir: join(dataDir, 'grafana'),
      // Every test starts from the one login at the beginning; Grafana would replace its token after ten minutes.
      env: { GF_AUTH_TOKEN_ROTATION_INTERVAL_MINUTES: '1440' },
    });
    try {
      return await playwright({
        GRAFANA_URL: grafana.url,
        FIXED_FLOWS_END_MS: String(endMs),
        FIXED_FLOWS_LOKI: loki.url,
        DEMO_HISTORY_FROM_MS: String(history.fromMs),
        DEMO_HISTORY_TO_MS: String(history.toMs),
        CHROMIUM_PATH: chromiumPath,
      });
    } finally {
      await grafana.stop();
    }
  } finally {
    await loki.stop();
  }
}

async function main(): Promise<number> {
  const location = locateGrafana();
  if (location === undefined) {
    skip('no Grafana (set GRAFANA_HOME to an unpacked Grafana 12.2 or newer, or put grafana on the PATH)');
    return 0;
  }
  const chromiumPath = locateChromium();
  if (chromiumPath === undefined) {
    skip('no Chromium (set CHROMIUM_PATH, put chromium on the PATH, or run: npx playwright install chromium)');
    return 0;
  }
  const dataDir = mkdtempSync(join(tmpdir(), 'netobserv-e2e-'));
  try {
    return await runIn(dataDir, location, chromiumPath);
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error) => {
    console.error(`browser tests: ${error.message}`);
    process.exitCode = 1;
  }
);
