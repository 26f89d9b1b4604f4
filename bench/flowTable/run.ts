/**
 * How the flow table draws, in Chromium, beside a table that has every row in the document as NetObserv's has: the
 * same cells, flows and changes in one run.
 * Run: `npx tsx bench/flowTable/run.ts [--alone] [flows …]` (5000 and 100000 where none are named; `--alone` leaves
 * the other table out). Chromium is taken from CHROMIUM_PATH, else /usr/bin/chromium. Main-thread times are the CPU
 * time of the page's thread as Chromium counts it, painting's part included, the median of several runs; 'nothing' is
 * what the measuring itself takes.
 */
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type CDPSession, type Page } from '@playwright/test';
import { bundle, mainThread, median, PLAIN_AT_MOST, print, repeat, RUNS, type Figures } from './harness';
import type { Bench } from './page';

/** Three rows a frame: some 7,000 pixels a second at 60 frames. */
const SCROLL_PIXELS = 120;
const SCROLL_FRAMES = 180;
const FRAME_MS = 1000 / 60;

declare const window: { bench: Bench };

async function measure(page: Page, session: CDPSession, which: 'ours' | 'plain', flows: number): Promise<Figures> {
  const paints: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    await page.evaluate(([table, count, seed]) => window.bench.mount(table, count, seed), [which, flows, run] as const);
    await page.waitForTimeout(200);
    paints.push(await page.evaluate(() => window.bench.data()));
  }
  const nothing = await repeat(page, session, () => page.evaluate(() => window.bench.nothing()));
  const sort = await repeat(page, session, (run) =>
    page.evaluate((descending) => window.bench.sort('Bytes', descending), run % 2 === 0)
  );
  const sortNames = await repeat(page, session, (run) =>
    page.evaluate((descending) => window.bench.sort('SrcK8S_Name', descending), run % 2 === 0)
  );
  const toggle = await repeat(page, session, () => page.evaluate(() => window.bench.toggle('Application')));
  const answers: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    await page.evaluate(([count, seed]) => window.bench.make(count, seed), [flows, 100 + run] as const);
    answers.push(await mainThread(page, session, () => page.evaluate(() => window.bench.answer())));
  }
  const prepend = await repeat(page, session, (run) =>
    page.evaluate((seed) => window.bench.prepend(50, seed), 200 + run)
  );
  const frames = await page.evaluate(([pixels, count]) => window.bench.scroll(pixels, count), [
    SCROLL_PIXELS,
    SCROLL_FRAMES,
  ] as const);
  const [domRows, elements] = await page.evaluate(() => [window.bench.domRows(), window.bench.elements()] as const);
  return {
    'first paint after data, ms': median(paints),
    'nothing, main-thread ms': nothing,
    'sort by bytes, main-thread ms': sort,
    'sort by name, main-thread ms': sortNames,
    'toggle a column, main-thread ms': toggle,
    'another answer, main-thread ms': median(answers),
    '50 new rows, main-thread ms': prepend,
    'frames a second while scrolling': (1000 * frames.length) / frames.reduce((sum, frame) => sum + frame, 0),
    'worst frame, ms': Math.max(...frames),
    'frames later than 1.5 of their time': frames.filter((frame) => frame > 1.5 * FRAME_MS).length,
    'rows in the document': domRows,
    'elements in the document': elements,
  };
}

async function main(): Promise<void> {
  const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) {
    throw new Error(`There is no Chromium at ${executablePath}: set CHROMIUM_PATH to one`);
  }
  const alone = process.argv.includes('--alone');
  const named = process.argv.slice(2).map(Number).filter(Number.isInteger);
  const script = await bundle();
  const html =
    '<!doctype html><style>html,body,#root{margin:0;height:100%}*{box-sizing:border-box}</style>' +
    '<div id="root" style="height:100vh"></div><script type="module" src="/page.js"></script>';
  const server = createServer((request, response) => {
    const isScript = request.url === '/page.js';
    response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html; charset=utf-8' });
    response.end(isScript ? script : html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1600, height: 900 } });
    page.on('pageerror', (error) => console.error(error));
    const session = await page.context().newCDPSession(page);
    // Time of the thread's own, so that what else the machine does is not counted.
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.waitForFunction(() => 'bench' in window, undefined, { timeout: 60_000 });
    for (const flows of named.length > 0 ? named : [5000, 100_000]) {
      const ours = await measure(page, session, 'ours', flows);
      const plain = flows <= PLAIN_AT_MOST && !alone ? await measure(page, session, 'plain', flows) : undefined;
      print(flows, ours, plain, alone);
    }
  } finally {
    await browser.close();
    server.close();
  }
}

await main();
