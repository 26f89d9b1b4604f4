import { describe, expect, it } from 'vitest';
import { Counts } from '../../src/counts';
import type { Datagram, Flow, ReportLoss } from '../../src/flow';
import { createLog, RateLimit } from '../../src/log';
import { createLearner, createPipeline, type Stages } from '../../src/pipeline';
import { flow } from '../loki/flows';

const datagram = { payload: Buffer.from('xyz'), address: '192.0.2.1', port: 9, receivedMs: 1234 };

function run(stages: Partial<Stages>, datagrams: readonly Datagram[] = [datagram]) {
  const counts = new Counts();
  const written: Flow[] = [];
  const calls: string[] = [];
  const summed: number[] = [];
  const onLoss: ReportLoss = (reason, exporter, count) => counts.lost(reason, exporter, count);
  const pipeline = createPipeline(
    {
      decode: () => [flow({ Bytes: 1 }), flow({ Bytes: 2 }), flow({ Bytes: 3 })],
      enrich: ({ Bytes }) => calls.push(`enrich ${Bytes}`),
      mark: ({ Bytes }, receivedMs) => calls.push(`mark ${Bytes} ${receivedMs}`),
      write: (one) => written.push(one),
      aggregate: ({ Bytes }) => summed.push(Bytes),
      ...stages,
    },
    counts,
    onLoss
  );
  pipeline(datagrams);
  return { counts, written: written.map(({ record }) => record.Bytes), calls, summed };
}

describe('the way of a datagram', () => {
  it('is decode, enrich, mark, write, sum up; each flow in turn', () => {
    const { counts, written, calls, summed } = run({});
    expect(calls).toEqual(['enrich 1', 'mark 1 1234', 'enrich 2', 'mark 2 1234', 'enrich 3', 'mark 3 1234']);
    expect(written).toEqual([1, 2, 3]);
    expect(summed).toEqual([1, 2, 3]);
    expect([counts.total('datagrams'), counts.total('bytes'), counts.total('decoded')]).toEqual([1, 3, 3]);
  });

  it('decodes some datagrams before their flows go on, each with the time of its own', () => {
    const order: string[] = [];
    const decode: Stages['decode'] = ({ receivedMs }) => {
      order.push(`decode ${receivedMs}`);
      return [flow({ Bytes: receivedMs })];
    };
    const mark: Stages['mark'] = ({ Bytes }, receivedMs) => order.push(`mark ${Bytes} ${receivedMs}`);
    const many = Array.from({ length: 40 }, (_, index) => ({ ...datagram, receivedMs: 1 + index }));
    const { counts, written } = run({ decode, mark }, many);
    expect(written).toEqual(many.map(({ receivedMs }) => receivedMs));
    expect(order.indexOf('mark 1 1')).toBe(32);
    expect(order.indexOf('mark 32 32')).toBeLessThan(order.indexOf('decode 33'));
    expect(order.at(-1)).toBe('mark 40 40');
    expect(counts.total('decoded')).toBe(40);
  });

  it('hands no flow on a second time where storing it throws', () => {
    let broken = true;
    const write: Stages['write'] = () => {
      if (broken) {
        throw new Error('fault');
      }
      stored++;
    };
    let stored = 0;
    const decode: Stages['decode'] = () => [flow({ Bytes: 1 })];
    const none = () => undefined;
    const pipeline = createPipeline({ decode, enrich: none, mark: none, write, aggregate: none }, new Counts(), none);
    expect(() => pipeline([datagram, datagram])).toThrow('fault');
    broken = false;
    pipeline([datagram]);
    expect(stored).toBe(1);
  });

  it('has its flows counted by its exporter, also where another agent saw them', () => {
    const exporters: string[] = [];
    const decode: Stages['decode'] = () => [flow({ AgentIP: '10.1.1.1' }), flow({ AgentIP: '10.1.1.2' })];
    const { counts } = run({ decode, write: (_, exporter) => exporters.push(exporter) });
    expect(exporters).toEqual(['192.0.2.1', '192.0.2.1']);
    expect([...counts.all()].map(([exporter, { decoded }]) => [exporter, decoded])).toEqual([['192.0.2.1', 2]]);
  });

  it('counts flows with names, and duplicates', () => {
    const { counts } = run({
      enrich: (record) => (record.Bytes === 2 ? (record.DstK8S_Name = 'web') : undefined),
      mark: (record) => (record.Bytes === 3 ? (record.Duplicate = true) : undefined),
    });
    expect([counts.total('enriched'), counts.total('duplicates')]).toEqual([1, 1]);
  });

  it('loses, and counts, only the flow that a stage fails on', () => {
    const { counts, written } = run({
      enrich: ({ Bytes }) => {
        if (Bytes === 2) {
          throw new Error('fault');
        }
      },
    });
    expect(written).toEqual([1, 3]);
    expect(counts.losses()).toEqual({ internal_error: 1 });
  });
});

describe('rate-limited messages', () => {
  it('come once a minute and kind, with the number left out', () => {
    let now = 0;
    const limit = new RateLimit(() => now);
    const written: Array<[string, number]> = [];
    const say = (kind: string) => limit.allow(kind, (suppressed) => written.push([kind, suppressed]));
    ['a', 'a', 'b', 'a'].forEach(say);
    now = 61_000;
    say('a');
    expect(written).toEqual([
      ['a', 0],
      ['b', 0],
      ['a', 2],
    ]);
  });

  it('share a limit past 200 kinds, as the network names them', () => {
    const limit = new RateLimit(() => 0);
    let written = 0;
    for (let i = 0; i < 10_000; i++) {
      limit.allow(`kind ${i}`, () => written++);
    }
    expect(written).toBe(201);
  });

  it('of kinds whose minute is over give way to new ones', () => {
    let now = 0;
    const limit = new RateLimit(() => now);
    const written: string[] = [];
    const say = (kind: string) => limit.allow(kind, () => written.push(kind));
    for (let round = 0; round < 5; round++) {
      now = round * 61_000;
      say('always');
      Array.from({ length: 300 }, (_, index) => `kind ${index} of round ${round}`).forEach(say);
      expect(written.splice(0)).toHaveLength(201);
    }
    now += 59_000;
    say('always');
    say('new');
    expect(written).toEqual([]);
  });
});

it('the log is JSON lines of the level that is set', () => {
  const lines: string[] = [];
  const log = createLog({ level: 'warn' }, { write: (line) => void lines.push(line) });
  log.info('left out');
  log.warn({ reason: 'malformed' }, 'lost');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    { level: 40, time: expect.any(String), reason: 'malformed', msg: 'lost' },
  ]);
});

describe('a datagram that is read back', () => {
  it('teaches the decoder and the marking, and is neither stored nor summed up', () => {
    const calls: string[] = [];
    const isLearning = { now: false };
    const fail = () => expect.unreachable();
    const learn = createLearner(
      {
        decode: () => [flow({ Bytes: 1 }), flow({ Bytes: 2 })],
        enrich: ({ Bytes }) => calls.push(`enrich ${Bytes} ${isLearning.now}`),
        mark: ({ Bytes }, receivedMs) => calls.push(`mark ${Bytes} ${receivedMs}`),
        write: fail,
        aggregate: fail,
      },
      isLearning
    );
    learn(datagram);
    expect(calls).toEqual(['enrich 1 true', 'mark 1 1234', 'enrich 2 true', 'mark 2 1234']);
    expect(isLearning.now).toBe(false);
  });
});
