import { FLOW_APP, type FlowRecord } from '@netobserv-flows/schema';
import type { PushStream } from '../lokiClient';
import { Random } from './random';

/** Where flows of a test lie: all within the ten minutes before now, so that Loki takes and finds them. */
export const SPAN_MS = 600_000;

/** Seeded flows between a few pods over {@link SPAN_MS}, volumes spread as traffic is; every fifth is a duplicate. */
export function traffic(seed: number, count: number, endMs: number): FlowRecord[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, index) => {
    const end = endMs - SPAN_MS + Math.floor(((index + 1) * SPAN_MS) / count);
    return {
      Bytes: Math.floor(40 * Math.exp(random.next() * 16)),
      Packets: random.integer(1, 9000),
      SrcAddr: `10.0.0.${random.integer(1, 9)}`,
      DstAddr: `10.0.1.${random.integer(1, 9)}`,
      SrcPort: random.integer(30_000, 60_000),
      DstPort: random.pick([53, 80, 443]),
      Proto: random.pick([6, 17]),
      SrcK8S_Namespace: random.pick(['demo', 'shop', 'kube-system']),
      TimeFlowStartMs: end - random.integer(1, 5000),
      TimeFlowEndMs: end,
      TimeReceived: Math.floor(end / 1000),
      Sampling: 1,
      AgentIP: '10.9.9.9',
      ...(random.chance(0.2) ? { Duplicate: true } : {}),
    } as FlowRecord;
  });
}

/** Flows as streams by namespace, each at its end, and lines that are no flows or lack volumes among them. */
export function trafficStreams(flows: readonly FlowRecord[], run: string, junk: readonly string[]): PushStream[] {
  const streams = new Map<string, Array<readonly [string, string]>>();
  const add = (namespace: string, timeMs: number, order: number, line: string) => {
    const values = streams.get(namespace) ?? [];
    values.push([`${timeMs}${String(order % 1_000_000).padStart(6, '0')}`, line]);
    streams.set(namespace, values);
  };
  flows.forEach(({ SrcK8S_Namespace: namespace = '', ...line }, index) =>
    add(namespace, line.TimeFlowEndMs, index, JSON.stringify(line))
  );
  const [middle] = flows.slice(Math.floor(flows.length / 2));
  junk.forEach((line, index) => add('demo', middle?.TimeFlowEndMs ?? 0, index, line));
  return [...streams].map(([namespace, values]) => ({
    stream: { app: FLOW_APP, test_run: run, SrcK8S_Namespace: namespace },
    values,
  }));
}
