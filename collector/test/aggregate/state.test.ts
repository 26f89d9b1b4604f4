import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WRITTEN_AS, writtenName, type LevelName } from '@netobserv-flows/schema';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Aggregator, aggregateConfig, type RollupLine } from '../../src/aggregate';
import { RollupKeeper } from '../../src/keeper';
import { seeded } from '../dedup/simulation';
import { keepingLog } from '../enrich/files';
import { record } from '../loki/flows';
import { contentOf, MINUTE, NOON, REQUEST } from './sums';

const folders: string[] = [];
afterEach(() => {
  vi.useRealTimers();
  folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true }));
});

function stateFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollups-'));
  folders.push(folder);
  return join(folder, 'rollups.json');
}

/** A Loki that keeps one of equal lines, and sums up. */
function loki() {
  const stored = new Map<string, RollupLine>();
  const total = (tier: string, level: LevelName) =>
    [...stored.values()]
      .filter(({ labels }) =>
        [tier, WRITTEN_AS[level].level].every((wanted) => labels.some(([, value]) => value === wanted))
      )
      .reduce((sum, line) => sum + Number(contentOf(line)[writtenName(level, 'Bytes')] ?? 0), 0);
  const store = (line: RollupLine) =>
    void stored.set(JSON.stringify([line.labels, line.ms, line.subMs, line.line]), line);
  return { store, total };
}

/** A collector's rollups: what it sends reaches Loki in the next turn, if it lives until then. */
function start(file: string, settings: object = {}) {
  const sent: RollupLine[] = [];
  const log = keepingLog();
  const config = aggregateConfig.parse({
    stateFile: file,
    latenessSeconds: 1,
    levels: { namespace: ['1h'], workload: ['1m', '1h'] },
    ...settings,
  });
  const aggregator = new Aggregator(config, (line) => sent.push(line), Date.now);
  const keeper = new RollupKeeper(aggregator, config, log);
  return { aggregator, keeper, sent, log };
}

describe('a kill', () => {
  it.each([1, 2, 3])('loses at most ten seconds of sums, and no sum counts twice (seed %i)', (seed) => {
    vi.useFakeTimers({ now: NOON });
    const random = seeded(seed);
    const file = stateFile();
    const { store, total } = loki();
    let running = start(file);
    let [added, kills] = [0, 0];
    let lastAdds: Array<{ ms: number; bytes: number }> = [];
    let mayBeLost = 0;
    for (let second = 0; second < 500; second++) {
      for (let i = 0; i < 3; i++) {
        const bytes = 1 + Math.floor(random() * 1_000);
        running.aggregator.add(
          record({
            ...REQUEST,
            SrcK8S_OwnerName: `w${Math.floor(random() * 5)}`,
            TimeFlowEndMs: Date.now() - Math.floor(random() * 3 * MINUTE),
            Bytes: bytes,
          })
        );
        added += bytes;
        lastAdds.push({ ms: Date.now(), bytes });
      }
      running.keeper.tick();
      const killed = random() < 0.05;
      // Some of what was sent reaches Loki before the end, some does not, and some was stored though nobody knew.
      for (const line of running.sent.splice(0)) {
        if (!killed || random() < 0.5) {
          store(line);
        }
      }
      lastAdds = lastAdds.filter(({ ms }) => Date.now() - ms <= 10_000);
      if (killed) {
        kills++;
        mayBeLost += lastAdds.reduce((sum, { bytes }) => sum + bytes, 0);
        running = start(file);
      }
      vi.setSystemTime(Date.now() + 1_000);
    }
    running.keeper.end();
    running.sent.forEach(store);
    expect(kills).toBeGreaterThan(10);
    for (const [tier, level] of [
      ['1m', 'workload'],
      ['1h', 'workload'],
      ['1h', 'namespace'],
      ['1h', 'source'],
    ] as const) {
      expect([tier, level, total(tier, level) <= added, total(tier, level) >= added - mayBeLost]).toEqual([
        tier,
        level,
        true,
        true,
      ]);
    }
    expect(total('1m', 'workload')).toBe(total('1h', 'workload'));
  });

  it('right after saving loses nothing', () => {
    vi.useFakeTimers({ now: NOON });
    const file = stateFile();
    const first = start(file);
    first.aggregator.add(record({ ...REQUEST, TimeFlowEndMs: NOON, Bytes: 42, DstK8S_OwnerName: undefined }));
    first.keeper.tick();
    expect(first.sent).toEqual([]);
    const { store, total } = loki();
    const second = start(file);
    second.aggregator.add(record({ ...REQUEST, TimeFlowEndMs: NOON, Bytes: 100, DstK8S_OwnerName: undefined }));
    second.keeper.end();
    second.sent.forEach(store);
    expect([total('1m', 'workload'), total('1h', 'node')]).toEqual([142, 142]);
  });
});

describe('lines that were given out', () => {
  /** What is given out again after a kill so long after they were. */
  function givenAgain(afterMs: number): { first: RollupLine[]; again: RollupLine[] } {
    vi.useFakeTimers({ now: NOON });
    const { aggregator, sent } = start(stateFile());
    aggregator.add(record({ ...REQUEST, TimeFlowEndMs: NOON }));
    aggregator.flush();
    vi.setSystemTime(NOON + afterMs);
    const saved = aggregator.snapshot();
    const next = start(stateFile());
    expect(next.aggregator.restore(saved)).toBe(0);
    return { first: sent, again: next.sent };
  }

  it('are given out again for as long as they may not be stored, the same ones', () => {
    const { first, again } = givenAgain(MINUTE);
    expect(first.length).toBeGreaterThan(4);
    expect(again).toEqual(first);
  });

  it('are saved no longer than that', () => {
    expect(givenAgain(3 * MINUTE).again).toEqual([]);
  });
});

