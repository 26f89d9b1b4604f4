import { describe, expect, it } from 'vitest';
import { SequenceTracker, type Gap } from '../../src/decode/sequence';

const DAY_MS = 86_400_000;

/** An exporter that numbers its messages in one way, and what is told of it. */
function exporter(counts: 'records' | 'datagrams' = 'records') {
  const tracker = new SequenceTracker();
  const told: Gap[] = [];
  let [sequence, ms] = [0, 1000];
  /** Messages with so many records each, 10 ms apart. */
  const send = (count: number, records: number) => {
    for (let message = 0; message < count; message++) {
      const gap = tracker.observe({ domain: 0, sequence: sequence >>> 0, records, optionRecords: 0 }, (ms += 10));
      told.push(...(gap === undefined ? [] : [gap]));
      sequence += counts === 'datagrams' ? 1 : records;
    }
  };
  return {
    tracker,
    told,
    send,
    /** So much of what it counts does not arrive. */
    lose: (units: number) => (sequence += units),
    /** For so long nothing arrives. */
    wait: (forMs: number) => (ms += forMs),
  };
}

describe('what is missing', () => {
  it('is told of once two messages fit again, not by one that may do so by chance', () => {
    const { told, send, lose } = exporter();
    send(40, 20);
    lose(60);
    send(2, 20);
    expect(told).toEqual([]);
    send(1, 20);
    expect(told).toEqual([{ lost: 60, unit: 'records' }]);
  });

  it('is not guessed after a month of silence: the exporter began anew', () => {
    const { told, send, lose, wait } = exporter();
    send(3000, 20);
    wait(30 * DAY_MS);
    lose(1_000_000_000);
    send(3000, 20);
    expect(told).toEqual([]);
  });

  it('is told of an outage also where the exporter had nothing to say for a day before', () => {
    const { told, send, lose, wait } = exporter();
    send(3000, 20);
    wait(DAY_MS);
    send(3000, 20);
    wait(180_000);
    lose(360_000);
    send(10, 20);
    expect(told).toEqual([{ lost: 360_000, unit: 'records' }]);
  });
});

describe('an exporter that might count records or messages, as each had one', () => {
  it('is known to count messages once they have several records: their losses are told in messages', () => {
    const { tracker, told, send, lose } = exporter('datagrams');
    send(40, 1);
    send(10, 5);
    expect(tracker.learned).toBe('datagrams, over all domains');
    lose(3);
    send(10, 5);
    expect(told).toEqual([{ lost: 3, unit: 'datagrams' }]);
  });

  it('is not taken to count messages as one loss looks like it', () => {
    const { tracker, told, send, lose } = exporter('records');
    send(40, 1);
    // One record that is lost behind a message without any.
    send(1, 0);
    lose(1);
    for (let round = 0; round < 4; round++) {
      send(3, 1);
      send(1, 5);
    }
    expect(tracker.learned).toBe('records before the message, over all domains');
    expect(told).toEqual([]);
  });
});

it('a source that names another domain with each message costs no more memory than 64 of them', () => {
  const tracker = new SequenceTracker();
  const { domains } = tracker as unknown as { readonly domains: ReadonlyMap<number, unknown> };
  for (let domain = 0; domain < 100_000; domain++) {
    tracker.observe({ domain, sequence: domain * 7919, records: 1, optionRecords: 0 }, 1000 + domain);
  }
  expect(domains.size).toBe(64);
});
