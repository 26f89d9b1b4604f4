import { describe, expect, it } from 'vitest';
import { MINUTE, NOON, REQUEST, start, total } from './sums';

describe('bounds', () => {
  it('a flow for each of 2,000 hours keeps few buckets open, and loses nothing', () => {
    const { aggregator, add, sums } = start({ since: '2025-01-01T00:00:00Z', levels: { workload: ['10m', '1h'] } });
    for (let hour = 0; hour < 2_000; hour++) {
      add({ ...REQUEST, Bytes: 1, TimeFlowEndMs: NOON - hour * 60 * MINUTE });
      expect(aggregator.stats.openKeys).toBeLessThanOrEqual(1_024 * 9);
    }
    aggregator.flush();
    expect([total(sums('workload', '10m')), total(sums('workload', '1h')), total(sums('namespace'))]).toEqual([
      2_000, 2_000, 2_000,
    ]);
  });

  it('flows of every hour that is summed up, over and over, make lines by the hour, not by the flow', () => {
    const { aggregator, add, sums, given } = start({ stateFile: 'sums.json' });
    const rounds = 20;
    for (let round = 0; round < rounds; round++) {
      for (let hour = 0; hour < 160; hour++) {
        add({ ...REQUEST, Bytes: 1, TimeFlowEndMs: NOON - hour * 60 * MINUTE });
      }
    }
    aggregator.flush();
    expect(total(sums('workload', '1h'))).toBe(rounds * 160);
    expect(given.length).toBeLessThan(160 * 24);
  });

  it('a bucket with many keys stays open while flows of many times close those with few', () => {
    const { aggregator, add, sums } = start({ since: '2025-01-01T00:00:00Z' });
    const present = (workload: number) => add({ ...REQUEST, Bytes: 1, SrcK8S_OwnerName: `w${workload}` });
    for (let round = 0; round < 3; round++) {
      for (let workload = 0; workload < 20; workload++) {
        present(workload);
      }
      for (let hour = 1; hour < 1_200; hour++) {
        add({ ...REQUEST, Bytes: 1, TimeFlowEndMs: NOON - hour * 60 * MINUTE });
      }
    }
    aggregator.flush();
    const ofNow = sums('workload', '10m').filter(({ ms }) => ms === NOON);
    expect([ofNow.length, total(ofNow)]).toEqual([20, 60]);
  });

  it('keys of all open buckets together are bounded, and lose nothing', () => {
    const { aggregator, add, sums } = start({
      maxKeys: 10,
      levels: { namespace: [], external: [], node: [], pod: [] },
    });
    for (let i = 0; i < 2_000; i++) {
      add({
        ...REQUEST,
        SrcK8S_OwnerName: `w${i}`,
        Bytes: 1,
        TimeFlowEndMs: NOON - (i % 100) * 10 * MINUTE,
      });
      expect(aggregator.stats.openKeys).toBeLessThanOrEqual(2 * 16 * 10);
    }
    aggregator.flush();
    expect([total(sums('workload', '10m')), total(sums('workload', '1h'))]).toEqual([2_000, 2_000]);
  });

  it('of very many lines given out at once the newest are saved, also after a start', () => {
    const settings = { stateFile: 'sums.json', since: '2025-01-01T00:00:00Z' };
    const { aggregator, add, given } = start(settings);
    const SrcK8S_OwnerName = 'w'.repeat(40_000);
    for (let hour = 0; hour < 400; hour++) {
      add({ ...REQUEST, SrcK8S_OwnerName, TimeFlowEndMs: NOON - hour * 60 * MINUTE });
    }
    aggregator.flush();
    const saved = aggregator.snapshot();
    const bytesOf = (lines: typeof saved.given) => lines.reduce((sum, { line }) => sum + line.length, 0);
    expect(bytesOf(saved.given)).toBeGreaterThan(60 * 2 ** 20);
    expect(bytesOf(saved.given)).toBeLessThanOrEqual(64 * 2 ** 20);
    expect(saved.given.at(-1)!.line).toBe(given.at(-1)!.line);
    expect(aggregator.stats.forgottenLines).toBe(given.length - saved.given.length);

    const next = start(settings);
    next.aggregator.restore({ ...saved, given: [...saved.given, ...saved.given] });
    expect(bytesOf(next.aggregator.snapshot().given)).toBeLessThanOrEqual(64 * 2 ** 20);
  });

  it('of more keys than allowed the smallest lose their details, then all that names them; totals stay', () => {
    const { aggregator, add, sums } = start({ maxKeys: 20 });
    for (let i = 0; i < 1_000; i++) {
      add({
        ...REQUEST,
        SrcAddr: `10.0.${i >> 8}.${i & 255}`,
        SrcK8S_OwnerName: `w${i}`,
        SrcK8S_Name: `w${i}-0`,
        Bytes: i,
      });
    }
    aggregator.flush();
    for (const level of ['workload', 'source', 'destination', 'namespace', 'node']) {
      expect([level, total(sums(level, '1h')), total(sums(level, '1h'), 'Flows')]).toEqual([level, 499_500, 1_000]);
    }
    const workloads = sums('workload', '10m');
    expect(workloads.length).toBeLessThanOrEqual(20);
    const [folded, ...others] = workloads.filter(({ folded: how }) => how !== undefined);
    expect(others).toEqual([]);
    expect(folded!.folded).toBe('detail');
    expect(folded!.line).toMatchObject({
      SrcK8S_Namespace: 'shop',
      SrcK8S_OwnerName: '(other)',
      DstK8S_OwnerName: '(other)',
    });
    expect(folded!.line.DstPort).toBeUndefined();
    // The level that is summed up from it has none of the details: it is whole.
    expect(sums('namespace', '1h').map(({ folded: how, line }) => [how, line.Bytes])).toEqual([[undefined, 499_500]]);
    expect(aggregator.stats.foldedKeys).toBeGreaterThan(980);
    expect(workloads.filter(({ folded: how }) => how === undefined).every(({ line }) => line.Bytes > 900)).toBe(true);
  });

  it('holds no more than twice the keys allowed, however many come before a bucket is over', () => {
    const levels = { workload: ['10m'], namespace: [], pod: [], external: [], node: [] };
    const { aggregator, add, sums } = start({ maxKeys: 20, levels });
    let most = 0;
    for (let i = 0; i < 1_000; i++) {
      add({ ...REQUEST, SrcK8S_OwnerName: `w${i}`, SrcK8S_Name: `w${i}-0`, Bytes: 1 });
      most = Math.max(most, aggregator.stats.openKeys);
    }
    expect(most).toBe(2 * 20);
    aggregator.flush();
    expect(total(sums('workload', '10m'))).toBe(1_000);
  });

  it('where even what is left is too many, all is one sum', () => {
    const { aggregator, add, sums } = start({ maxKeys: 10 });
    for (let i = 0; i < 500; i++) {
      add({ ...REQUEST, SrcK8S_Namespace: `ns${i}`, SrcK8S_OwnerName: `w${i}`, Bytes: 1 });
    }
    aggregator.flush();
    const namespaces = sums('namespace', '1h');
    expect(total(namespaces)).toBe(500);
    const all = namespaces.filter(({ folded }) => folded === 'all');
    expect(all).toHaveLength(1);
    expect(all[0]!.line).toMatchObject({ SrcK8S_Namespace: '(other)', DstK8S_Namespace: '(other)' });
    expect(all[0]!.line.Sampling).toBeUndefined();
  });

  it('more ends than there are numbers for cost lines, not sums', () => {
    const { aggregator, add, sums } = start({ maxKeys: 100, levels: { external: [], node: ['1h'] } });
    const ends = 2 ** 18 + 100;
    for (let i = 0; i < ends; i++) {
      add({ ...REQUEST, SrcAddr: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, Bytes: 1 });
    }
    aggregator.flush();
    expect([total(sums('workload', '1h')), total(sums('source', '1h')), total(sums('node', '1h'))]).toEqual([
      ends,
      ends,
      ends,
    ]);
  });
});
