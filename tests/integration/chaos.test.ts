import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, afterEach, describe, expect, it } from 'vitest';
import { buildCollector } from './chaos/collectorProcess';
import { Stand, type Verdict } from './chaos/stand';
import { lokiProgram } from './chaos/lokiProgram';

const binary = await lokiProgram();
const noProgram = binary === undefined ? ' (skipped: LOKI_URL is set and there is no loki to start and kill)' : '';

/** Nothing is there twice, nothing was made up, and what was spooled is there. */
function expectExact(verdict: Verdict): void {
  expect(verdict).toMatchObject({ twice: [], unknown: [], spooledAndLost: [], unexplained: [] });
  expect(verdict.counted).toBe(verdict.stored);
  const { decoded, recovered, stored, pending, lost } = verdict.status;
  const losses = Object.values(lost).reduce((sum, count) => sum + count, 0);
  expect(pending).toBe(0);
  expect(stored + losses).toBe(decoded + recovered);
}

describe.skipIf(binary === undefined)(`chaos${noProgram}`, () => {
  beforeAll(buildCollector);
  let stand: Stand | undefined;
  afterEach(async () => {
    await stand?.close();
    stand = undefined;
  });

  it('in Loki costs no flow: killed under load, 429, 500, slow, answers lost, one stream refused', async () => {
    stand = await Stand.start({ binary: binary!, flowsPerSecond: 1500 });
    stand.exporter.start(1500);
    await sleep(1000);
    for (const fault of ['429', '500', 'deaf', 'slow'] as const) {
      stand.proxy.fault = fault;
      await sleep(1500);
    }
    stand.proxy.fault = 'pass';
    await stand.killLoki(500);
    await sleep(1000);
    const verdict = await stand.settle();
    expectExact(verdict);
    expect(verdict.stored).toBe(verdict.sent - stand.exporter.refused.size);
    expect(verdict.status.lost).toEqual({ rejected: stand.exporter.refused.size });
    expect(stand.exporter.refused.size).toBeGreaterThan(0);
    expect(stand.proxy.pushes).toMatchObject({ '429': expect.any(Number), deaf: expect.any(Number) });
  });

  it('in the collector, killed again and again, and with Loki at once, costs only what was not spooled yet', async () => {
    stand = await Stand.start({ binary: binary!, flowsPerSecond: 1500 });
    stand.exporter.start(1500);
    for (let round = 0; round < 4; round++) {
      await sleep(1000);
      stand.proxy.fault = round % 2 === 0 ? 'pass' : '500';
      await stand.killCollector();
    }
    stand.proxy.fault = 'pass';
    await Promise.all([stand.killLoki(100), stand.killCollector()]);
    const verdict = await stand.settle();
    expectExact(verdict);
    console.log('flows lost by each kill, 1500/s:', verdict.lostByKill.join(' '), 'stored', verdict.stored);
  });
});
