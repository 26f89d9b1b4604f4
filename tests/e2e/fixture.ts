import { fixedFlows } from './fixedFlows';
import type { Page } from '@playwright/test';
import { test as base } from '@grafana/plugin-e2e';
import { FlowTablePage } from './FlowTablePage';

function endMs(): number {
  const value = Number(process.env.FIXED_FLOWS_END_MS);
  if (!Number.isFinite(value) || value <= 0) {
    throw new Error('FIXED_FLOWS_END_MS is not set: start the browser tests with tests/e2e/run.ts');
  }
  return value;
}

/** Time of the newest fixed flow, in ms since the Unix epoch. */
export const END_MS = endMs();

/** The fixed flows that totals count: what the app shows unless duplicates are asked for. */
export const COUNTED = fixedFlows(END_MS).filter((flow) => flow.Duplicate !== true);

/** A time range that ends after the newest fixed flow, as URL parameters. */
export function rangeOfMinutes(minutes: number): { from: string; to: string } {
  const to = END_MS + 5_000;
  return { from: String(to - minutes * 60_000), to: String(to) };
}

/** The fixed flows that count and end within {@link rangeOfMinutes}. */
export function countedWithin(minutes: number) {
  const from = Number(rangeOfMinutes(minutes).from);
  return COUNTED.filter((flow) => flow.TimeFlowEndMs >= from);
}

/** Address of the Loki that holds the fixed flows, for tests that add some. */
export function lokiUrl(): string {
  const url = process.env.FIXED_FLOWS_LOKI;
  if (url === undefined || url === '') {
    throw new Error('FIXED_FLOWS_LOKI is not set: start the browser tests with tests/e2e/run.ts');
  }
  return url;
}

/** The time range of the demo cluster's history, as URL parameters: hours before the fixed flows. */
export function demoHistory(): { from: string; to: string } {
  const [from, to] = [process.env.DEMO_HISTORY_FROM_MS, process.env.DEMO_HISTORY_TO_MS];
  if (!from || !to) {
    throw new Error('DEMO_HISTORY_FROM_MS is not set: start the browser tests with tests/e2e/run.ts');
  }
  return { from, to };
}

/** How long after its end the demo cluster's history is all written, as far as the app can know. */
const WRITTEN_AFTER_MS = 90_000;

/** The moment at which the demo cluster's history has just been written, in ms. */
export const demoNow = () => Number(demoHistory().to) + WRITTEN_AFTER_MS;

/** Has the app take that moment for now: sums are relied on for what is to come only while they are still written. */
export async function beAtDemoNow(page: Page): Promise<void> {
  await page.addInitScript((aheadMs) => {
    const now = Date.now.bind(Date);
    Date.now = () => now() - aheadMs;
  }, Date.now() - demoNow());
}

/** plugin-e2e's test with the app's page objects. */
export const test = base.extend<{ flowTable: FlowTablePage }>({
  flowTable: async ({ page }, use) => use(new FlowTablePage(page)),
});

export { expect } from '@grafana/plugin-e2e';
