/**
 * The flow table's page in a real Grafana over a real Loki with 5,000 flows: from the answer to paint, sorting,
 * columns, filters, scrolling; beside NetObserv's way of rendering, all rows in the document, in the same page.
 * Run after `npm run build`: `GRAFANA_HOME=… npx tsx bench/flowTable/grafana.ts`. Prints `skipped` and why where there
 * is no Grafana or no Chromium. Figures are the page's main-thread CPU time in ms, medians; see run.ts.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type CDPSession, type Page } from '@playwright/test';
import { DEFAULT_LABELS, type FlowRecord } from '@netobserv-flows/schema';
import { testIds } from '../../src/components/testIds';
import { locateGrafana, startGrafana, type GrafanaLocation } from '../../stack/grafana/grafana';
import { startLoki } from '../../stack/loki/loki';
import { pushFlows } from '../../tests/e2e/pushFlows';
import { benchFlows } from './flows';
import { bundle, mainThread, median, print, repeat, RUNS, type Figures } from './harness';
import type { Bench } from './page';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FLOWS = 5000;
const STEP_MS = 100;
/** By then a change is painted, and the address, which follows it, has not changed yet. */
const PAINTED_MS = 50;
/** By then the address has followed as well, for which Grafana draws its own navigation. */
const FOLLOWED_MS = 300;
const SCROLL_PIXELS = 120;
const SCROLL_FRAMES = 180;

/** Milliseconds to the first row painted. */
interface Painted {
  /** From the answer on the wire, with Grafana's own reading of it. */
  readonly fromWire: number;
  /** From Grafana handing over the answer to the page. */
  readonly fromData: number;
}

declare const window: { bench: Bench; painted?: Painted };

/** Flows of the last minutes: Loki takes no older ones without more ado. */
function recentFlows(endMs: number): FlowRecord[] {
  return benchFlows(FLOWS).map(({ flow }, index) => {
    const TimeFlowEndMs = endMs - index * STEP_MS;
    const times = {
      TimeFlowEndMs,
      TimeFlowStartMs: TimeFlowEndMs - 900,
      TimeReceived: Math.floor(TimeFlowEndMs / 1000),
    };
    return { ...flow, ...times } as FlowRecord;
  });
}

/** Notes in the page how long after the flows' answer the first row was painted. */
function watchPaint(): void {
  // The page reads the lines of flows first of all.
  const parse = JSON.parse.bind(JSON);
  let data = Number.NaN;
  JSON.parse = (text: string, reviver?: (key: string, value: unknown) => unknown) => {
    if (text.startsWith('{') && text.includes('"TimeFlowStartMs":')) {
      data = performance.now();
      JSON.parse = parse;
    }
    return parse(text, reviver) as unknown;
  };
  // Grafana's own files alone are more than the browser would remember.
  performance.setResourceTimingBufferSize(5000);
  const answered = () =>
    performance
      .getEntriesByType('resource')
      .filter(({ name }) => name.includes('/api/ds/query'))
      .map((entry) => (entry as PerformanceResourceTiming).responseEnd);
  const observer = new MutationObserver(() => {
    if (document.querySelector('[data-row][data-index]') === null) {
      return;
    }
    observer.disconnect();
    const found = performance.now();
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => {
        const before = Math.max(...answered().filter((time) => time <= found));
        const now = performance.now();
        window.painted = { fromWire: now - before, fromData: now - data };
      };
      channel.port2.postMessage(undefined);
    });
  });
  observer.observe(document, { childList: true, subtree: true });
}

async function scrolled(page: Page): Promise<number[]> {
  return page.evaluate(
    ([selector, pixels, count]) => {
      const scroller = document.querySelector(selector) as HTMLElement;
      scroller.scrollTop = 0;
      return new Promise<number[]>((resolve) => {
        const times: number[] = [];
        let last: number | undefined;
        const step = (now: number) => {
          if (last !== undefined) {
            times.push(now - last);
          }
          last = now;
          if (times.length === count) {
            resolve(times);
            return;
          }
          scroller.scrollTop += pixels;
          requestAnimationFrame(step);
        };
        requestAnimationFrame(step);
      });
    },
    [`[data-testid="${testIds.flows.table}"]`, SCROLL_PIXELS, SCROLL_FRAMES] as const
  );
}

function frameFigures(frames: readonly number[]): Figures {
  return {
    'frames a second while scrolling': (1000 * frames.length) / frames.reduce((sum, frame) => sum + frame, 0),
    'worst frame, ms': Math.max(...frames),
  };
}

