import {
  BUCKET_LEVEL,
  readRollupLine,
  WRITTEN_AS,
  type FlowRecord,
  type LevelName,
  type Side,
  type WrittenLevel,
} from '@netobserv-flows/schema';
import { Aggregator, aggregateConfig, type RollupLine } from '../../src/aggregate';
import { record } from '../loki/flows';

/** Noon of some day: buckets of all tiers begin here. */
export const NOON = Date.UTC(2026, 2, 14, 12);
export const MINUTE = 60_000;

/** A rollup line's content. */
export interface Sum {
  readonly tier: string;
  readonly level: string;
  readonly folded?: string;
  readonly late?: string;
  readonly ms: number;
  readonly subMs: number;
  readonly text: string;
  readonly line: Readonly<Record<string, unknown>> & { Bytes: number; Packets: number; Flows: number; Part: string };
}

/** What a line says. */
export function contentOf({ labels, line }: Pick<RollupLine, 'labels' | 'line'>): Record<string, unknown> {
  const { level } = Object.fromEntries(labels);
  return level === BUCKET_LEVEL
    ? (JSON.parse(line) as Record<string, unknown>)
    : readRollupLine(level as WrittenLevel, line);
}

/** Sums of one side out of lines that tell of both, under the names that lines of one side would have. */
function ofSide(sums: readonly Sum[], side: Side): Sum[] {
  return sums
    .filter(({ line }) => line[`${side}Flows`] !== undefined)
    .map((sum) => {
      const { line } = sum;
      const [Bytes, Packets, Flows] = ['Bytes', 'Packets', 'Flows'].map((measure) => Number(line[`${side}${measure}`]));
      return { ...sum, line: { ...line, Bytes: Bytes!, Packets: Packets!, Flows: Flows! } };
    });
}

/** An aggregator with a clock of its own, and what it gave out. */
export function start(settings: { readonly levels?: object; readonly [key: string]: unknown } = {}, nowMs = NOON) {
  const given: RollupLine[] = [];
  const time = { nowMs };
  const aggregator = new Aggregator(
    aggregateConfig.parse({ ...settings, levels: { namespace: ['1h'], ...settings.levels } }),
    (line) => given.push(line),
    () => time.nowMs
  );
  const add = (fields: Partial<FlowRecord>) => aggregator.add(record({ TimeFlowEndMs: time.nowMs, ...fields }));
  const written = (level?: string, tier?: string): Sum[] =>
    given
      .map(({ labels, ms, subMs, line }) => {
        const { tier: ofTier = '', level: ofLevel = '', folded, late } = Object.fromEntries(labels);
        return {
          tier: ofTier,
          level: ofLevel,
          folded,
          late,
          ms,
          subMs,
          text: line,
          line: contentOf({ labels, line }) as Sum['line'],
        };
      })
      .filter((sum) => (level === undefined || sum.level === level) && (tier === undefined || sum.tier === tier));
  /** The sums of a level, or all lines. */
  const sums = (level?: string, tier?: string): Sum[] => {
    const { level: name = level, side } = WRITTEN_AS[level as LevelName] ?? {};
    return side === undefined ? written(name, tier) : ofSide(written(name, tier), side);
  };
  return { aggregator, time, add, sums, given };
}

/** Sum of a measure. */
export const total = (sums: readonly Sum[], measure: 'Bytes' | 'Packets' | 'Flows' = 'Bytes') =>
  sums.reduce((sum, { line }) => sum + line[measure], 0);

/** A request from `shop/web` to `db/pg`, on two nodes. */
export const REQUEST = {
  SrcAddr: '10.128.0.10',
  SrcPort: 40_000,
  SrcK8S_Namespace: 'shop',
  SrcK8S_Name: 'web-1',
  SrcK8S_Type: 'Pod',
  SrcK8S_OwnerName: 'web',
  SrcK8S_OwnerType: 'Deployment',
  SrcK8S_HostName: 'node-a',
  DstAddr: '10.128.1.10',
  DstPort: 5432,
  DstK8S_Namespace: 'db',
  DstK8S_Name: 'pg-0',
  DstK8S_Type: 'Pod',
  DstK8S_OwnerName: 'pg',
  DstK8S_OwnerType: 'StatefulSet',
  DstK8S_HostName: 'node-b',
  Proto: 6,
  Application: 'postgresql',
} as const satisfies Partial<FlowRecord>;

/** From the same to an address outside the cluster. */
export const TO_OUTSIDE = {
  ...REQUEST,
  DstAddr: '203.0.113.9',
  DstPort: 443,
  DstK8S_Namespace: undefined,
  DstK8S_Name: undefined,
  DstK8S_Type: undefined,
  DstK8S_OwnerName: undefined,
  DstK8S_OwnerType: undefined,
  DstK8S_HostName: undefined,
  DstSubnetLabel: 'EXT:internet',
};
