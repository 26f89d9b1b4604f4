/**
 * How fast flows are summed up for the rollups, beside the plain way: a JSON text of its fields as the key of each
 * level and tier. Both end in the same totals.
 * Run: `npx tsx bench/collector/aggregate.ts`. Prints flows a second of CPU, and the ratio.
 */
import assert from 'node:assert/strict';
import {
  DEFAULT_TIERS,
  isCovered,
  isServicePort,
  LEVEL_NAMES,
  readRollupLine,
  ROLLUP_LEVELS,
  TIER_MS,
  WRITTEN_AS,
  type FieldName,
  type FlowRecord,
} from '@netobserv-flows/schema';
import { Aggregator, aggregateConfig } from '../../collector/src/aggregate';
import { traffic } from '../query/traffic';

const FLOWS = 400_000;
const END = Math.floor(Date.now() / 3_600_000) * 3_600_000;
const shape = { flows: FLOWS, hours: 0.3, namespaces: 50, workloads: 400, pairs: 1500, nodes: 10 };
const records = [...traffic(shape, END)];

function perCpuSecond(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return FLOWS / ((user + system) / 1e6);
}

/** What a first version would do. */
function plain(): number {
  const sums = new Map<string, { bytes: number; packets: number; flows: number }>();
  for (const record of records) {
    for (const name of LEVEL_NAMES) {
      const level = ROLLUP_LEVELS[name];
      if (!isCovered(level, record)) {
        continue;
      }
      for (const tier of DEFAULT_TIERS[WRITTEN_AS[name].level]) {
        const key: Record<string, unknown> = {
          name,
          tier,
          start: Math.floor(record.TimeFlowEndMs / TIER_MS[tier]),
        };
        for (const [field, kept] of Object.entries(level.fields)) {
          const value = record[field as FieldName];
          key[field] = kept === 'servicePort' && !isServicePort(Number(value)) ? undefined : value;
        }
        const text = JSON.stringify(key);
        const sum = sums.get(text) ?? { bytes: 0, packets: 0, flows: 0 };
        sum.bytes += record.Bytes;
        sum.packets += record.Packets;
        sum.flows++;
        sums.set(text, sum);
      }
    }
  }
  return [...sums.entries()].reduce(
    (sum, [key, { bytes }]) => sum + (key.includes('"workload","tier":"1h"') ? bytes : 0),
    0
  );
}

function summed(of: readonly FlowRecord[]): number {
  let total = 0;
  const aggregator = new Aggregator(aggregateConfig.parse({}), ({ labels, line }) => {
    if (labels[1]![1] === '1h' && labels[2]![1] === 'workload') {
      total += Number(readRollupLine('workload', line).Bytes);
    }
  });
  of.forEach((record) => aggregator.add(record));
  aggregator.flush();
  return total;
}

summed(records.slice(0, 50_000));
let [ours, theirs] = [0, 0];
const fast = perCpuSecond(() => (ours = summed(records)));
const slow = perCpuSecond(() => (theirs = plain()));
assert.equal(ours, theirs);
const round = (value: number) => Math.round(value).toLocaleString('en');
console.log(`summed up:      ${round(fast)} flows per CPU second`);
console.log(`the plain way:  ${round(slow)} flows per CPU second`);
console.log(`ratio:          ${(fast / slow).toFixed(1)}`);
