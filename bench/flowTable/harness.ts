import type { CDPSession, Page } from '@playwright/test';
import { build } from 'esbuild';

/** How often each thing is done; the median counts. */
export const RUNS = 5;

/** Measured things by name, those of both tables alike. */
export interface Figures {
  readonly [what: string]: number;
}

/** The value in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** The page's script: both tables, and what the measuring side calls. */
export async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [new URL('./page.tsx', import.meta.url).pathname],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    // Grafana's page has a loader that modules would take for theirs.
    define: {
      'process.env.NODE_ENV': '"production"',
      'process.env': '{}',
      global: 'globalThis',
      define: 'undefined',
    },
    loader: { '.svg': 'text', '.css': 'empty', '.scss': 'empty', '.woff': 'empty', '.woff2': 'empty' },
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}

async function taskSeconds(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
}

/** Milliseconds of main thread that an action and what follows from it within so many ms take. */
export async function mainThread(
  page: Page,
  session: CDPSession,
  action: () => Promise<unknown>,
  withinMs = 100
): Promise<number> {
  await page.waitForTimeout(400);
  const before = await taskSeconds(session);
  await action();
  await page.waitForTimeout(withinMs);
  return ((await taskSeconds(session)) - before) * 1000;
}

/** The median of {@link mainThread} over several runs of an action. */
export async function repeat(
  page: Page,
  session: CDPSession,
  action: (run: number) => Promise<unknown>,
  withinMs?: number
): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    times.push(await mainThread(page, session, () => action(run), withinMs));
  }
  return median(times);
}

/** Beyond this a table with every row in the document takes minutes and gigabytes. */
export const PLAIN_AT_MOST = 20_000;

/** The figures of both tables and their ratios. */
export function print(flows: number, ours: Figures, plain: Figures | undefined, alone: boolean): void {
  console.log(`\n${flows.toLocaleString('en')} flows`);
  console.log(`${''.padEnd(46)}${'ours'.padStart(12)}${'all rows'.padStart(12)}${'ratio'.padStart(10)}`);
  for (const [what, value] of Object.entries(ours)) {
    const other = plain?.[what];
    const ratio = other === undefined || other === 0 ? '' : `1:${(other / value).toFixed(2)}`;
    const figure = (number: number | undefined) => (number === undefined ? 'skipped' : number.toFixed(1)).padStart(12);
    console.log(`${what.padEnd(46)}${figure(value)}${figure(other)}${ratio.padStart(10)}`);
  }
  if (plain === undefined && !alone) {
    console.log(
      `All rows in the document: skipped, since beyond ${PLAIN_AT_MOST} flows it takes minutes and gigabytes.`
    );
  }
}
