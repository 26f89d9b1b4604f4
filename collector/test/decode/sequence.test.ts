import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SequenceTracker, type Sequenced } from '../../src/decode/sequence';
import type { Datagram } from '../../src/flow';
import { OvsExporter } from '../../../stack/demo/ovs/exporter';
import { datagramsOf, hasCaptures, noCaptures, testDecoder } from './captures';
import { ipfix, set, SHORT, short, template } from './messages';

/** A generator of numbers from 0 to 1 that gives the same again for the same seed. */
function random(seed: number): () => number {
  let state = (seed % 2_147_483_646) + 1;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** How exporters number their messages: what the number in a message is, given what it counts. */
interface Way {
  readonly version: 5 | 9 | 10;
  readonly domains: number;
  readonly counts: (message: { records: number; optionRecords: number }) => number;
  readonly perDomain: boolean;
  readonly withOwn: boolean;
  /** Open vSwitch sends one record a message. */
  readonly records: (random: () => number) => number;
}
const many = (next: () => number) => 1 + Math.floor(next() * 25);
const WAYS: Record<string, Way> = {
  'RFC 7011': { version: 10, domains: 3, counts: (m) => m.records, perDomain: true, withOwn: false, records: many },
  'Open vSwitch': {
    version: 10,
    domains: 2,
    counts: (m) => m.records,
    perDomain: false,
    withOwn: false,
    records: () => 1,
  },
  softflowd: { version: 10, domains: 1, counts: (m) => m.records, perDomain: true, withOwn: true, records: many },
  'flows only': {
    version: 10,
    domains: 1,
    counts: (m) => m.records - m.optionRecords,
    perDomain: true,
    withOwn: false,
    records: many,
  },
  'NetFlow v9': { version: 9, domains: 2, counts: () => 1, perDomain: true, withOwn: false, records: many },
  'NetFlow v5': { version: 5, domains: 1, counts: (m) => m.records, perDomain: false, withOwn: false, records: many },
  'NetFlow v5 of Open vSwitch': {
    version: 5,
    domains: 1,
    counts: (m) => m.records,
    perDomain: false,
    withOwn: true,
    records: many,
  },
};

/** Messages as an exporter sends them, templates and options among them, and what each counts. */
function send(way: Way, count: number, seed: number, start = 0): Array<Sequenced & { readonly units: number }> {
  const next = random(seed);
  const totals = new Map<number, number>();
  return Array.from({ length: count }, (_, index) => {
    const isTemplate = way.version !== 5 && index % 50 === 0;
    const domain = Math.floor(next() * way.domains);
    const flows = isTemplate ? 0 : way.records(next);
    const optionRecords = isTemplate && next() < 0.5 ? 1 : 0;
    const records = flows + optionRecords;
    const units = way.counts({ records, optionRecords });
    const key = way.perDomain ? domain : 0;
    const before = totals.get(key) ?? start;
    totals.set(key, (before + units) >>> 0);
    return {
      version: way.version,
      domain,
      sequence: (way.withOwn ? before + units : before) >>> 0,
      records,
      optionRecords,
      units,
    };
  });
}

/** What a tracker says is missing of messages that come 10 ms apart, or when `msOf` says. */
function missing<T extends Sequenced>(messages: readonly T[], msOf = (_: T, index: number) => index * 10): number {
  const tracker = new SequenceTracker();
  return messages.reduce(
    (sum, message, index) => sum + (tracker.observe(message, 1000 + msOf(message, index))?.lost ?? 0),
    0
  );
}

describe.each(Object.entries(WAYS))('an exporter that numbers its messages as %s', (_, way) => {
  it('gives no alarm while all arrives, wherever it starts', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1 }), fc.nat(0xffff_ffff), (seed, start) => {
        expect(missing(send(way, 1500, seed, start))).toBe(0);
      }),
      { numRuns: 20 }
    );
  });

  it('is found to have lost what did not arrive', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const next = random(seed * 77);
      let lost = 0;
      const arrived = send(way, 4000, seed).filter(({ units }, index) => {
        const isLost = index > 500 && index < 3900 && next() < 0.02;
        lost += isLost ? units : 0;
        return !isLost;
      });
      const found = missing(arrived);
      expect(found).toBeLessThanOrEqual(lost);
      expect(found).toBeGreaterThan(0.9 * lost);
    }
  });

  it('gives no alarm for messages that overtake each other', () => {
    const messages = send(way, 3000, 5);
    const next = random(9);
    for (let index = 500; index < messages.length - 1; index++) {
      if (next() < 0.02) {
        [messages[index], messages[index + 1]] = [messages[index + 1]!, messages[index]!];
        index++;
      }
    }
    expect(missing(messages)).toBe(0);
  });

  it('gives no alarm when it starts anew', () => {
    expect(
      missing([...send(way, 500, 1, 3_000_000_000), ...send(way, 500, 2), ...send(way, 500, 3, 2_000_000_000)])
    ).toBe(0);
  });

  it('is found to have lost what it sent in outages of minutes, each of them', () => {
    const EVERY_MS = 100;
    const perMinute = 60_000 / EVERY_MS;
    const outages = [3, 30, 5].map((minutes, index) => ({ first: (10 + index * 60) * perMinute, minutes }));
    const messages = send(way, 200 * perMinute, 6).map((message, index) => ({ ...message, index }));
    const isLost = ({ index }: { index: number }) =>
      outages.some(({ first, minutes }) => index >= first && index < first + minutes * perMinute);
    const lost = messages.filter(isLost).reduce((sum, { units }) => sum + units, 0);
    const found = missing(
      messages.filter((message) => !isLost(message)),
      ({ index }) => index * EVERY_MS
    );
    expect(found).toBeLessThanOrEqual(lost);
    expect(found).toBeGreaterThan(0.99 * lost);
  });

  it('gives no alarm when it starts anew after it was silent for long', () => {
    const parts = [send(way, 3000, 1, 3_000_000_000), send(way, 3000, 2), send(way, 3000, 3, 2_000_000_000)];
    const HOUR_MS = 3_600_000;
    expect(missing(parts.flat(), (_, index) => index * 10 + Math.floor(index / 3000) * 5 * HOUR_MS)).toBe(0);
  });

  it('gives no alarm for messages that could not be read', () => {
    const messages = send(way, 2000, 4).map((message, index) => ({
      ...message,
      records: index % 7 === 0 ? undefined : message.records,
    }));
    expect(missing(messages)).toBe(0);
  });
});

