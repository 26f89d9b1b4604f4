import { LEVEL_NAMES, ROLLUP_LEVELS } from '@netobserv-flows/schema';
import { describe, expect, it } from 'vitest';
import { aggregateConfig } from '../../src/aggregate';
import { MINUTE, NOON, REQUEST, start, TO_OUTSIDE, total } from './sums';

describe('what is summed up', () => {
  it('is each flow once in every level that covers it, with the key’s own fields', () => {
    const { aggregator, add, sums } = start();
    add({ ...REQUEST, Bytes: 100, Packets: 2 });
    add({ ...REQUEST, SrcPort: 40_001, Bytes: 30, Packets: 1 });
    add({ ...TO_OUTSIDE, Bytes: 7, Packets: 1 });
    aggregator.flush();
    for (const level of LEVEL_NAMES) {
      const tier = level.endsWith('Workload') ? '10m' : '1h';
      expect([level, total(sums(level, tier))]).toEqual([level, level === 'external' ? 7 : 137]);
    }
    const [workload] = sums('workload', '10m');
    expect(workload!.line).toEqual({
      Bytes: 130,
      Packets: 3,
      Flows: 2,
      SrcK8S_Namespace: 'shop',
      DstK8S_Namespace: 'db',
      SrcK8S_Type: 'Pod',
      DstK8S_Type: 'Pod',
      Proto: 6,
      Application: 'postgresql',
      Sampling: 1,
      SrcK8S_OwnerName: 'web',
      DstK8S_OwnerName: 'pg',
      SrcK8S_OwnerType: 'Deployment',
      DstK8S_OwnerType: 'StatefulSet',
      DstPort: 5432,
      SrcSlot: expect.stringMatching(/^[0-9a-f]$/),
      DstSlot: expect.stringMatching(/^[0-9a-f]$/),
      Part: expect.any(String),
    });
    expect(sums('external', '1h').map(({ line }) => [line.SrcAddr, line.DstAddr])).toEqual([
      [undefined, '203.0.113.9'],
    ]);
  });

  it('is not what another record stands for, and not what has no time', () => {
    const { aggregator, add, given } = start();
    add({ ...REQUEST, Duplicate: true });
    add({ ...REQUEST, TimeFlowEndMs: NaN });
    add({ ...REQUEST, TimeFlowEndMs: -1 });
    add({ ...REQUEST, TimeFlowEndMs: 1e300 });
    aggregator.flush();
    expect(given).toEqual([]);
  });

  it('is not what Loki refuses for its time, which is counted', () => {
    const { aggregator, time, add, sums } = start();
    const [oldest, ahead] = [-168 * 60 * MINUTE, 10 * MINUTE];
    for (const [bytes, from] of [
      [1, oldest],
      [10, oldest - 1],
      [100, ahead],
      [1_000, ahead + 1],
    ] as const) {
      add({ ...REQUEST, Bytes: bytes, TimeFlowEndMs: NOON + from });
    }
    expect(aggregator.stats.untimelyFlows).toBe(2);
    time.nowMs += MINUTE;
    add({ ...REQUEST, Bytes: 10_000, TimeFlowEndMs: NOON + ahead + MINUTE });
    aggregator.flushDue();
    add({ ...REQUEST, Bytes: 100_000, TimeFlowEndMs: NOON + oldest });
    aggregator.flush();
    expect([total(sums('workload', '1h')), aggregator.stats.untimelyFlows]).toEqual([10_101, 3]);
  });

  it('is history of any age from when on all of it is summed up', () => {
    const { aggregator, add, sums } = start({ since: '2025-03-14T12:00:00Z' });
    add({ ...REQUEST, Bytes: 1, TimeFlowEndMs: Date.UTC(2025, 2, 14, 12) });
    add({ ...REQUEST, Bytes: 10, TimeFlowEndMs: Date.UTC(2025, 2, 14, 12) - 1 });
    aggregator.flush();
    expect([total(sums('workload', '1h')), aggregator.stats.untimelyFlows]).toEqual([1, 1]);
  });

  it.each([
    ['the port of the server, whichever way a flow goes', { SrcPort: 5432, DstPort: 40_000 }, [5432, undefined]],
    ['no port that clients take', { SrcPort: 40_000, DstPort: 41_000 }, [undefined, undefined]],
    ['both where both are well known', { SrcPort: 53, DstPort: 443 }, [53, 443]],
    ['none where there are no ports', { SrcPort: undefined, DstPort: undefined }, [undefined, undefined]],
  ])('with %s', (_what, ports, kept) => {
    const { aggregator, add, sums } = start();
    add({ ...REQUEST, ...ports });
    aggregator.flush();
    const { line } = sums('workload', '1h')[0]!;
    expect([line.SrcPort, line.DstPort]).toEqual(kept);
  });

  it('keeps names apart that differ in one field only, and names of any text', () => {
    const { aggregator, add, sums } = start();
    const names = ['a', 'a1:b', '1:a', '', '"', '\\', '\u2028', 'é', '0', 'undefined'];
    for (const SrcK8S_Namespace of names) {
      for (const SrcK8S_OwnerName of names) {
        add({ ...REQUEST, SrcK8S_Namespace, SrcK8S_OwnerName });
        add({ ...REQUEST, SrcK8S_Namespace, SrcK8S_OwnerName, Proto: 17 });
      }
    }
    add({ ...REQUEST, SrcK8S_Namespace: undefined });
    aggregator.flush();
    expect(sums('workload', '10m')).toHaveLength(201);
    expect(sums('namespace', '1h')).toHaveLength(21);
    expect(
      new Set(sums('workload', '1h').map(({ line }) => `${line.SrcK8S_Namespace ?? ''} ${line.SrcK8S_OwnerName ?? ''}`))
        .size
    ).toBe(101);
  });

  it('keeps its columns, whatever a name holds', () => {
    const { aggregator, add, sums } = start();
    add({ ...TO_OUTSIDE, Bytes: 5, DstSubnetLabel: 'EXT:a\tb,"c"|d' });
    aggregator.flush();
    for (const level of ['workload', 'external'] as const) {
      expect(sums(level, '1h')[0]!.line).toMatchObject({ Bytes: 5, DstSubnetLabel: 'EXT:a b,"c"|d', DstPort: 443 });
    }
  });
});

