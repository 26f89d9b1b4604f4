import { describe, expect, it } from 'vitest';
import { WorkloadList } from '../../src/loki/workloads';
import { record } from './flows';

const TEN_MINUTES = 600_000;
const start = 1_790_000_400_000;
const at = (TimeFlowEndMs: number, name = 'web') =>
  record({ TimeFlowEndMs, SrcK8S_Namespace: 'shop', SrcK8S_OwnerName: name, SrcK8S_OwnerType: 'Deployment' });

describe('the list of workloads', () => {
  it('has one line a workload and ten minutes, from either end of a flow', () => {
    const list = new WorkloadList({}, 4500);
    const both = { ...at(start), DstK8S_OwnerName: 'node-1', DstK8S_OwnerType: 'Node' };
    expect(list.linesFor(both, 0)).toEqual([
      {
        stream: {
          labels: '{app="netobserv-workload", K8S_Namespace="shop", K8S_OwnerName="web", K8S_OwnerType="Deployment"}',
        },
        line: `{"LastSeenMs":${start}}`,
      },
      {
        stream: { labels: '{app="netobserv-workload", K8S_OwnerName="node-1", K8S_OwnerType="Node"}' },
        line: `{"LastSeenMs":${start}}`,
      },
    ]);
    expect(list.linesFor(both, 1000)).toEqual([]);
    expect(list.linesFor(at(start + TEN_MINUTES), TEN_MINUTES)).toHaveLength(1);
  });

  it('goes by the time of the flow, so that backfilled history is listed too', () => {
    const list = new WorkloadList({}, 4500);
    expect(list.linesFor(at(start), 0)).toHaveLength(1);
    expect(list.linesFor(at(start - 5 * TEN_MINUTES), 0)).toHaveLength(1);
    expect(list.linesFor(at(start - 5 * TEN_MINUTES), 0)).toHaveLength(0);
  });

  it('holds 1,000 workloads, and others once those were idle', () => {
    const list = new WorkloadList({}, 4500);
    for (let i = 0; i < 1100; i++) {
      list.linesFor(at(start, `w${i}`), 0);
    }
    expect(list.size).toBe(1000);
    expect(list.linesFor(at(start, 'late'), TEN_MINUTES)).toEqual([]);
    expect(list.linesFor(at(start, 'late'), 5 * TEN_MINUTES)).toHaveLength(1);
  });

  it.each([
    [900, 225],
    [10, 2],
  ])('of %i streams takes a quarter, so that flows have theirs', (maxStreams, expected) => {
    const list = new WorkloadList({}, maxStreams);
    for (let i = 0; i < 1100; i++) {
      list.linesFor(at(start, `w${i}`), 0);
    }
    expect(list.size).toBe(expected);
  });
});
