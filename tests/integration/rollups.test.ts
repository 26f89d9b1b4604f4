import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COLLECTOR_APP, FLOW_APP, readRollupLine, ROLLUP_APP, type WrittenLevel } from '@netobserv-flows/schema';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { collectorConfig } from '../../collector/src/config/root';
import { createLog } from '../../collector/src/log';
import { startCollector } from '../../collector/src/run';
import { netflow5, sendUdp } from './collector/recorded';
import { LokiClient } from './lokiClient';

const loki = new LokiClient(inject('lokiUrl'));

/** A collector that exporters send to, started anew as often as a test likes. */
function service(aggregate: Record<string, unknown> = {}) {
  const test = randomUUID();
  const config = collectorConfig.parse({
    receive: { listen: ['127.0.0.1:0'] },
    http: { listen: '127.0.0.1:0' },
    aggregate,
    loki: { url: inject('lokiUrl'), batchWaitMs: 20, extraLabels: { test } },
  });
  const start = () => startCollector(config, createLog({ level: 'silent' }));
  const now = Date.now();
  const [from, to] = [BigInt(now - 3_600_000) * 1_000_000n, BigInt(now + 3_600_000) * 1_000_000n];
  const lines = async (app: string, matchers = '') =>
    (await loki.lines(`{app="${app}", test="${test}"${matchers}}`, from, to)).map(
      ({ line }) => JSON.parse(line) as Record<string, unknown>
    );
  const rollups = async (tier: string, level: WrittenLevel) =>
    (await loki.lines(`{app="${ROLLUP_APP}", test="${test}", tier="${tier}", level="${level}"}`, from, to)).map(
      ({ line }) => readRollupLine(level, line)
    );
  return { start, lines, rollups };
}

const sum = (lines: ReadonlyArray<Record<string, unknown>>, of: string) =>
  lines.reduce((total, line) => total + Number(line[of] ?? 0), 0);

describe('a collector that receives, and is stopped and started', () => {
  it('has written, beside the flows, their sums in every level, and a report on itself', async () => {
    const { start, lines, rollups } = service();
    for (const sequence of [1, 3]) {
      const collector = await start();
      await sendUdp([netflow5(sequence, Date.now()), netflow5(sequence + 1, Date.now())], collector.udp[0]!.port);
      await expect.poll(() => collector.status().decoded, { timeout: 10_000 }).toBe(2);
      await collector.stop();
    }
    const flows = await lines(FLOW_APP);
    expect(flows).toHaveLength(4);
    for (const [level, tier, side = ''] of [
      ['workload', '10m'],
      ['workload', '1h'],
      ['end', '10m', 'Src'],
      ['end', '10m', 'Dst'],
      ['end', '1h', 'Src'],
      ['end', '1h', 'Dst'],
      ['pod', '1h', 'Src'],
      ['pod', '1h', 'Dst'],
      ['external', '1h'],
      ['node', '1h'],
    ] as ReadonlyArray<[WrittenLevel, string, string?]>) {
      const found = await rollups(tier, level);
      expect([level, sum(found, `${side}Bytes`), sum(found, `${side}Flows`)]).toEqual([level, sum(flows, 'Bytes'), 4]);
    }
    const report = await lines(COLLECTOR_APP, ', kind="collector"');
    expect([report.length, sum(report, 'Decoded'), sum(report, 'Datagrams'), sum(report, 'Lost')]).toEqual([
      2, 4, 4, 0,
    ]);
    expect(await lines(COLLECTOR_APP, ', kind="exporter"')).toMatchObject([
      { Exporter: '127.0.0.1', Decoded: 2, LastSeenMs: expect.any(Number) },
      { Exporter: '127.0.0.1', Decoded: 2 },
    ]);
  });

  it('that was killed goes on with the sums that it had saved', async () => {
    const stateFile = join(tmpdir(), `rollups-${randomUUID()}.json`);
    onTestFinished(() => rmSync(stateFile, { force: true }));
    const { start, lines, rollups } = service({ stateFile });
    const first = await start();
    // What a kill leaves: it never gets to give out what it has summed up.
    await sendUdp([netflow5(1, Date.now())], first.udp[0]!.port);
    await expect.poll(() => first.status().stored, { timeout: 10_000 }).toBe(1);
    await expect.poll(() => readFileSync(stateFile, 'utf8').includes('"workload"'), { timeout: 15_000 }).toBe(true);
    onTestFinished(() => first.stop());
    const second = await start();
    await sendUdp([netflow5(2, Date.now())], second.udp[0]!.port);
    await expect.poll(() => second.status().stored, { timeout: 10_000 }).toBe(1);
    await second.stop();
    const found = await rollups('10m', 'workload');
    expect([sum(found, 'Bytes'), sum(found, 'Flows')]).toEqual([sum(await lines(FLOW_APP), 'Bytes'), 2]);
  });
});
