import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildCollector } from './chaos/collectorProcess';
import { faultsOf, overflowFaultsOf } from './chaos/judge';
import { lokiProgram } from './chaos/lokiProgram';
import { Stand } from './chaos/stand';

const MIB = 1024 * 1024;
const binary = await lokiProgram();
const noProgram = binary === undefined ? ' (skipped: LOKI_URL is set and there is no loki to start and kill)' : '';

describe.skipIf(binary === undefined)(`chaos${noProgram}`, () => {
  let stand: Stand;
  beforeAll(async () => {
    buildCollector();
    stand = await Stand.start({ binary: binary! });
  });
  afterAll(() => stand?.close());

  it('of Loki costs no flow: killed under load, 429, 500, answers lost, slow, one stream refused', async () => {
    stand.exporter.start(1500);
    await sleep(500);
    for (const fault of ['429', '500', 'deaf', 'slow'] as const) {
      stand.proxy.fault = fault;
      await sleep(800);
    }
    stand.proxy.fault = 'pass';
    await stand.killLoki(200);
    const verdict = await stand.settle();
    expect(faultsOf(verdict)).toEqual([]);
    expect(verdict.doubted).toBeGreaterThan(0);
    expect(verdict.counted).toBeLessThanOrEqual(verdict.stored * 1.01);
    expect(verdict.refused).toBeGreaterThan(0);
    expect(verdict.stored).toBe(verdict.sent - verdict.refused);
    expect(verdict.status.lost).toEqual({ rejected: verdict.refused });
    const { pushes } = stand.proxy;
    expect(Math.min(pushes['429'], pushes['500'], pushes.deaf, pushes.slow)).toBeGreaterThan(0);
  });

  it('of the collector, killed again and again, once with Loki, costs only what was not spooled yet', async () => {
    stand.exporter.start(1500);
    for (const fault of ['pass', '500', 'deaf'] as const) {
      stand.proxy.fault = fault;
      await sleep(800);
      await stand.killCollector();
    }
    stand.proxy.fault = 'pass';
    await sleep(500);
    await Promise.all([stand.killLoki(0), stand.killCollector()]);
    const verdict = await stand.settle();
    expect(faultsOf(verdict)).toEqual([]);
    expect(verdict.spooled).toBeGreaterThan(0);
  });

  it('of the collector, killed while data waits for its template, costs none of that', async () => {
    stand.exporter.start(500);
    stand.late.sendAhead(10);
    await stand.waitingKept();
    await stand.killCollector();
    expect((await stand.status()).waitingSets).toBe(10);
    await stand.sendTemplates();
    const verdict = await stand.settle();
    expect(faultsOf(verdict)).toEqual([]);
    expect(verdict.stored).toBeGreaterThan(300);
  });

  it('of the disk, where writes fail halfway, costs no flow', async () => {
    await stand.restartCollector({ maxFileBytes: 128 * 1024 });
    stand.exporter.start(3000);
    await sleep(1500);
    const verdict = await stand.settle();
    expect(faultsOf(verdict)).toEqual([]);
    expect(verdict.stored).toBe(verdict.sent - verdict.refused);
    expect(verdict.status.spool?.writeErrors).toBeGreaterThan(0);
  });

  it('of Loki longer than the spool has room for costs the oldest, and each is counted', async () => {
    await stand.restartCollector({ spool: { maxBytes: MIB, segmentBytes: MIB / 8 } });
    stand.proxy.fault = '500';
    stand.exporter.start(6000);
    await expect.poll(async () => (await stand.status()).lost.spool_full ?? 0, { timeout: 60_000 }).toBeGreaterThan(0);
    const verdict = await stand.settle();
    const { spool_full = 0, rejected = 0 } = verdict.status.lost;
    expect(overflowFaultsOf(verdict)).toEqual([]);
    expect(verdict.stored).toBe(verdict.sent - spool_full - rejected);
    expect(Math.max(...verdict.unexplained)).toBeLessThan(verdict.lastNumber - 0.5 * verdict.stored);
  });
});