describe('when sums are given out', () => {
  it('is once their bucket is over and the lateness has passed', () => {
    const { aggregator, time, add, sums } = start({ latenessSeconds: 60 });
    add({ ...REQUEST, Bytes: 1 });
    time.nowMs = NOON + 11 * MINUTE - 1;
    aggregator.flushDue();
    expect(sums('workload')).toEqual([]);
    time.nowMs++;
    aggregator.flushDue();
    expect(sums('workload').map(({ tier, line }) => [tier, line.Bytes])).toEqual([['10m', 1]]);
    time.nowMs = NOON + 61 * MINUTE;
    aggregator.flushDue();
    expect(sums('workload').map(({ tier, line }) => [tier, line.Bytes])).toEqual([
      ['10m', 1],
      ['1h', 1],
    ]);
  });

  it('lies within the bucket, at its end or now', () => {
    const { aggregator, time, add, sums } = start();
    add(REQUEST);
    time.nowMs = NOON + 4 * MINUTE;
    aggregator.flush();
    expect(new Set(sums().map(({ ms }) => ms))).toEqual(new Set([NOON + 4 * MINUTE]));
    add({ ...REQUEST, TimeFlowEndMs: NOON - 5 * MINUTE });
    add({ ...REQUEST, TimeFlowEndMs: NOON + 13 * MINUTE });
    time.nowMs = NOON + 5 * MINUTE;
    aggregator.flush();
    expect(sums('workload', '10m').map(({ ms }) => ms)).toEqual([NOON + 4 * MINUTE, NOON - 1, NOON + 10 * MINUTE]);
  });

  it('what comes late is another sum of its own bucket', () => {
    const { aggregator, time, add, sums } = start({ latenessSeconds: 60 });
    add({ ...REQUEST, Bytes: 1 });
    time.nowMs = NOON + 11 * MINUTE;
    aggregator.flushDue();
    add({ ...REQUEST, TimeFlowEndMs: NOON + MINUTE, Bytes: 10 });
    add({ ...REQUEST, TimeFlowEndMs: NOON + 2 * MINUTE, Bytes: 100 });
    time.nowMs = NOON + 12 * MINUTE;
    aggregator.flushDue();
    const [first, second] = sums('workload', '10m');
    expect([first!.line.Bytes, second!.line.Bytes, first!.ms, second!.ms]).toEqual([
      1,
      110,
      NOON + 10 * MINUTE - 1,
      NOON + 10 * MINUTE - 1,
    ]);
  });

  it('what comes hours late, bit by bit, is one more sum of each key, not one with each flow', () => {
    const { aggregator, time, add, sums } = start({ latenessSeconds: 60, levels: { namespace: [], node: [] } });
    const tick = () => {
      time.nowMs += 500;
      aggregator.flushDue();
    };
    for (let count = 0; count < 100; count++) {
      add({ ...REQUEST, TimeFlowEndMs: NOON - 120 * MINUTE, Bytes: 1 });
      tick();
    }
    for (let count = 0; count < 240; count++) {
      tick();
    }
    for (const tier of ['10m', '1h']) {
      expect([tier, sums('workload', tier).map(({ line }) => line.Bytes)]).toEqual([tier, [100]]);
    }
  });

  it('what is too late for the stream of all goes to that of its hour', () => {
    const { aggregator, add, sums } = start();
    add({ ...REQUEST, TimeFlowEndMs: NOON - 45 * MINUTE });
    add({ ...REQUEST, TimeFlowEndMs: NOON - 5 * 60 * MINUTE });
    aggregator.flush();
    expect(sums('workload', '10m').map(({ late }) => late)).toEqual([undefined, '07']);
  });

  it('tells which buckets are written, after what is in them', () => {
    const { aggregator, time, add, sums } = start({ latenessSeconds: 60, levels: { external: [], node: [] } });
    add(REQUEST);
    add(TO_OUTSIDE);
    time.nowMs = NOON + 11 * MINUTE;
    aggregator.flushDue();
    const all = sums();
    const ends = (level: string) => [level, level, level, 'bucket'];
    expect(all.map(({ level }) => level)).toEqual([
      ...['workload', 'workload', 'bucket'],
      ...ends('end'),
      ...ends('namespaceEnd'),
    ]);
    expect(all[6]!.line).toMatchObject({ Level: 'end', StartMs: NOON, Keys: 3, Folded: 0, LatenessMs: 60_000 });
    expect(all[2]!.line).toMatchObject({ Level: 'workload', StartMs: NOON, Keys: 2, Folded: 0, LatenessMs: 60_000 });
  });

  it('says where a bucket began before the collector did', () => {
    const { aggregator, time, add, sums } = start({}, NOON + MINUTE);
    add(REQUEST);
    time.nowMs = NOON + 10 * MINUTE;
    add(REQUEST);
    aggregator.flush();
    const told = sums('bucket', '10m').filter(({ line }) => line.Level === 'workload');
    expect(told.map(({ line }) => [line.StartMs, line.Partial])).toEqual([
      [NOON, true],
      [NOON + 10 * MINUTE, undefined],
    ]);
  });

  it('relies on the sums of history from when it is told that all of it is seen', () => {
    const { aggregator, add, sums } = start({ since: '2026-03-14T11:10:00Z' }, NOON);
    for (const minutes of [55, 50, 10]) {
      add({ ...REQUEST, TimeFlowEndMs: NOON - minutes * MINUTE });
    }
    aggregator.flush();
    const told = sums('bucket', '10m').filter(({ line }) => line.Level === 'workload');
    expect(told.map(({ line }) => [line.StartMs, line.Partial])).toEqual([
      [NOON - 60 * MINUTE, true],
      [NOON - 50 * MINUTE, undefined],
      [NOON - 10 * MINUTE, undefined],
    ]);
  });

  it('does not take a time that is to come, nor what is none', () => {
    const { aggregator, add, sums } = start({ since: '2027-01-01T00:00:00+02:00' }, NOON + MINUTE);
    add(REQUEST);
    aggregator.flush();
    expect(sums('bucket', '10m')[0]!.line.Partial).toBe(true);
    expect(aggregateConfig.safeParse({ since: 'yesterday' }).error?.issues[0]?.message).toMatch(
      /is no time; write one like/
    );
  });
});