describe('a state of an earlier build', () => {
  it('is read, and what it says beyond sums is not written again', () => {
    vi.useFakeTimers({ now: NOON });
    const file = stateFile();
    const first = start(file);
    first.aggregator.add(record({ ...REQUEST, TimeFlowEndMs: NOON, Bytes: 42, DstK8S_OwnerName: undefined }));
    first.keeper.tick();
    const saved = JSON.parse(readFileSync(file, 'utf8')) as { buckets: object[] };
    const earlier = { ...saved, buckets: saved.buckets.map((bucket) => ({ ...bucket, dueMs: NOON + MINUTE })) };
    writeFileSync(file, JSON.stringify(earlier));
    const { store, total } = loki();
    const { aggregator, keeper, sent } = start(file);
    expect(aggregator.snapshot().buckets).toEqual(saved.buckets);
    expect(saved.buckets[0]).not.toHaveProperty('dueMs');
    keeper.end();
    sent.forEach(store);
    expect(total('1m', 'workload')).toBe(42);
  });
});

describe('a save that takes long', () => {
  it('is followed by a rest of five times as long, in which no sums are given out', () => {
    vi.useFakeTimers({ now: NOON });
    const { aggregator, keeper, sent, log } = start(stateFile());
    const saves: number[] = [];
    const snapshot = aggregator.snapshot.bind(aggregator);
    vi.spyOn(aggregator, 'snapshot').mockImplementation(() => {
      saves.push(Date.now() - NOON);
      vi.advanceTimersByTime(3_000);
      return snapshot();
    });
    for (let second = 0; second < 40; second++) {
      aggregator.add(record({ ...REQUEST, TimeFlowEndMs: NOON - 10 * MINUTE }));
      keeper.tick();
      vi.advanceTimersByTime(1_000);
    }
    expect(saves).toEqual([0, 18_000, 36_000]);
    expect(sent.length).toBeGreaterThan(0);
    expect(log.entries).toEqual([]);
  });
});

describe('more lines at once than are saved', () => {
  it('are told of once', () => {
    vi.useFakeTimers({ now: NOON });
    const { aggregator, keeper, log } = start(stateFile());
    for (let second = 0; second < 4; second++) {
      for (let hour = 0; hour < 150; hour++) {
        const SrcK8S_OwnerName = 'w'.repeat(150_000);
        aggregator.add(record({ ...REQUEST, SrcK8S_OwnerName, TimeFlowEndMs: Date.now() - hour * 60 * MINUTE }));
      }
      vi.setSystemTime(Date.now() + 61 * MINUTE);
      keeper.tick();
    }
    expect(log.entries.map(({ message }) => message)).toEqual([expect.stringContaining('too many lines of rollups')]);
  });
});

describe('a state that cannot be used', () => {
  it.each([
    ['no JSON', '{"version":1'],
    ['another version', '{"version":2,"buckets":[],"given":[]}'],
    ['something else', '[1,2,3]'],
  ])('%s: is told of, and left', (_what, text) => {
    const file = stateFile();
    writeFileSync(file, text);
    const { log, aggregator } = start(file);
    expect(log.entries).toEqual([
      expect.objectContaining({ level: 'warn', message: expect.stringContaining('cannot be read') }),
    ]);
    expect(aggregator.stats.openKeys).toBe(0);
  });

  it('sums of levels that are not written any more are told of', () => {
    vi.useFakeTimers({ now: NOON });
    const file = stateFile();
    const { aggregator, keeper } = start(file);
    aggregator.add(record({ ...REQUEST, TimeFlowEndMs: NOON }));
    keeper.tick();
    const { log } = start(file, { levels: { workload: ['1h'] } });
    expect(log.entries[0]!.fields).toMatchObject({ buckets: 1 });
  });

  it('sums under other fields than are written now are told of, and are not taken for what they are not', () => {
    vi.useFakeTimers({ now: NOON });
    const file = stateFile();
    const { aggregator, keeper } = start(file);
    aggregator.add(record({ ...REQUEST, TimeFlowEndMs: NOON, Bytes: 42 }));
    keeper.tick();
    const saved = JSON.parse(readFileSync(file, 'utf8')) as { buckets: Array<{ level: string; fields: string[] }> };
    const buckets = saved.buckets.map((bucket) =>
      bucket.level === 'workload' ? { ...bucket, fields: [...bucket.fields].reverse() } : bucket
    );
    writeFileSync(file, JSON.stringify({ ...saved, buckets }));
    const { store, total } = loki();
    const next = start(file);
    expect(next.log.entries[0]!.fields).toMatchObject({ buckets: 1 });
    next.keeper.end();
    next.sent.forEach(store);
    expect([total('1m', 'workload'), total('1h', 'node')]).toEqual([0, 42]);
  });

  it('a folder that is not there is told of once', () => {
    const { keeper, log } = start(join(stateFile(), 'no', 'such'));
    keeper.tick();
    keeper.end();
    expect(log.entries.map(({ message }) => message)).toEqual([expect.stringContaining('a kill would lose them')]);
  });

  it('is whole on disk whenever it is read', () => {
    const file = stateFile();
    const { keeper } = start(file);
    keeper.tick();
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ version: 1, buckets: [], given: [] });
  });
});
