import { LINE_ORDER, readRollupLine, type FieldName, type FlowRecord } from '@netobserv-flows/schema';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Aggregator, aggregateConfig } from '../../src/aggregate';
import { FlowEnds } from '../../src/ends';
import { ByteWriter } from '../../src/loki/bytes';
import { lineWriter } from '../../src/loki/line';
import { record } from '../loki/flows';

const T = Date.UTC(2026, 2, 14, 12, 0, 0);
const some = (...values: string[]) => fc.constantFrom(undefined, ...values);

/** Ends that differ in one thing or another, of few addresses. */
const flows = fc.array(
  fc
    .record({
      SrcAddr: some('10.0.0.1', '10.0.0.2'),
      DstAddr: some('10.0.0.1', '10.0.0.2'),
      SrcMac: some('0a:58:0a:00:00:01', '0a:58:0a:00:00:02'),
      DstMac: some('0a:58:0a:00:00:01'),
      SrcK8S_Name: some('web-1', 'web-2'),
      DstK8S_Name: some('web-1', 'web-2'),
      SrcK8S_Namespace: some('shop'),
      SrcK8S_OwnerName: some('web', 'api'),
      DstK8S_OwnerName: some('web'),
      DstK8S_Service: some('web', 'web-headless'),
      DstK8S_Type: some('Pod'),
      SrcK8S_HostName: some('node-a'),
      DstK8S_Zone: some('x', 'y'),
      DstSubnetLabel: some('EXT:internet'),
      SrcPort: fc.constantFrom(undefined, 0, 80, 443, 50_000, 65_535),
      DstPort: fc.constantFrom(undefined, 53, 80, 50_000),
      Proto: fc.constantFrom(undefined, 6, 17),
      Sampling: fc.constantFrom(1, 400, 2 ** 40),
      Application: some('http', 'dns'),
      K8S_FlowLayer: some('app', 'infra'),
      Bytes: fc.nat(1000),
    })
    .map((fields) => record({ TimeFlowEndMs: T, ...fields } as Partial<FlowRecord>)),
  { minLength: 1, maxLength: 60 }
);

describe('ends of flows', () => {
  it('give the lines that each record alone would give, however soon they are forgotten', () => {
    const write = lineWriter([], new FlowEnds(4));
    fc.assert(
      fc.property(flows, (records) => {
        for (const one of records) {
          const into = new ByteWriter(1);
          write(one, into);
          const names = LINE_ORDER.filter((name) => one[name] !== undefined) as string[];
          expect(into.bytes.toString('utf8', 0, into.at)).toBe(JSON.stringify(one, names));
        }
      })
    );
  });

  it('give the sums that adding up by the values of each key would give, however soon they are forgotten', () => {
    fc.assert(
      fc.property(flows, (records) => {
        const sums = new Map<string, number>();
        const emit = ({ labels, line }: { labels: ReadonlyArray<readonly [string, string]>; line: string }) => {
          if (labels[2]![1] !== 'pod') {
            return;
          }
          const values = readRollupLine('pod', line);
          for (const side of ['Src', 'Dst'] as const) {
            const bytes = values[`${side}Bytes`] as number | undefined;
            if (bytes !== undefined) {
              const name = keyName(side, (field) => values[field]);
              expect(sums.has(name)).toBe(false);
              sums.set(name, bytes);
            }
          }
        };
        const aggregator = new Aggregator(aggregateConfig.parse({}), emit, () => T, new FlowEnds(4));
        records.forEach((one) => aggregator.add(one));
        aggregator.flush();
        expect(Object.fromEntries(sums)).toEqual({ ...plainSums(records, 'Src'), ...plainSums(records, 'Dst') });
      })
    );
  });
});

const OF_AN_END = [
  ...(['K8S_Namespace', 'K8S_Type', 'K8S_OwnerName', 'K8S_OwnerType', 'K8S_HostName', 'K8S_Zone'] as const),
  ...(['SubnetLabel', 'K8S_Name', 'Addr'] as const),
];
const OF_THE_FLOW = ['K8S_FlowLayer', 'Sampling'] as const;

/** A name for the key of one end. @param value of a field without its side. */
function keyName(side: 'Src' | 'Dst', value: (field: (typeof OF_AN_END | typeof OF_THE_FLOW)[number]) => unknown) {
  return `${side} ${JSON.stringify(Object.fromEntries([...OF_AN_END, ...OF_THE_FLOW].map((name) => [name, value(name)])))}`;
}

function plainSums(records: readonly FlowRecord[], side: 'Src' | 'Dst'): Record<string, number> {
  const ofEnd = new Set<string>(OF_AN_END);
  const sums: Record<string, number> = {};
  for (const one of records) {
    const name = keyName(side, (field) => one[(ofEnd.has(field) ? `${side}${field}` : field) as FieldName]);
    sums[name] = (sums[name] ?? 0) + one.Bytes;
  }
  return sums;
}