it('an exporter that follows no way known gives no alarm', () => {
  const next = random(3);
  let sequence = 0;
  const messages = Array.from({ length: 5000 }, () => {
    sequence += Math.floor(next() * 100);
    return { version: 10, domain: 0, sequence, records: many(next), optionRecords: 0 } as const;
  });
  expect(missing(messages)).toBe(0);
});

/** Recordings, and by how much one raises its exporter's number: option records count for Open vSwitch alone. */
const RECORDINGS: ReadonlyArray<readonly [name: string, units: number]> = [
  ['ovs', 18],
  ['soft-ipfix', 41],
  ['soft-ipfix-nano-bi-s10', 12],
  ['soft-v5', 30],
  ['soft-v9', 2],
  ['soft-v9-s10', 1],
];
/** Where the sequence number is, by version. */
const SEQUENCE_AT: Readonly<Record<number, number>> = { 5: 16, 9: 12, 10: 8 };

describe.skipIf(!hasCaptures).each(RECORDINGS)(
  `the recording %s, going on in the same way${noCaptures}`,
  (name, units) => {
    async function played(rounds: number): Promise<Datagram[]> {
      const datagrams = await datagramsOf(`recorded/${name}.jsonl`);
      return Array.from({ length: rounds }, (_, round) =>
        datagrams.map((datagram) => {
          const payload = Buffer.from(datagram.payload);
          const at = SEQUENCE_AT[payload.readUInt16BE(0)]!;
          payload.writeUInt32BE((payload.readUInt32BE(at) + round * units) >>> 0, at);
          return { ...datagram, payload };
        })
      ).flat();
    }

    it('has no gap', async () => {
      const { decoder, lost } = testDecoder({ waiting: { maxBytes: 1024 * 1024, maxSeconds: 660 } });
      (await played(60)).forEach((datagram) => decoder.decode(datagram));
      expect(lost()).toEqual([]);
    });

    it('has one where some of it is missing', async () => {
      const { decoder, lost } = testDecoder();
      const datagrams = await played(60);
      const perRound = datagrams.length / 60;
      datagrams.splice(40 * perRound, perRound);
      datagrams.forEach((datagram) => decoder.decode(datagram));
      expect(lost()).toEqual([`sequence_gap ${units}`]);
    });
  }
);

describe('the decoder', () => {
  const messages = (count: number) =>
    Array.from({ length: count }, (_, index) => ipfix([set(256, short())], { sequence: index }));

  it('counts a gap by exporter, and says where it was', () => {
    const { decode, lost, details } = testDecoder();
    decode(ipfix([set(2, template(256, ...SHORT))], { sequence: 0 }));
    messages(100)
      .filter((_, index) => index !== 50 && index !== 51)
      .forEach((message) => decode(message));
    expect(lost()).toEqual(['sequence_gap 2']);
    expect(details[0]).toMatch(
      /^192\.0\.2\.1 sequence_gap: 2 records did not arrive: source port 4739, domain 7, before /
    );
  });

  it('follows every source port by itself', () => {
    const { decode, lost } = testDecoder();
    decode(ipfix([set(2, template(256, ...SHORT))], { sequence: 0 }));
    messages(200).forEach((message, index) => {
      decode(message, { port: 1000 });
      decode(ipfix([set(256, short())], { sequence: 5000 + index }), { port: 2000 });
    });
    expect(lost()).toEqual([]);
  });

  it('holds no more for sources that are made up', () => {
    const { decode, lost } = testDecoder();
    const payload = ipfix([set(2, template(256, ...SHORT))]);
    for (let host = 0; host < 30_000; host++) {
      decode(payload, { address: `10.${host >> 16}.${(host >> 8) & 255}.${host & 255}` });
    }
    expect(lost().join()).not.toContain('sequence_gap');
  });

  it('gives no alarm for the Open vSwitch of the demo', () => {
    const { decode, lost } = testDecoder();
    const exporter = new OvsExporter();
    for (let round = 0; round < 20; round++) {
      exporter.announce(1_700_000_000 + round).forEach((payload) => decode(payload));
    }
    expect(lost()).toEqual([]);
  });
});
