import { describe, expect, it } from 'vitest';
import { ClockWatch } from '../../src/clocks';
import { Counts } from '../../src/counts';

function watch() {
  const counts = new Counts();
  const logged: Array<{ level: string; fields: object; message: string }> = [];
  const log = (level: string) => (fields: object, message: string) => void logged.push({ level, fields, message });
  const clocks = new ClockWatch({
    counts,
    maxSkewMs: 10_000,
    nameOf: (address) => (address === '10.0.0.1' ? 'worker-1' : undefined),
    log: { info: log('info'), warn: log('warn') } as never,
  });
  return { counts, clocks, logged };
}

describe('a clock that is off', () => {
  it('is warned of with its exporter, by how much, and what to do', () => {
    const { counts, clocks, logged } = watch();
    counts.message('10.0.0.1', 10, -90_000.4);
    counts.message('10.0.0.2', 9, 12_000);
    clocks.check(0);
    expect(logged).toEqual([
      {
        level: 'warn',
        fields: { exporter: '10.0.0.1', name: 'worker-1', skewMs: -90_000, maxSkewMs: 10_000 },
        message:
          "the clock of an exporter is 90000 ms behind this host's, so its flows have wrong times: have it, and this " +
          'host, follow an NTP server; where that cannot be, raise decode.maxClockSkewMs',
      },
      expect.objectContaining({
        fields: { exporter: '10.0.0.2', skewMs: 12_000, maxSkewMs: 10_000 },
        message: expect.stringContaining("is 12000 ms ahead of this host's"),
      }),
    ]);
  });

  it('is forgotten with its exporter, once that has made room for others', () => {
    const { counts, clocks, logged } = watch();
    for (let host = 0; host < 200; host++) {
      counts.received(`10.1.0.${host}`, 1, 0);
    }
    counts.message('10.1.0.0', 10, 90_000);
    counts.sample(0);
    clocks.check(0);
    counts.sample(3_600_001);
    counts.received('10.2.0.0', 1, 0);
    clocks.check(3_600_001);
    counts.sample(3_600_002);
    counts.message('10.1.0.0', 10, 0);
    clocks.check(3_600_002);
    expect(logged.map(({ level }) => level)).toEqual(['warn']);
  });

  it('is warned of once an hour, and told of when it is right again', () => {
    const { counts, clocks, logged } = watch();
    counts.message('10.0.0.1', 10, 60_000);
    for (let second = 0; second <= 3600; second++) {
      clocks.check(second * 1000);
    }
    expect(logged.map(({ level }) => level)).toEqual(['warn', 'warn']);
    for (let message = 0; message < 200; message++) {
      counts.message('10.0.0.1', 10, 0);
    }
    clocks.check(3_601_000);
    clocks.check(3_602_000);
    expect(logged.slice(2)).toEqual([
      {
        level: 'info',
        fields: { exporter: '10.0.0.1', name: 'worker-1', skewMs: expect.any(Number) },
        message: 'the clock of an exporter is right again',
      },
    ]);
    // A clock that goes to and fro, or datagrams that somebody else makes up, fill no log.
    for (let second = 3603; second < 7200; second++) {
      counts.message('10.0.0.1', 10, second % 100 === 0 ? 1_000_000 : 0);
      clocks.check(second * 1000);
    }
    expect(logged).toHaveLength(3);
    counts.message('10.0.0.1', 10, 1_000_000);
    clocks.check(7_200_000);
    expect(logged.at(-1)?.level).toBe('warn');
  });

  it('is none where it is within the bound, is not told, or is one of many that are not told apart', () => {
    const { counts, clocks, logged } = watch();
    counts.message('10.0.0.1', 10, 9_999);
    counts.message('10.0.0.2', 'sflow5', undefined);
    for (let host = 0; host < 300; host++) {
      counts.message(`10.1.${host >> 8}.${host & 255}`, 10, host < 198 ? 0 : 99_000);
    }
    clocks.check(0);
    expect(logged).toEqual([]);
  });
});