async function measureOurs(page: Page, session: CDPSession, address: string): Promise<Figures> {
  const rows = page.getByTestId(testIds.flows.row);
  const paints: Painted[] = [];
  for (let run = 0; run < RUNS; run++) {
    await page.goto(address);
    await page.waitForFunction(() => window.painted !== undefined, undefined, { timeout: 120_000 });
    paints.push((await page.evaluate(() => window.painted))!);
  }
  await page.waitForTimeout(3000);
  const click = (selector: string) =>
    page.evaluate((what) => document.querySelector<HTMLElement>(what)?.click(), selector);
  const title = (field: string) => `[role="columnheader"][data-field="${field}"] > button`;
  const nothing = await repeat(page, session, () => page.evaluate(() => undefined), PAINTED_MS);
  const sort = await repeat(page, session, () => click(title('Bytes')), PAINTED_MS);
  const sortNames = await repeat(page, session, () => click(title('SrcK8S_Name')), PAINTED_MS);
  const followed = await repeat(page, session, () => click(title('Bytes')), FOLLOWED_MS);
  await page.getByTestId(testIds.flows.columns).click();
  const box = page.getByTestId(testIds.flowTable.manage).getByRole('checkbox', { name: 'Received at' });
  await box.waitFor();
  // Found once: looking for it by its role would count as well.
  const label = await box.elementHandle();
  const toggle = await repeat(
    page,
    session,
    () => label!.evaluate((element) => (element as HTMLElement).click()),
    PAINTED_MS
  );
  await page.keyboard.press('Escape');
  const frames = await scrolled(page);
  const [domRows, elements] = [
    await rows.count(),
    await page.locator(`[data-testid="${testIds.flows.table}"] *`).count(),
  ];
  // What the click itself costs; the answer, which is large, is held back and counted on its own.
  let hold = true;
  await page.route('**/api/ds/query**', async (route) => {
    while (hold) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await route.continue().catch(() => undefined);
  });
  const quick = `[data-testid="${testIds.filters.quick}"] button:nth-of-type(2)`;
  const filter = await repeat(page, session, () => click(quick), PAINTED_MS);
  hold = false;
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  return {
    'first paint after data, ms': median(paints.map(({ fromData }) => fromData)),
    'first paint after the answer on the wire, ms': median(paints.map(({ fromWire }) => fromWire)),
    'nothing, main-thread ms': nothing,
    'sort by bytes, main-thread ms': sort,
    'sort by name, main-thread ms': sortNames,
    'sort and the address that follows, ms': followed,
    'toggle a column, main-thread ms': toggle,
    'filter chip, main-thread ms': filter,
    ...frameFigures(frames),
    'rows in the document': domRows,
    'elements in the document': elements,
  };
}

/** The other table, mounted over Grafana's page so that all of its styles weigh on it as well. */
async function measurePlain(page: Page, session: CDPSession, script: string): Promise<Figures> {
  await page.evaluate(() => {
    document.body.innerHTML = '<div id="root" style="height:100vh;overflow:auto"></div>';
  });
  await page.addScriptTag({ content: script, type: 'module' });
  await page.waitForFunction(() => 'bench' in window);
  const paints: number[] = [];
  for (let run = 0; run < 3; run++) {
    await page.evaluate(([count, seed]) => window.bench.mount('plain', count, seed), [FLOWS, run] as const);
    paints.push(await page.evaluate(() => window.bench.data()));
  }
  const act = (action: () => Promise<unknown>) => mainThread(page, session, action);
  const sort = await act(() => page.evaluate(() => window.bench.sort('Bytes', true)));
  const sortNames = await act(() => page.evaluate(() => window.bench.sort('SrcK8S_Name', true)));
  const toggle = await act(() => page.evaluate(() => window.bench.toggle('Application')));
  await page.evaluate((count) => window.bench.make(count, 100), FLOWS);
  const answer = await act(() => page.evaluate(() => window.bench.answer()));
  const frames = await page.evaluate(([pixels, count]) => window.bench.scroll(pixels, count), [
    SCROLL_PIXELS,
    SCROLL_FRAMES,
  ] as const);
  const [domRows, elements] = await page.evaluate(() => [window.bench.domRows(), window.bench.elements()] as const);
  return {
    'first paint after data, ms': median(paints),
    'sort by bytes, main-thread ms': sort,
    'sort by name, main-thread ms': sortNames,
    'toggle a column, main-thread ms': toggle,
    'filter chip, main-thread ms': answer,
    ...frameFigures(frames),
    'rows in the document': domRows,
    'elements in the document': elements,
  };
}

async function measureIn(dataDir: string, location: GrafanaLocation, executablePath: string): Promise<void> {
  delete process.env['LOKI_URL'];
  const loki = await startLoki({ dataDir: join(dataDir, 'loki') });
  const endMs = Date.now() - 5000;
  await pushFlows(recentFlows(endMs), { lokiUrl: loki.url, labels: DEFAULT_LABELS });
  const grafana = await startGrafana({
    location,
    pluginDir: join(ROOT, 'dist'),
    provisioningDir: join(ROOT, 'provisioning'),
    lokiUrl: loki.url,
    dataDir: join(dataDir, 'grafana'),
    anonymous: 'Admin',
  });
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1600, height: 900 } });
    // tsx names functions by a helper that the page does not have.
    await page.addInitScript('globalThis.__name = (named) => named');
    await page.addInitScript(watchPaint);
    page.on('pageerror', (error) => console.error(error));
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const range = `from=${endMs - (FLOWS + 100) * STEP_MS}&to=${endMs + 1000}`;
    const address = `${grafana.url}/a/netobserv-flows-app/flows?${range}&limit=5000&histogram=off`;
    const ours = await measureOurs(page, session, address);
    print(FLOWS, ours, await measurePlain(page, session, await bundle()), false);
  } finally {
    await browser.close();
    await grafana.stop();
    await loki.stop();
  }
}

async function main(): Promise<void> {
  const location = locateGrafana();
  const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
  if (location === undefined || !existsSync(executablePath)) {
    console.log(
      `skipped: ${location === undefined ? 'no Grafana (set GRAFANA_HOME)' : `no Chromium at ${executablePath}`}`
    );
    return;
  }
  const dataDir = mkdtempSync(join(tmpdir(), 'netobserv-bench-'));
  try {
    await measureIn(dataDir, location, executablePath);
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

await main();
