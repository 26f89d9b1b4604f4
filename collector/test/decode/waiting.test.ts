import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { datagramsOf, hasCaptures, noCaptures, RECEIVED_MS, testDecoder } from './captures';
import { WaitingRoom } from '../../src/decode/waiting';
import { EXPORT_S, ipfix, netflow9, set, SHORT, short, template } from './messages';

const KIB = 1024;
const waiting = (maxBytes = 64 * KIB, maxSeconds = 60) => ({ waiting: { maxBytes, maxSeconds } });
const defined = (id = 256) => set(2, template(id, ...SHORT));
const data = (records = 1, id = 256) => set(id, short().repeat(records));

describe('data that comes before its template', () => {
  it('is decoded when the template comes, as if it had been in time', () => {
    const early = testDecoder(waiting());
    const inTime = testDecoder();
    const message = ipfix([data(3)], { sequence: 5, exportS: EXPORT_S - 30 });
    expect(early.decode(message)).toEqual([]);
    expect(early.decoder.stats().waitingSets).toBe(1);
    const flows = early.decode(ipfix([defined()]), { receivedMs: RECEIVED_MS + 50_000 });
    inTime.decode(ipfix([defined()]));
    const expected = inTime.decode(message);
    expect(flows.map(({ record }) => record)).toEqual(expected.map(({ record }) => record));
    expect(new Set(flows.map(({ subMs }) => subMs)).size).toBe(3);
    expect(early.lost()).toEqual([]);
    expect(early.decoder.stats()).toMatchObject({ waitingSets: 0, records: 3 });
  });

  it('may stand in the same message before it, and beside data that is known', () => {
    const { decode, lost } = testDecoder(waiting());
    decode(ipfix([defined(300)]));
    expect(decode(ipfix([data(2), data(1, 300), defined()]))).toHaveLength(3);
    expect(lost()).toEqual([]);
  });

  it('waits for the template of its own exporter, domain, number and protocol', () => {
    const { decode, decoder } = testDecoder(waiting());
    decode(ipfix([data()], { domain: 1 }));
    expect(decode(ipfix([defined()], { domain: 2 }))).toEqual([]);
    expect(decode(ipfix([defined(257)], { domain: 1 }))).toEqual([]);
    expect(decode(ipfix([defined()], { domain: 1 }), { address: '192.0.2.9' })).toEqual([]);
    expect(decode(netflow9([set(0, template(256, ...SHORT))], { domain: 1 }))).toEqual([]);
    expect(decoder.stats().waitingSets).toBe(1);
    expect(decode(ipfix([defined()], { domain: 1 }))).toHaveLength(1);
  });

  it('is given up after a time, and counted by its exporter', () => {
    const { decode, decoder, lost, details } = testDecoder(waiting(64 * KIB, 60));
    decode(ipfix([data()]), { address: '192.0.2.8' });
    decode(ipfix([data()]), { address: '192.0.2.9', receivedMs: RECEIVED_MS + 30_000 });
    decoder.tick(RECEIVED_MS + 60_000);
    expect(lost()).toEqual([]);
    decoder.tick(RECEIVED_MS + 60_001);
    expect(details).toEqual(['192.0.2.8 no_template: set 256 of domain 7: its template did not come in 60 s']);
    decoder.tick(RECEIVED_MS + 90_001);
    expect(lost()).toEqual(['no_template 2']);
    expect(decode(ipfix([defined()]), { address: '192.0.2.8' })).toEqual([]);
  });

  it('has room for so many bytes; the oldest make it, those of the exporter that has too much first', () => {
    const { decode, decoder, lost } = testDecoder(waiting(64 * KIB));
    decode(ipfix([data(1)]), { address: '192.0.2.8' });
    for (let sequence = 0; sequence < 1000; sequence++) {
      decode(ipfix([data(10)], { sequence }), { address: '192.0.2.9' });
    }
    const { waitingSets } = decoder.stats();
    expect(waitingSets).toBeLessThan(45);
    expect(lost()).toEqual([`no_template ${1001 - waitingSets}`]);
    expect(decode(ipfix([defined()]), { address: '192.0.2.8' })).toHaveLength(1);
    const late = decode(ipfix([defined()]), { address: '192.0.2.9' });
    expect(late).toHaveLength(10 * (waitingSets - 1));
  });

  it('of made-up exporters stays within its bytes', () => {
    const { decode, decoder, lost } = testDecoder(waiting(64 * KIB));
    for (let host = 0; host < 5000; host++) {
      decode(ipfix([data(10)]), { address: `10.1.${host >> 8}.${host & 255}` });
    }
    const { waitingSets } = decoder.stats();
    expect(waitingSets * 256).toBeLessThan(64 * KIB);
    expect(lost()).toEqual([`no_template ${5000 - waitingSets}`]);
  });

  it('is not what holds nothing', () => {
    const { decode, decoder, lost } = testDecoder(waiting());
    decode(ipfix([set(256, ''), set(257, ''), data(1, 258)]));
    expect(decoder.stats().waitingSets).toBe(1);
    expect(lost()).toEqual([]);
  });

  it('makes room in the same time however much was pushed out before', () => {
    let givenUp = 0;
    const room = new WaitingRoom({ maxBytes: 256 * KIB * KIB, maxSeconds: 60 }, () => givenUp++);
    const header = { version: 10, domain: 0, sequence: 0, exportMs: 0 } as const;
    const rest = { scope: '192.0.2.1', address: '', header, domainKey: 0, offset: 0, receivedMs: 0, sinceMs: 0 };
    const bytes = Buffer.alloc(200);
    const put = (count: number) => {
      for (let index = 0; index < count; index++) {
        room.put({ ...rest, id: 256 + index, bytes });
      }
    };
    put(150_000);
    expect(givenUp).toBeGreaterThan(0);
    const [before, cpu] = [givenUp, process.cpuUsage()];
    put(60_000);
    expect(givenUp - before).toBe(60_000);
    expect(process.cpuUsage(cpu).user).toBeLessThan(1_000_000);
  });

  it('comes out a part with each datagram, where it is much', () => {
    const { decode, decoder } = testDecoder(waiting(4096 * KIB));
    for (let sequence = 0; sequence < 40; sequence++) {
      decode(ipfix([data(1000)], { sequence }));
    }
    const first = decode(ipfix([defined()])).length;
    expect(first).toBeGreaterThan(10_000);
    expect(first).toBeLessThan(20_000);
    let flows = first;
    while (decoder.stats().waitingSets > 0) {
      flows += decode(ipfix([defined()])).length;
    }
    expect(flows).toBe(40_000);
  });

  it('is given up for want of datagrams to come out with, where it is much, and not for its template', () => {
    const { decode, decoder, details } = testDecoder(waiting(4096 * KIB));
    for (let sequence = 0; sequence < 20; sequence++) {
      decode(ipfix([data(1000)], { sequence }));
    }
    decode(ipfix([defined()]));
    decoder.tick(RECEIVED_MS + 60_001);
    expect(decoder.stats().waitingSets).toBe(0);
    expect(details[0]).toBe(
      '192.0.2.1 no_template: set 256 of domain 7: too few datagrams followed its template in 60 s'
    );
  });

  it.each<[string, (room: WaitingRoom, put: (scope: string) => boolean) => unknown]>([
    ['is pushed out', (_room, put) => Array.from({ length: 20 }, (_, index) => put(`10.0.0.${index}`))],
    ['is too old', (room) => room.expire(61_000)],
    ['ends with its session', (room) => room.clear('the end', '192.0.2.1')],
  ])('is held no longer when it %s, also where its template had come', (_, giveUp) => {
    let givenUp = 0;
    const room = new WaitingRoom({ maxBytes: 4 * KIB, maxSeconds: 60 }, () => givenUp++);
    const header = { version: 10, domain: 0, sequence: 0, exportMs: 0 } as const;
    const rest = { address: '', header, domainKey: 0, id: 256, offset: 0, receivedMs: 0, sinceMs: 0 };
    const put = (scope: string) => room.put({ ...rest, scope, bytes: Buffer.alloc(500) });
    put('192.0.2.1');
    room.templateCame('192.0.2.1', 0, 256);
    expect(room.hasReady('192.0.2.1')).toBe(true);
    giveUp(room, put);
    expect(givenUp).toBeGreaterThan(0);
    expect(room.hasReady('192.0.2.1')).toBe(false);
  });

  it('is given up when told that no more comes', () => {
    const { decode, decoder, lost } = testDecoder(waiting());
    decode(ipfix([data()]));
    decoder.giveUpWaiting('the end');
    expect(lost()).toEqual(['no_template 1']);
    expect(decoder.stats().waitingSets).toBe(0);
  });

  it('is never lost without being counted, whatever comes in which order', () => {
    const step = fc.record({
      exporter: fc.nat(3),
      id: fc.integer({ min: 256, max: 259 }),
      what: fc.constantFrom('data', 'data', 'data', 'template', 'tick'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { decode, decoder, lost } = testDecoder(waiting(16 * KIB, 20));
        let sent = 0;
        let flows = 0;
        steps.forEach(({ exporter, id, what }, index) => {
          const from = { address: `192.0.2.${exporter}`, receivedMs: RECEIVED_MS + index * 1000 };
          if (what === 'tick') {
            decoder.tick(from.receivedMs);
          } else if (what === 'template') {
            flows += decode(ipfix([defined(id)]), from).length;
          } else {
            sent++;
            flows += decode(ipfix([set(id, short())], { sequence: index }), from).length;
          }
        });
        decoder.giveUpWaiting('the end');
        const setsLost = Number(/no_template (\d+)/.exec(lost().join())?.[1] ?? 0);
        expect(flows + setsLost).toBe(sent);
      })
    );
  });
});

