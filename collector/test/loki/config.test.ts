import { describe, expect, it } from 'vitest';
import { lokiConfig } from '../../src/loki';
import { WorkloadList } from '../../src/loki/workloads';
import { MINUTE, REQUEST, start } from '../aggregate/sums';
import { record } from './flows';

const faultsOf = (settings: object) =>
  lokiConfig
    .safeParse({ url: 'http://loki:3100', ...settings })
    .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

/** Sums of all kinds: too many keys, and those of single ends, now and hours late. */
function rollupLabels(): string[][] {
  const { aggregator, time, add, given } = start({ maxKeys: 100 });
  for (const lateMs of [0, 300 * MINUTE]) {
    for (let i = 0; i < 150; i++) {
      add({ ...REQUEST, SrcK8S_OwnerName: `web${i}`, TimeFlowEndMs: time.nowMs - lateMs });
    }
  }
  aggregator.flush();
  return given.map(({ labels }) => labels.map(([name]) => name));
}

describe('loki.extraLabels', () => {
  it('has none of the labels that the collector gives to sums, of which a stream may have no label twice', () => {
    const names = new Set(rollupLabels().flat());
    expect([...names].sort()).toEqual(['app', 'ends', 'folded', 'late', 'level', 'slots', 'tier']);
    for (const name of names) {
      expect(faultsOf({ extraLabels: { [name]: 'x' } })).toHaveLength(1);
    }
  });

  it('has none of those of the list of workloads and of the report', () => {
    const flow = record({ SrcK8S_Namespace: 'a', SrcK8S_OwnerName: 'b', SrcK8S_OwnerType: 'Deployment' });
    const [listed] = new WorkloadList({}, 4500).linesFor(flow, 0);
    const names = [...listed!.stream.labels.matchAll(/(\w+)=/g)].map(([, name]) => name!);
    expect(names).toHaveLength(4);
    for (const name of [...names, 'kind']) {
      expect(faultsOf({ extraLabels: { [name]: 'x' } })).toHaveLength(1);
    }
  });

  it('leaves room for the labels of sums, of which Loki takes no stream with more than 15', () => {
    const most = Math.max(...rollupLabels().map(({ length }) => length));
    const extra = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`x${i}`, 'y']));
    expect(faultsOf({ labels: [], extraLabels: extra(15 - most) })).toEqual([]);
    expect(faultsOf({ labels: [], extraLabels: extra(16 - most) })).toEqual([
      'extraLabels: makes more than 15 labels together with the 7 that sums have, which Loki refuses; name fewer',
    ]);
  });
});
