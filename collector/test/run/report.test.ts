import { describe, expect, it } from 'vitest';
import { Counts } from '../../src/counts';
import { PushTimes } from '../../src/pushTimes';
import { Report, type ReportSources } from '../../src/report';

const LOKI = {
  pendingFlows: 3,
  queueBytes: 900,
  streams: 2,
  workloads: 1,
  recoveredFlows: 0,
  retries: 4,
  folded: 1,
  rollupsStored: 60,
  rollupsLost: 5,
};

function start(sources: Partial<ReportSources> = {}) {
  const counts = new Counts();
  const pushTimes = new PushTimes();
  const report = new Report(
    {
      counts,
      loki: () => LOKI,
      pushTimes,
      aggregate: () => ({ openKeys: 7, lines: 70, foldedKeys: 2, untimelyFlows: 3, forgottenLines: 0 }),
      templates: () => 88,
      nameOf: (address) => (address === '10.0.0.1' ? 'worker-1' : undefined),
      kernelDrops: async () => new Map([[2055, 7]]),
      ...sources,
    },
    1_000_000
  );
  const at = async (ms: number) =>
    (await report.lines(ms)).map(({ labels, ms: time, subMs, line }) => ({
      kind: Object.fromEntries(labels).kind,
      app: Object.fromEntries(labels).app,
      time,
      subMs,
      ...(JSON.parse(line) as Record<string, unknown>),
    }));
  return { counts, pushTimes, at };
}

describe('the report on itself', () => {
  it('says what happened since the one before, and how things stand', async () => {
    const { counts, at } = start();
    counts.received('10.0.0.1', 100, 1_010_000);
    counts.message('10.0.0.1', 10, -4_200);
    counts.decoded('10.0.0.1', 10, 400);
    counts.duplicate('10.0.0.1');
    counts.stored('10.0.0.1', 6);
    counts.lost('queue_full', '10.0.0.1', 2);
    counts.lost('no_template', '10.0.0.2', 3);
    const first = await at(1_060_000);
    expect(first).toMatchObject([
      {
        app: 'netobserv-collector',
        kind: 'collector',
        IntervalSeconds: 60,
        Datagrams: 1,
        DatagramBytes: 100,
        Decoded: 10,
        Duplicates: 1,
        Stored: 6,
        Lost: 5,
        KernelDrops: 7,
        PushRetries: 4,
        Folded: 1,
        RollupLines: 70,
        RollupLinesStored: 60,
        RollupLinesLost: 5,
        RollupKeysFolded: 2,
        Pending: 3,
        QueueBytes: 900,
        Streams: 2,
        Workloads: 1,
        Templates: 88,
        RollupKeys: 7,
      },
      {
        kind: 'exporter',
        Exporter: '10.0.0.1',
        Name: 'worker-1',
        Versions: [10],
        Sampling: 400,
        ClockSkewMs: -4_200,
        Datagrams: 1,
        Decoded: 10,
        Stored: 6,
        Lost: 2,
        LastSeenMs: 1_010_000,
      },
      { kind: 'loss', Exporter: '10.0.0.1', Stage: 'store', Reason: 'queue_full', Count: 2 },
      { kind: 'exporter', Exporter: '10.0.0.2', Datagrams: 0, Lost: 3 },
      { kind: 'loss', Exporter: '10.0.0.2', Stage: 'decode', Reason: 'no_template', Count: 3 },
    ]);
    // Of the second nothing came that could be told the time of.
    expect(first.map((line) => 'LastSeenMs' in line)).toEqual([false, true, false, false, false]);
    counts.stored('10.0.0.1', 1);
    counts.lost('queue_full', '10.0.0.1', 1);
    expect(await at(1_120_000)).toMatchObject([
      { kind: 'collector', Datagrams: 0, Stored: 1, Lost: 1, KernelDrops: 0, PushRetries: 0, Pending: 3 },
      { kind: 'exporter', Exporter: '10.0.0.1', Datagrams: 0, Stored: 1, Lost: 1, LastSeenMs: 1_010_000 },
      { kind: 'loss', Reason: 'queue_full', Count: 1 },
      { kind: 'exporter', Exporter: '10.0.0.2', Lost: 0 },
    ]);
  });

  it('adds up to all that was counted, also where exporters make room for others and come back', async () => {
    const { counts, at } = start();
    const HOUR_MS = 3_600_000;
    const sums = { Stored: 0, Lost: 0, byExporter: 0, byReason: 0 };
    for (let hour = 0; hour < 12; hour++) {
      counts.sample(hour * 2 * HOUR_MS);
      for (let host = 0; host < 150; host++) {
        // Two halves that come by turns, and more than there are places.
        const exporter = `10.0.${hour % 2}.${host}`;
        counts.stored(exporter, 1);
        counts.lost('rejected', exporter, 2);
      }
      for (const { kind, ...line } of await at(hour * 2 * HOUR_MS)) {
        const { Stored = 0, Lost = 0, Count = 0 } = line as Record<string, unknown> as Record<string, number>;
        expect(Math.min(Stored, Lost, Count)).toBeGreaterThanOrEqual(0);
        sums.Stored += kind === 'collector' ? Stored : 0;
        sums.Lost += kind === 'collector' ? Lost : 0;
        sums.byExporter += kind === 'exporter' ? Stored : 0;
        sums.byReason += kind === 'loss' ? Count : 0;
      }
    }
    expect(sums).toEqual({ Stored: 1800, Lost: 3600, byExporter: 1800, byReason: 3600 });
  });

  it('tells what is new of an exporter that made room and came back between two reports', async () => {
    const { counts, at } = start();
    counts.stored('10.0.0.1', 10);
    counts.sample(0);
    for (let host = 0; host < 199; host++) {
      counts.stored(`10.1.0.${host}`, 1);
    }
    counts.sample(1000);
    await at(1000);
    counts.sample(7_200_000);
    counts.stored('10.2.0.1', 1);
    counts.stored('10.0.0.1', 3);
    const lines = (await at(7_200_000)) as unknown as Array<Record<string, unknown>>;
    expect(lines[0]).toMatchObject({ kind: 'collector', Stored: 4 });
    expect(lines.filter(({ Exporter }) => Exporter === '10.0.0.1')).toMatchObject([{ Stored: 3 }]);
  });

  it('has no equal lines, of one collector or of two', async () => {
    const lines = await Promise.all([start(), start()].map(({ at }) => at(1_060_000)));
    const { subMs: _one, ...first } = lines[0]![0]!;
    const { subMs: _two, ...second } = lines[1]![0]!;
    expect(first).not.toEqual(second);
  });

  it('says how many pushes to Loki there were and how long they took, and nothing of the longest of none', async () => {
    const { pushTimes, at } = start();
    [0.25, 1.5, 0.0501].forEach((seconds) => pushTimes.add(seconds));
    expect((await at(1_060_000))[0]).toMatchObject({ Pushes: 3, PushSeconds: 1.8, PushSecondsMax: 1.5 });
    pushTimes.add(0.125);
    expect((await at(1_120_000))[0]).toMatchObject({ Pushes: 1, PushSeconds: 0.125, PushSecondsMax: 0.125 });
    const [none] = await at(1_180_000);
    expect(none).toMatchObject({ Pushes: 0, PushSeconds: 0 });
    expect(none).not.toHaveProperty('PushSecondsMax');
  });

  it('leaves out what the system does not tell', async () => {
    const { at } = start({ kernelDrops: async () => undefined });
    expect((await at(1_060_000))[0]).not.toHaveProperty('KernelDrops');
  });
});