describe('templates of connections', () => {
  it('are kept for each, and end with it', () => {
    const { decode, decoder, lost } = testDecoder(waiting());
    const one = { session: 'tcp 1' };
    const two = { session: 'tcp 2' };
    decode(ipfix([defined()]), one);
    expect(decode(ipfix([data()]), one)).toHaveLength(1);
    expect(decode(ipfix([data()]), two)).toHaveLength(0);
    expect(decode(ipfix([data()]))).toHaveLength(0);
    decoder.endSession('192.0.2.1', 'tcp 2');
    expect(lost()).toEqual(['no_template 1']);
    decoder.endSession('192.0.2.1', 'tcp 1');
    expect(decoder.stats()).toMatchObject({ knownTemplates: 0, knownExporters: 0 });
    expect(decode(ipfix([data()]), one)).toHaveLength(0);
  });
});

describe('a template of a connection', () => {
  it('lasts as long as the connection sends, as it is sent but once', () => {
    const { decode, decoder } = testDecoder({ templateLifetimeSeconds: 600 });
    const session = { session: 'tcp 1' };
    decoder.tick(RECEIVED_MS);
    decode(ipfix([defined(256), defined(257)]), session);
    for (let minute = 1; minute <= 30; minute++) {
      decoder.tick(RECEIVED_MS + minute * 60_000);
      decode(ipfix([data(1, 256)]), session);
    }
    expect(decode(ipfix([data(1, 257)]), session)).toHaveLength(1);
    decoder.tick(RECEIVED_MS + 60 * 60_000);
    expect(decoder.stats()).toMatchObject({ knownTemplates: 0, knownExporters: 0 });
  });
});

