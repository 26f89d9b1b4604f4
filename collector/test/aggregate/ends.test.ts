import { describe, expect, it } from 'vitest';
import { aggregateConfig, type RollupLine } from '../../src/aggregate';
import { contentOf, MINUTE, NOON, REQUEST, start, TO_OUTSIDE } from './sums';

/** Whether a line is of a level, over ten minutes. */
function isOf({ labels }: RollupLine, level: string): boolean {
  const of = Object.fromEntries(labels);
  return of.level === level && of.tier === '10m';
}

describe('what is summed up by single ends', () => {
  it('is one line for what an end sent and received', () => {
    const { aggregator, add, given } = start();
    add({ ...REQUEST, Bytes: 100, Packets: 2 });
    add({ ...TO_OUTSIDE, Bytes: 7, Packets: 1 });
    add({
      ...REQUEST,
      SrcK8S_OwnerName: 'pg',
      SrcK8S_Namespace: 'db',
      DstK8S_OwnerName: 'web',
      DstK8S_Namespace: 'shop',
    });
    aggregator.flush();
    const lines = given.filter((line) => isOf(line, 'end'));
    const byName = new Map(
      lines.map((line) => {
        const { labels } = line;
        const { Slot, Part: _, ...sums } = contentOf(line);
        const slots = parseInt(String(Slot), 16) < 8 ? '0-7' : '8-f';
        expect(Object.fromEntries(labels)).toEqual({
          app: 'netobserv-rollup',
          tier: '10m',
          level: 'end',
          ends: 'Src_Dst_Namespace',
          slots,
        });
        return [`${String(sums.K8S_OwnerName)} ${String(sums.K8S_OwnerType)}`, sums];
      })
    );
    expect(byName.get('undefined undefined')).toEqual({
      SubnetLabel: 'EXT:internet',
      DstBytes: 7,
      DstFlows: 1,
      DstPackets: 1,
    });
    expect(byName.get('web Deployment')).toMatchObject({
      K8S_Namespace: 'shop',
      K8S_Type: 'Pod',
      SrcBytes: 107,
      SrcFlows: 2,
    });
    // Another kind of owner is another end.
    expect(byName.get('web StatefulSet')).toMatchObject({ DstFlows: 1 });
    expect(byName.size).toBe(5);
  });

  it('is also one line for what a namespace sent and received, by kind', () => {
    const { aggregator, add, given } = start();
    add({ ...REQUEST, Bytes: 100, Packets: 2 });
    add({ ...REQUEST, SrcK8S_OwnerName: 'api', Bytes: 10, Packets: 1 });
    add({ ...REQUEST, DstK8S_Type: 'Service', Bytes: 3, Packets: 1 });
    add({ ...TO_OUTSIDE, Bytes: 7, Packets: 1 });
    aggregator.flush();
    const lines = given.filter((line) => isOf(line, 'namespaceEnd'));
    for (const { labels } of lines) {
      expect(Object.fromEntries(labels)).toEqual({
        app: 'netobserv-rollup',
        tier: '10m',
        level: 'namespaceEnd',
        ends: 'Src_Dst',
      });
    }
    const sums = lines.map((line) => {
      const { Slot: _slot, Part: _part, ...told } = contentOf(line);
      return told;
    });
    expect(sums).toHaveLength(4);
    expect(sums).toEqual(
      expect.arrayContaining([
        { K8S_Namespace: 'shop', K8S_Type: 'Pod', SrcBytes: 120, SrcPackets: 5, SrcFlows: 4 },
        { K8S_Namespace: 'db', K8S_Type: 'Pod', DstBytes: 110, DstPackets: 3, DstFlows: 2 },
        { K8S_Namespace: 'db', K8S_Type: 'Service', DstBytes: 3, DstPackets: 1, DstFlows: 1 },
        { DstBytes: 7, DstPackets: 1, DstFlows: 1 },
      ])
    );
  });

  it('by namespace is whole where the workloads of small keys were put together', () => {
    const { aggregator, add, given } = start({ maxKeys: 20 });
    for (let i = 0; i < 500; i++) {
      add({ ...REQUEST, SrcK8S_OwnerName: `w${i}`, Bytes: i });
    }
    aggregator.flush();
    const folded = (level: string) =>
      new Set(given.filter((line) => isOf(line, level)).map(({ labels }) => Object.fromEntries(labels).folded));
    expect([...folded('end')]).toContain('detail');
    expect([...folded('namespaceEnd')]).toEqual([undefined]);
    const facts = given
      .filter((line) => isOf(line, 'bucket'))
      .map((line) => contentOf(line))
      .filter(({ Level }) => Level === 'namespaceEnd');
    expect(facts).toMatchObject([{ Keys: 2, Folded: 0 }]);
  });

  it('has the slots of the sums by workload, so that shares of both are of the same ends', () => {
    const { aggregator, add, given } = start();
    const names = Array.from({ length: 40 }, (_, index) => `w${index}`);
    names.forEach((SrcK8S_OwnerName) => add({ ...REQUEST, SrcK8S_OwnerName }));
    aggregator.flush();
    const of = (level: string) =>
      given.filter((line) => isOf(line, level)).map((line) => contentOf(line) as Record<string, string>);
    const slots = new Map(of('workload').map(({ SrcK8S_OwnerName = '', SrcSlot }) => [SrcK8S_OwnerName, SrcSlot]));
    const ends = of('end').filter(({ SrcBytes }) => SrcBytes !== undefined);
    expect(ends).toHaveLength(40);
    expect(ends.every(({ K8S_OwnerName = '', Slot }) => slots.get(K8S_OwnerName) === Slot)).toBe(true);
  });

  it('is what the sums by workload are, also late, after too many keys, and with what a state held', () => {
    const { aggregator, time, add, given } = start({ maxKeys: 20 });
    for (let i = 0; i < 500; i++) {
      add({ ...REQUEST, SrcK8S_OwnerName: `w${i}`, Bytes: i });
    }
    time.nowMs = NOON + 11 * MINUTE;
    aggregator.flushDue();
    add({ ...REQUEST, TimeFlowEndMs: NOON, Bytes: 1_000 });
    add({ ...REQUEST, Bytes: 10_000 });
    const other = start({ maxKeys: 20 }, time.nowMs);
    expect(other.aggregator.restore(aggregator.snapshot())).toBe(0);
    other.aggregator.flush();
    const sum = (level: string, name: string) =>
      [...given, ...other.given]
        .filter((line) => isOf(line, level))
        .reduce((total, line) => total + Number(contentOf(line)[name] ?? 0), 0);
    expect(sum('workload', 'Bytes')).toBe(124_750 + 11_000);
    for (const level of ['end', 'namespaceEnd']) {
      expect([sum(level, 'SrcBytes'), sum(level, 'DstBytes')]).toEqual([135_750, 135_750]);
    }
  });

  /** The tiers in which lines of a level are written, and how they say that their flows are in coarser lines too. */
  const markedIn = (of: string) => (levels: object) => {
    const { aggregator, add, given } = start({ levels });
    add({ ...REQUEST, DstK8S_OwnerName: 'web', DstK8S_OwnerType: 'Deployment', DstK8S_Namespace: 'shop' });
    aggregator.flush();
    return given
      .map(({ labels }) => Object.fromEntries(labels))
      .filter(({ level }) => level === of)
      .map(({ tier, ends }) => [tier, ends]);
  };

  it('says on the lines by workload whether there are any', () => {
    const marked = markedIn('workload');
    expect(marked({})).toEqual([
      ['10m', 'Src_Dst'],
      ['1h', 'Src_Dst'],
    ]);
    expect(marked({ end: [] })).toEqual([
      ['10m', undefined],
      ['1h', undefined],
    ]);
    expect(marked({ workload: ['1h'] })).toEqual([['1h', 'Src_Dst']]);
    expect(marked({ end: ['10m'] })).toEqual([
      ['10m', 'Src_Dst'],
      ['1h', undefined],
    ]);
  });

  it('says on the lines by one workload whether there are any by its namespace', () => {
    const marked = markedIn('end');
    expect(marked({})).toEqual([
      ['10m', 'Src_Dst_Namespace'],
      ['1h', 'Src_Dst_Namespace'],
    ]);
    expect(marked({ namespaceEnd: ['1h'] })).toEqual([
      ['10m', 'Src_Dst'],
      ['1h', 'Src_Dst_Namespace'],
    ]);
    expect(markedIn('namespaceEnd')({ end: ['1h'] })).toEqual([['1h', 'Src_Dst']]);
    expect(markedIn('namespaceEnd')({ end: [] })).toEqual([]);
  });

  it('by namespace needs those by workload of an end', () => {
    const { error } = aggregateConfig.safeParse({ levels: { end: ['1h'], namespaceEnd: ['10m', '1h'] } });
    expect(error?.issues.map(({ path, message }) => [path.join('.'), message])).toEqual([
      [
        'levels.namespaceEnd',
        expect.stringMatching(/has 10m, in which aggregate.levels.end is not written.*add it there/),
      ],
    ]);
  });

  it('needs the sums by workload', () => {
    const { error } = aggregateConfig.safeParse({ levels: { workload: ['1h'], end: ['10m'] } });
    expect(error?.issues.map(({ path, message }) => [path.join('.'), message])).toEqual([
      ['levels.end', expect.stringMatching(/has 10m, in which aggregate.levels.workload is not written.*add it there/)],
    ]);
  });
});
