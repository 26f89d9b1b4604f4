import type { FlowRecord } from '@netobserv-flows/schema';
import type { Random } from '../filters/random';
import { randomFlows } from '../filters/randomFlows';
import type { TimeSpan } from '../../../src/flow/plan/index';

const SERVICE_PORTS = [80, 443, 53, 5432, 8080] as const;

/** How far a flow may come after one that ended later: Loki takes what is less than an hour behind its stream. */
const LATE_MS = 40 * 60_000;

/** The flow, with names as a collector takes them: its settings and inventories refuse control characters. */
const named = (flow: FlowRecord): FlowRecord =>
  Object.fromEntries(
    Object.entries(flow).map(([field, value]) => [
      field,
      typeof value === 'string' ? value.replaceAll('\t', '\u00a0') : value,
    ])
  ) as unknown as FlowRecord;

/** Flows of all kinds, hostile names included, whose ends lie anywhere in a stretch of time; many come late. */
export function manyFlows(random: Random, count: number, { fromMs, toMs }: TimeSpan): FlowRecord[] {
  const flows = randomFlows(random, count)
    .map(named)
    .map((flow): FlowRecord => {
      const TimeFlowEndMs = random.chance(0.02)
        ? Math.ceil(random.integer(fromMs, toMs - 1) / 600_000) * 600_000
        : random.integer(fromMs, toMs - 1);
      const isReply = random.chance(0.5);
      const client = random.integer(32_768, 60_999);
      const server = random.pick(SERVICE_PORTS);
      return {
        ...flow,
        TimeFlowStartMs: TimeFlowEndMs - random.integer(0, 60_000),
        TimeFlowEndMs,
        TimeReceived: Math.floor(TimeFlowEndMs / 1000),
        ...(flow.SrcPort !== undefined && random.chance(0.7)
          ? { SrcPort: isReply ? server : client, DstPort: isReply ? client : server }
          : {}),
        ...(flow.SrcK8S_Type !== undefined && {
          SrcK8S_OwnerType: random.pick(['Deployment', 'DaemonSet']),
          SrcK8S_Zone: `zone-${random.integer(1, 2)}`,
        }),
        ...(flow.DstK8S_Type === undefined
          ? { DstSubnetLabel: random.pick(['EXT:internet', 'EXT:office']) }
          : { DstK8S_Service: random.pick(['web', 'db']) }),
      };
    });
  return flows
    .map((flow) => ({ flow, atMs: flow.TimeFlowEndMs + (random.chance(0.3) ? random.integer(0, LATE_MS) : 0) }))
    .sort((a, b) => a.atMs - b.atMs)
    .map(({ flow }) => flow);
}