describe('two lines are never equal', () => {
  it('though two collectors, or two starts of one, sum up the same', () => {
    const made = [start(), start()].flatMap(({ aggregator, add, given }) => {
      add(REQUEST);
      aggregator.flush();
      add(REQUEST);
      aggregator.flush();
      return given;
    });
    const texts = made.map(({ labels, ms, subMs, line }) => JSON.stringify([labels, ms, subMs, line]));
    expect(new Set(texts).size).toBe(texts.length);
  });
});

describe('settings', () => {
  it('no rollups where they are off', () => {
    const { aggregator, add, given } = start({ enabled: false });
    add(REQUEST);
    aggregator.flush();
    expect(given).toEqual([]);
  });

  it('any choice of tiers has the same totals', () => {
    for (const levels of [
      { workload: [], namespace: ['1m', '1h'] },
      { workload: ['1h'], namespace: ['10m'] },
      { workload: ['1m', '10m', '1h'], namespace: ['10m', '1h'] },
    ]) {
      const { aggregator, add, sums } = start({ levels }, NOON + 50 * MINUTE);
      for (let i = 0; i < 50; i++) {
        add({ ...REQUEST, TimeFlowEndMs: NOON + i * MINUTE, Bytes: i });
      }
      aggregator.flush();
      for (const [level, tiers] of Object.entries(levels)) {
        tiers.forEach((tier) => expect([level, tier, total(sums(level, tier))]).toEqual([level, tier, 1225]));
      }
    }
  });

  it('every level folds into fields that it has', () => {
    for (const level of Object.values(ROLLUP_LEVELS)) {
      expect(Object.keys(level.fields)).toEqual(expect.arrayContaining([...level.keptInFold]));
      Object.values(level.slots).forEach((fields) =>
        expect(Object.keys(level.fields)).toEqual(expect.arrayContaining([...fields]))
      );
    }
  });
});
