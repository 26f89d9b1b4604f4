/**
 * What the spool costs: flows from the writer to a server that takes pushes, without a spool and with one, by turns in
 * one run. The server is another process, so that its work is not counted.
 * Run: `npx tsx bench/collector/spool.ts`. Prints flows a second of CPU of this process (all threads) and of time, and
 * the ratio to no spool.
 */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FlowRecord } from '@netobserv-flows/schema';
import { LokiWriter, lokiConfig } from '../../collector/src/loki/index';
import { spoolConfig, type SpoolConfig } from '../../collector/src/spool/index';

const FLOWS = 200_000;
const ROUNDS = 5;
/** Flows handed over before other work gets its turn, as with datagrams. */
const AT_ONCE = 500;
/** The writer's queue is not to fill: that would drop flows. */
const PENDING_MAX = 50_000;

if (process.argv[2] === 'serve') {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(204).end());
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
} else {
  await main();
}

function flowsOf(count: number): FlowRecord[] {
  const now = Date.now();
  return Array.from({ length: count }, (_, i) => ({
    TimeFlowStartMs: now - 1000 - (i % 977),
    TimeFlowEndMs: now - (i % 977),
    TimeReceived: Math.floor(now / 1000),
    Bytes: 40 + ((i * 7919) % 100_000),
    Packets: 1 + (i % 90),
    Sampling: 400,
    Proto: i % 3 === 0 ? 17 : 6,
    SrcAddr: `10.${i % 4}.${(i >> 3) & 255}.${(i * 31) & 255}`,
    DstAddr: `10.${i % 5}.${(i >> 2) & 255}.${(i * 17) & 255}`,
    SrcPort: 1024 + ((i * 7907) % 60_000),
    DstPort: [80, 443, 53, 8080, 5432][i % 5]!,
    SrcK8S_Namespace: `team-${i % 20}`,
    SrcK8S_Name: `web-${i % 160}-7d9c8b6f5-x${i % 97}`,
    SrcK8S_Type: 'Pod',
    SrcK8S_OwnerName: `web-${i % 160}`,
    SrcK8S_OwnerType: 'Deployment',
    SrcK8S_HostName: `node-${i % 12}`,
    DstK8S_Namespace: `team-${(i * 3) % 20}`,
    DstK8S_Name: `db-${i % 40}-0`,
    DstK8S_Type: 'Pod',
    DstK8S_OwnerName: `db-${i % 40}`,
    DstK8S_OwnerType: 'StatefulSet',
    DstK8S_HostName: `node-${(i * 5) % 12}`,
    AgentIP: `192.168.10.${i % 12}`,
    FlowDirection: i % 2,
  }));
}

interface Cost {
  readonly cpuSeconds: number;
  readonly seconds: number;
}

async function run(url: string, records: readonly FlowRecord[], spool: SpoolConfig): Promise<Cost> {
  let stored = 0;
  const writer = new LokiWriter(
    lokiConfig.parse({ url, workloads: false }),
    {
      onLoss: (reason, _exporter, count) => assert.fail(`${count} flows lost: ${reason}`),
      onStored: (_exporter, flows) => (stored += flows),
      onPush: () => undefined,
      onNotice: () => undefined,
    },
    spool
  );
  const cpu = process.cpuUsage();
  const started = performance.now();
  for (let at = 0; at < records.length; at += AT_ONCE) {
    for (let index = at; index < at + AT_ONCE; index++) {
      writer.write({ record: records[index]!, subMs: index % 1_000_000 });
    }
    do {
      await new Promise((resolve) => setImmediate(resolve));
    } while (writer.stats.pendingFlows > PENDING_MAX);
  }
  await writer.flush();
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - started) / 1000;
  assert.equal(stored, records.length);
  await writer.close(1000);
  return { cpuSeconds: (user + system) / 1e6, seconds };
}

async function main(): Promise<void> {
  const server = fork(fileURLToPath(import.meta.url), ['serve']);
  const [port] = (await once(server, 'message')) as [number];
  const url = `http://127.0.0.1:${port}`;
  const records = flowsOf(FLOWS);
  const folder = mkdtempSync(join(tmpdir(), 'bench-spool-'));
  const variants: ReadonlyArray<readonly [string, SpoolConfig]> = [
    ['no spool', spoolConfig.parse({})],
    ['spool, fsync never', spoolConfig.parse({ path: join(folder, 'never'), fsync: 'never' })],
    ['spool, fsync every second', spoolConfig.parse({ path: join(folder, 'interval') })],
    ['spool, fsync always', spoolConfig.parse({ path: join(folder, 'always'), fsync: 'always' })],
  ];
  const costs = new Map<string, Cost[]>(variants.map(([name]) => [name, []]));
  try {
    await run(url, records, variants[0]![1]);
    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, spool] of variants) {
        costs.get(name)!.push(await run(url, records, spool));
      }
    }
  } finally {
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
  const rate = (name: string, of: (cost: Cost) => number) => {
    const sorted = costs
      .get(name)!
      .map((cost) => FLOWS / of(cost))
      .sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)]!;
  };
  const base = { cpu: rate('no spool', (c) => c.cpuSeconds), time: rate('no spool', (c) => c.seconds) };
  const k = (value: number) => `${(value / 1000).toFixed(1)} k`;
  for (const [name] of variants) {
    const [cpu, time] = [rate(name, (c) => c.cpuSeconds), rate(name, (c) => c.seconds)];
    process.stdout.write(
      `${name.padEnd(26)} ${k(cpu)} flows/CPU s (${(cpu / base.cpu).toFixed(2)}), ${k(time)} flows/s (${(time / base.time).toFixed(2)})\n`
    );
  }
}
