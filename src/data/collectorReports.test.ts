import { readReports } from './collectorReports';

const exporter = (rest: object) => ({
  kind: 'exporter',
  Instance: 'a',
  Exporter: '10.0.0.1',
  IntervalSeconds: 60,
  ...rest,
});
const loss = (Reason: string, Count: number, Exporter = '10.0.0.1') => ({
  kind: 'loss',
  Instance: 'a',
  Exporter,
  Reason,
  Count,
});

describe('reports of collectors', () => {
  it('takes the newest line of each exporter, and losses of all lines', () => {
    const { collectors, exporters } = readReports([
      { kind: 'collector', Instance: 'a' },
      exporter({ Decoded: 600, LastSeenMs: 5000, Versions: [10], Sampling: 400, ClockSkewMs: -20, Name: 'worker-1' }),
      loss('queue_full', 2),
      loss('no_template', 7),
      exporter({ Decoded: 60, LastSeenMs: 4000 }),
      loss('queue_full', 3),
      exporter({ Exporter: '10.0.0.2', Decoded: 0, LastSeenMs: 0, Versions: ['sflow5', 9, 77] }),
    ]);
    expect(collectors).toEqual(['a']);
    expect(exporters).toEqual([
      {
        collector: 'a',
        address: '10.0.0.1',
        name: 'worker-1',
        protocols: ['IPFIX'],
        lastSeenMs: 5000,
        flowsPerSecond: 10,
        sampling: 400,
        clockSkewMs: -20,
        lost: [
          { reason: 'no_template', count: 7 },
          { reason: 'queue_full', count: 5 },
        ],
      },
      {
        collector: 'a',
        address: '10.0.0.2',
        protocols: ['sFlow', 'NetFlow v9'],
        flowsPerSecond: 0,
        lost: [],
      },
    ]);
  });

  it('tells exporters of two collectors apart', () => {
    const { collectors, exporters } = readReports([exporter({}), exporter({ Instance: 'b' })]);
    expect(collectors).toEqual(['a', 'b']);
    expect(exporters).toHaveLength(2);
  });

  it('tells an exporter once where another collector took it over, with what was lost to both', () => {
    const before = { Instance: 'collector.1', LastSeenMs: 1000, Decoded: 30 };
    const now = { Instance: 'collector.2', LastSeenMs: 9000, Decoded: 60 };
    const { exporters } = readReports([
      exporter({ ...now, LastSeenMs: 9500 }),
      { ...loss('queue_full', 1), Instance: 'collector.2' },
      exporter(now),
      exporter({ ...before, LastSeenMs: 2000 }),
      { ...loss('queue_full', 2), Instance: 'collector.1' },
      { ...loss('no_template', 4), Instance: 'collector.1' },
      exporter(before),
    ]);
    expect(exporters.map(({ collector, lastSeenMs, lost }) => ({ collector, lastSeenMs, lost }))).toEqual([
      {
        collector: 'collector.2',
        lastSeenMs: 9500,
        lost: [
          { reason: 'no_template', count: 4 },
          { reason: 'queue_full', count: 3 },
        ],
      },
    ]);
  });

  it('tells an exporter of each collector that goes on reporting it', () => {
    const from = (Instance: string) => exporter({ Instance });
    const both = readReports([from('a'), from('b'), from('a'), from('b')]);
    expect(both.collectors).toEqual(['a', 'b']);
    expect(both.exporters).toHaveLength(2);
    // The one that reports no more is told where no other took over.
    const { exporters } = readReports([from('a'), exporter({ Instance: 'b', Exporter: '10.0.0.9' }), from('a')]);
    expect(exporters.map(({ address }) => address)).toEqual(['10.0.0.1', '10.0.0.9']);
  });

  it('takes nothing from values of another type', () => {
    const odd = exporter({
      Decoded: 'many',
      LastSeenMs: null,
      Versions: 'x',
      Sampling: '9',
      IntervalSeconds: 0,
      Name: 3,
    });
    expect(readReports([odd, { kind: 'loss', Reason: 5, Count: '2' }, {}]).exporters).toEqual([
      { collector: 'a', address: '10.0.0.1', protocols: [], flowsPerSecond: 0, lost: [] },
    ]);
  });
});