describe('a template', () => {
  it('that is neither repeated nor used is forgotten after its lifetime', () => {
    const { decode, decoder } = testDecoder({ templateLifetimeSeconds: 600 });
    const at = (seconds: number) => ({ receivedMs: RECEIVED_MS + seconds * 1000 });
    decode(ipfix([defined(256)]), at(0));
    decode(ipfix([defined(257)]), at(0));
    decode(ipfix([defined(258)]), at(0));
    decode(ipfix([data(1, 257), defined(258)]), at(500));
    decoder.tick(at(601).receivedMs);
    expect(decoder.stats().knownTemplates).toBe(2);
    expect(decode(ipfix([data(1, 256)]), at(602))).toHaveLength(0);
    expect(decode(ipfix([data(1, 257)]), at(602))).toHaveLength(1);
    decoder.tick(at(2000).receivedMs);
    expect(decoder.stats()).toMatchObject({ knownTemplates: 0, knownExporters: 0 });
  });
});

describe('datagrams that were received long before they are decoded, as those of a capture or out of Kafka', () => {
  const DAYS = 2 * 86_400_000;

  it('keep their templates while these are in use', () => {
    const { decode, decoder, lost } = testDecoder({ ...waiting(), templateLifetimeSeconds: 600 });
    decoder.tick(RECEIVED_MS + DAYS);
    decode(ipfix([defined()]));
    for (let second = 1; second <= 180; second++) {
      const receivedMs = RECEIVED_MS + second * 1000;
      const [flow] = decode(ipfix([data()]), { receivedMs });
      expect(flow?.record.TimeReceived).toBe(receivedMs / 1000);
      decoder.tick(RECEIVED_MS + DAYS + second * 1000);
    }
    expect(lost()).toEqual([]);
    decoder.tick(RECEIVED_MS + DAYS + 180_000 + 600_001);
    expect(decoder.stats().knownTemplates).toBe(0);
  });

  it('wait for their template as long as others', () => {
    const { decode, decoder, lost } = testDecoder(waiting(64 * KIB, 60));
    decoder.tick(RECEIVED_MS + DAYS);
    decode(ipfix([data()]));
    decoder.tick(RECEIVED_MS + DAYS + 60_000);
    const [flow] = decode(ipfix([defined()]), { receivedMs: RECEIVED_MS + 5000 });
    expect(flow?.record.TimeReceived).toBe(RECEIVED_MS / 1000);
    decode(ipfix([data(1, 257)]));
    decoder.tick(RECEIVED_MS + DAYS + 120_001);
    expect(lost()).toEqual(['no_template 1']);
  });
});

it.skipIf(!hasCaptures)(
  `a recording of Open vSwitch played with its templates last gives the same flows${noCaptures}`,
  async () => {
    const datagrams = await datagramsOf('recorded/ovs.jsonl');
    const inTime = testDecoder();
    const late = testDecoder(waiting(1024 * KIB));
    const lines = (flows: ReturnType<typeof inTime.decode>) =>
      flows.map(({ record: { TimeReceived: _, ...rest } }) => JSON.stringify(rest)).sort();
    const expected = datagrams.flatMap((datagram) => inTime.decoder.decode(datagram));
    const isTemplate = ({ payload }: { payload: Buffer }) => [2, 3].includes(payload.readUInt16BE(16));
    const order = [...datagrams.filter((one) => !isTemplate(one)), ...datagrams.filter(isTemplate)];
    expect(lines(order.flatMap((datagram) => late.decoder.decode(datagram)))).toEqual(lines(expected));
    expect(late.lost()).toEqual([]);
  }
);
